// What is asked of the certificate of a TLS server, and what was found.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/system/error_code.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "agent/core/time.h"

namespace ght::io {

using TlsStream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket>;

class TlsPeer {
 public:
  // `host` without brackets. Without `verify` any certificate is taken.
  TlsPeer(std::string host, bool literal, bool verify);
  TlsPeer(const TlsPeer&) = delete;
  TlsPeer& operator=(const TlsPeer&) = delete;

  // Before the handshake: SNI (not for addresses), the name or address that the certificate must
  // be for, verification. This must outlive the stream's handshake.
  void prepare(TlsStream& stream);

  // After a successful handshake.
  void accepted(TlsStream& stream);

  // After a failed one: tls_expired, tls_not_yet_valid, tls_hostname, tls_untrusted or
  // tls_handshake, and what is wrong.
  struct Failure {
    std::string_view code;
    std::string detail;
  };
  Failure failure(const boost::system::error_code& error) const;

  // End of validity of the server's own certificate, once it was seen, accepted or not.
  const std::optional<WallTime>& not_after() const { return not_after_; }

 private:
  bool seen(bool accepted, boost::asio::ssl::verify_context& context);

  std::string host_;
  bool literal_;
  bool verify_;
  std::optional<WallTime> not_after_;
  int error_ = 0;  // X509_V_ERR_*
  int depth_ = 0;  // 0: the server's own certificate
  std::string subject_;
};

}  // namespace ght::io
