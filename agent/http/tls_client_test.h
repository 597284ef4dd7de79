// For the tests of TLS: certificates in a folder, a server that uses them, and a client that says
// which version, ciphers and certificate it has to offer.
#pragma once

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <csignal>
#include <string>

#include "agent/http/test_client.h"
#include "agent/io/tls_identity.h"
#include "tests/support/certificate.h"
#include "tests/support/files.h"

namespace ght::http::test {

using ght::test::Certificate;
using ght::test::CertificateSpec;
using ght::test::make_certificate;

class TlsClient {
 public:
  struct Offer {
    int lowest = TLS1_2_VERSION;
    int highest = TLS1_3_VERSION;
    std::string ciphers = {};  // of TLS 1.2; empty: OpenSSL's
    const Certificate* own = nullptr;
    std::string protocols = {};  // ALPN, in its wire form
  };
  TlsClient(const std::string& address, const Offer& offer) {
    SSL_CTX* native = context_.native_handle();
    SSL_CTX_set_security_level(native, 0);  // what is refused is refused by the server
    SSL_CTX_set_min_proto_version(native, offer.lowest);
    SSL_CTX_set_max_proto_version(native, offer.highest);
    if (!offer.ciphers.empty()) {
      EXPECT_EQ(SSL_CTX_set_cipher_list(native, offer.ciphers.c_str()), 1);
    }
    if (offer.own != nullptr) {
      context_.use_certificate_chain(boost::asio::buffer(offer.own->pem));
      context_.use_private_key(boost::asio::buffer(offer.own->key), boost::asio::ssl::context::pem);
    }
    stream_.emplace(io_, context_);
    const auto* protocols = reinterpret_cast<const unsigned char*>(offer.protocols.data());
    SSL_set_alpn_protos(stream_->native_handle(), protocols,
                        static_cast<unsigned>(offer.protocols.size()));
    boost::system::error_code error;
    socket().connect(parse_listen_address(address).value(), error);
    EXPECT_FALSE(error) << error.message();
    const timeval patience{.tv_sec = 20, .tv_usec = 0};
    setsockopt(socket().native_handle(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    stream_->handshake(boost::asio::ssl::stream_base::client, error);
    failure_ = error ? error.message() : "";
  }

  bool ask(const std::string& target, const std::string& more = "") {
    return send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + more + "\r\n");
  }
  bool send(const std::string& bytes) {
    boost::system::error_code error;
    boost::asio::write(*stream_, boost::asio::buffer(bytes), error);
    return !error;
  }
  // The status of the next answer, its body read; 0: the connection has ended.
  unsigned answer() {
    std::size_t end = std::string::npos;
    while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
      if (!read()) return 0;
    }
    header = received_.substr(0, end + 2);
    received_.erase(0, end + 4);
    const std::size_t at = header.find("Content-Length: ");
    const auto length = static_cast<std::size_t>(std::atoll(header.c_str() + at + 16));
    while (received_.size() < length && read()) {
    }
    body = received_.substr(0, length);
    received_.erase(0, body.size());
    return body.size() == length ? static_cast<unsigned>(std::atoi(header.c_str() + 9)) : 0;
  }
  unsigned get(const std::string& target, const std::string& more = "") {
    return ask(target, more) ? answer() : 0;
  }
  // Reads to the end; true when the server has said goodbye as TLS does.
  bool ended_well() {
    while (read()) {
    }
    return end_ == boost::asio::error::eof;
  }

  const std::string& failure() const { return failure_; }  // of the handshake; empty: none
  std::string version() { return SSL_get_version(stream_->native_handle()); }
  std::string cipher() { return SSL_get_cipher_name(stream_->native_handle()); }
  bool resumable() {
    const SSL_SESSION* session = SSL_get0_session(stream_->native_handle());
    return session != nullptr && SSL_SESSION_is_resumable(session) == 1;
  }
  tcp::socket& socket() { return stream_->next_layer(); }

  std::string header, body;  // of the last answer

 private:
  bool read() {
    const std::size_t count = stream_->read_some(boost::asio::buffer(chunk_), end_);
    received_.append(chunk_.data(), count);
    return !end_;
  }

  boost::asio::io_context io_;
  boost::asio::ssl::context context_{boost::asio::ssl::context::tls_client};
  std::optional<boost::asio::ssl::stream<tcp::socket>> stream_;
  std::string chunk_ = std::string(64 << 10, '\0');
  std::string received_;
  std::string failure_;
  boost::system::error_code end_;
};

inline CertificateSpec authority(const char* name) {
  CertificateSpec spec;
  spec.common_name = name;
  spec.authority = true;
  return spec;
}

// Files for a server, and the certificates of its clients.
struct TlsWorld {
  TlsWorld() {
    std::signal(SIGPIPE, SIG_IGN);  // as the daemon has it
    config.cert_file = dir.write("cert.pem", own.pem);
    config.key_file = dir.write("key.pem", own.key);
    config.client_ca_file = dir.write("ca.pem", ca.pem);
  }
  std::shared_ptr<const io::TlsIdentity> load(bool certificate_later = false) const {
    return io::load_tls_identity(config, certificate_later).value();
  }

  ght::test::TempDir dir;
  Certificate ca = make_certificate(authority("Hospital CA"), nullptr);
  Certificate own = make_certificate({}, &ca);
  Certificate client = make_certificate({}, &ca);
  TlsServerConfig config;
};

}  // namespace ght::http::test
