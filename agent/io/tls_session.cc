#include "agent/io/tls_session.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace ght::io {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

// Records of a large body after which others get their turn: 16 of 16 KiB take 100 µs.
constexpr int records_in_a_row = 16;

}  // namespace

TlsSession::TlsSession(asio::ip::tcp::socket& socket, std::shared_ptr<const TlsIdentity> identity)
    : socket_(socket),
      identity_(std::move(identity)),
      ssl_(SSL_new(identity_->context.get()), SSL_free) {
  error_code error;
  socket_.native_non_blocking(true, error);
  broken_ = error || !ssl_ || SSL_set_fd(ssl_.get(), socket_.native_handle()) != 1;
  if (!broken_) SSL_set_accept_state(ssl_.get());
}

TlsSession::~TlsSession() = default;

asio::awaitable<bool> TlsSession::ready_again(int result) {
  last_error_ = SSL_get_error(ssl_.get(), result);
  const bool reads = last_error_ == SSL_ERROR_WANT_READ;
  if (!reads && last_error_ != SSL_ERROR_WANT_WRITE) {
    broken_ = last_error_ != SSL_ERROR_ZERO_RETURN;
    co_return false;
  }
  error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  const auto direction = reads ? asio::socket_base::wait_read : asio::socket_base::wait_write;
  co_await socket_.async_wait(direction, token);
  broken_ = error || !socket_.is_open();
  co_return !broken_;
}

asio::awaitable<TlsSession::Greeting> TlsSession::handshake() {
  while (!broken_ && socket_.is_open()) {
    ERR_clear_error();
    const int done = SSL_do_handshake(ssl_.get());
    if (done == 1) co_return Greeting::done;
    last_error_ = SSL_ERROR_NONE;
    auto waiting = ready_again(done);
    if (co_await std::move(waiting)) continue;
    if (last_error_ != SSL_ERROR_SSL) co_return Greeting::gone;
    const unsigned long code = ERR_peek_error();
    const int number = ERR_GET_REASON(code);
    if (number == SSL_R_UNEXPECTED_EOF_WHILE_READING) co_return Greeting::gone;
    if (number == SSL_R_HTTP_REQUEST) co_return Greeting::plain_http;
    const char* reason = ERR_reason_error_string(code);
    failure_ = reason == nullptr ? "not understood" : reason;
    if (number >= SSL_AD_REASON_OFFSET) failure_ = "the client breaks off: " + failure_;
    const long verified = SSL_get_verify_result(ssl_.get());
    if (verified != X509_V_OK) {
      failure_ += std::string(": ") + X509_verify_cert_error_string(verified);
    }
    co_return Greeting::refused;
  }
  co_return Greeting::gone;
}

bool TlsSession::certified() const {
  return SSL_get0_peer_certificate(ssl_.get()) != nullptr &&
         SSL_get_verify_result(ssl_.get()) == X509_V_OK;
}

asio::awaitable<std::size_t> TlsSession::read_some(asio::mutable_buffer room) {
  bool others_had_their_turn = false;
  while (!broken_ && socket_.is_open()) {
    ERR_clear_error();
    std::size_t read = 0;
    const int done = SSL_read_ex(ssl_.get(), room.data(), room.size(), &read);
    if (done == 1) {
      if (others_had_their_turn) co_return read;
      auto turn = asio::post(socket_.get_executor(), asio::use_awaitable);
      co_await std::move(turn);
      co_return read;
    }
    auto waiting = ready_again(done);
    if (!co_await std::move(waiting)) break;
    others_had_their_turn = true;
  }
  co_return 0;
}

asio::awaitable<bool> TlsSession::write(asio::const_buffer bytes) {
  int records = 0;
  while (bytes.size() > 0) {
    if (broken_ || !socket_.is_open()) co_return false;
    ERR_clear_error();
    std::size_t written = 0;
    const int done = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &written);
    if (done == 1) {
      bytes += written;
      if (++records % records_in_a_row != 0) continue;
      auto turn = asio::post(socket_.get_executor(), asio::use_awaitable);
      co_await std::move(turn);
      continue;
    }
    auto waiting = ready_again(done);
    if (!co_await std::move(waiting)) co_return false;
  }
  co_return true;
}

void TlsSession::say_goodbye() {
  if (broken_ || !socket_.is_open() || SSL_is_init_finished(ssl_.get()) != 1) return;
  ERR_clear_error();
  SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

}  // namespace ght::io
