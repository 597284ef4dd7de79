#include "agent/io/probe_connection.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cstring>
#include <utility>
#include <vector>

#include "agent/core/reasons.h"
#include "agent/io/clock.h"
#include "agent/io/connect.h"

namespace ght::io {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);

void add(std::optional<Duration>& phase, Duration duration) {
  phase = phase.value_or(Duration::zero()) + duration;
}

bool is_address(const std::string& host) {
  error_code no_address;
  asio::ip::make_address(host, no_address);
  return !no_address;
}

// Never asks a terminal for the passphrase of a key.
int no_passphrase(char*, int, int, void*) {
  return -1;
}

// The first error says what happened, the later ones only where.
std::string openssl_error() {
  const unsigned long code = ERR_peek_error();
  ERR_clear_error();
  if (ERR_SYSTEM_ERROR(code)) return std::strerror(ERR_GET_REASON(code));
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  return reason == nullptr ? "not usable" : reason;
}

}  // namespace

std::string closed_text(const error_code& error) {
  return error == asio::error::eof ? "connection closed" : error.message();
}

ProbeConnection::ProbeConnection(Network& network, MonoTime deadline, ProbeResult& result)
    : network_(network),
      deadline_(deadline),
      result_(result),
      plain_(network.executor),
      timer_(network.executor, deadline),
      guard_(std::make_shared<Guard>()) {
  guard_->connection = this;
}

ProbeConnection::~ProbeConnection() {
  guard_->connection = nullptr;
}

tcp::socket& ProbeConnection::socket() {
  return secure_ ? secure_->next_layer() : plain_;
}

bool ProbeConnection::fail(std::string_view code, std::string detail) {
  result_.failure = code;
  result_.failure_detail = std::move(detail);
  return false;
}

bool ProbeConnection::prepare_tls(const TlsClient& tls) {
  tls_ = tls;
  const Result<TlsTrust::Context> trusted = !tls.verify ? network_.trust.none()
                                            : tls.ca_file.empty()
                                                ? network_.trust.system()
                                                : network_.trust.file(tls.ca_file);
  if (!trusted.ok()) return fail(reasons::ca_file_unreadable, trusted.error().text());
  trust_ = trusted.value();
  return true;
}

asio::awaitable<bool> ProbeConnection::open(std::string host, std::uint16_t port) {
  host_ = host;
  const bool literal = is_address(host_);
  const MonoTime begin = mono_now();
  auto resolving = network_.resolver.resolve(std::move(host), deadline_);
  const Resolved resolved = co_await std::move(resolving);
  if (!resolved.failure.empty()) co_return fail(resolved.failure, resolved.detail);
  const MonoTime known = mono_now();
  if (!literal) add(result_.phases.resolve, known - begin);
  std::vector<tcp::endpoint> candidates;
  for (const auto& address : resolved.addresses) candidates.emplace_back(address, port);
  auto connecting = connect_first(network_.executor, std::move(candidates), deadline_);
  Connection connection = co_await std::move(connecting);
  result_.address = connection.address;
  if (!connection.failure.empty()) {
    co_return fail(connection.failure, std::move(connection.detail));
  }
  add(result_.phases.connect, mono_now() - known);
  plain_ = std::move(connection.socket);
  // From here on the deadline closes the socket, which ends whatever is being done on it.
  timer_.async_wait([guard = guard_](const error_code& cancelled) {
    if (cancelled || guard->connection == nullptr) return;
    guard->expired = true;
    error_code ignored;  // the socket is given up
    guard->connection->socket().close(ignored);
  });
  co_return true;
}

// Of this connection alone: contexts are shared by all who trust the same.
bool ProbeConnection::show_certificate(SSL* ssl) {
  if (tls_.cert_file.empty()) return true;
  ERR_clear_error();
  SSL_set_default_passwd_cb(ssl, no_passphrase);
  if (SSL_use_certificate_chain_file(ssl, tls_.cert_file.c_str()) != 1) {
    return fail(reasons::credential_unreadable, tls_.cert_file + ": " + openssl_error());
  }
  if (SSL_use_PrivateKey_file(ssl, tls_.key_file.c_str(), SSL_FILETYPE_PEM) != 1) {
    return fail(reasons::credential_unreadable, tls_.key_file + ": " + openssl_error());
  }
  return true;
}

asio::awaitable<bool> ProbeConnection::start_tls() {
  const std::string& name = tls_.server_name.empty() ? host_ : tls_.server_name;
  peer_ = std::make_unique<TlsPeer>(name, is_address(name), tls_.verify);
  secure_ = std::make_unique<TlsStream>(std::move(plain_), *trust_);
  if (!show_certificate(secure_->native_handle())) co_return false;
  peer_->prepare(*secure_);
  const MonoTime begin = mono_now();
  const auto [error] = co_await secure_->async_handshake(asio::ssl::stream_base::client, no_throw);
  if (!error) peer_->accepted(*secure_);
  result_.tls_not_after = peer_->not_after();
  if (expired()) co_return fail(reasons::tls_timeout, "");
  if (error) {
    TlsPeer::Failure failure = peer_->failure(error);
    co_return fail(failure.code, std::move(failure.detail));
  }
  add(result_.phases.tls, mono_now() - begin);
  result_.tls_version = SSL_get_version(secure_->native_handle());
  co_return true;
}

asio::awaitable<ProbeConnection::Read> ProbeConnection::read_some(std::span<char> into) {
  const auto buffer = asio::buffer(into.data(), into.size());
  Read read;
  if (secure_) {
    std::tie(read.error, read.size) = co_await secure_->async_read_some(buffer, no_throw);
  } else {
    std::tie(read.error, read.size) = co_await plain_.async_read_some(buffer, no_throw);
  }
  co_return read;
}

asio::awaitable<void> ProbeConnection::write(std::string_view bytes) {
  const auto buffer = asio::buffer(bytes.data(), bytes.size());
  if (secure_) {
    auto writing = asio::async_write(*secure_, buffer, no_throw);
    co_await std::move(writing);
  } else {
    auto writing = asio::async_write(plain_, buffer, no_throw);
    co_await std::move(writing);
  }
}

}  // namespace ght::io
