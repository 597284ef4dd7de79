// The way of a probe to its peer: name, TCP, TLS when asked for, and bytes, all until one deadline.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/error_code.hpp>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "agent/core/evidence.h"
#include "agent/core/plan.h"
#include "agent/io/network.h"
#include "agent/io/tls_peer.h"

namespace ght::io {

// A failure is written into `result`, which must outlive this, as are address, TLS facts and the
// times of the phases resolve, connect and tls, added to what is there.
class ProbeConnection {
 public:
  ProbeConnection(Network& network, MonoTime deadline, ProbeResult& result);
  ~ProbeConnection();
  ProbeConnection(const ProbeConnection&) = delete;
  ProbeConnection& operator=(const ProbeConnection&) = delete;

  // Reads what TLS will need, so that a file that cannot be used is known before anybody is asked.
  bool prepare_tls(const TlsClient& tls);
  // `host` is a name or an address without brackets.
  boost::asio::awaitable<bool> open(std::string host, std::uint16_t port);
  // After prepare_tls and open.
  boost::asio::awaitable<bool> start_tls();

  struct Read {
    boost::system::error_code error;  // eof: an orderly end
    std::size_t size = 0;
  };
  boost::asio::awaitable<Read> read_some(std::span<char> into);
  // A peer may refuse and close before it has read everything: what it says tells, not a write that
  // failed, so that is not told here.
  boost::asio::awaitable<void> write(std::string_view bytes);

  // The deadline has passed and the connection is closed; reads end with an error.
  bool expired() const { return guard_->expired; }

 private:
  // Shared with the handler of the timer, which may be under way when this ends.
  struct Guard {
    ProbeConnection* connection = nullptr;
    bool expired = false;
  };
  boost::asio::ip::tcp::socket& socket();
  bool fail(std::string_view code, std::string detail);
  bool show_certificate(SSL* ssl);

  Network& network_;
  MonoTime deadline_;
  ProbeResult& result_;
  TlsClient tls_;
  TlsTrust::Context trust_;
  std::string host_;
  boost::asio::ip::tcp::socket plain_;
  std::unique_ptr<TlsPeer> peer_;      // outlives the stream that calls it
  std::unique_ptr<TlsStream> secure_;  // once TLS was asked for; plain_ is then moved from
  boost::asio::steady_timer timer_;
  std::shared_ptr<Guard> guard_;
};

// What went wrong with a connection, in words.
std::string closed_text(const boost::system::error_code& error);

}  // namespace ght::io
