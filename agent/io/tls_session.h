// The server's side of TLS on an accepted socket. OpenSSL reads and writes the socket itself, and
// the coroutine waits for it: no buffers between the two, so that an idle connection costs little.
#pragma once

#include <openssl/types.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <string>

#include "agent/io/tls_identity.h"

namespace ght::io {

class TlsSession {
 public:
  enum class Greeting { done, plain_http, gone, refused };

  // The socket must outlive this and is looked at before every use: once it is closed, its number
  // may belong to another connection.
  TlsSession(boost::asio::ip::tcp::socket& socket, std::shared_ptr<const TlsIdentity> identity);
  ~TlsSession();
  TlsSession(const TlsSession&) = delete;
  TlsSession& operator=(const TlsSession&) = delete;

  // `refused`: failure() says why; the peer has been told, as far as TLS tells it. `gone`: the peer
  // or the deadline has closed the connection. `plain_http`: the peer speaks HTTP without TLS, and
  // its request has been read in part.
  boost::asio::awaitable<Greeting> handshake();
  const std::string& failure() const { return failure_; }

  // Whether the peer has shown a certificate that the configured authorities vouch for.
  bool certified() const;

  // 0: the peer has ended the connection, or it is broken, or closed by us.
  boost::asio::awaitable<std::size_t> read_some(boost::asio::mutable_buffer room);
  // False: as above.
  boost::asio::awaitable<bool> write(boost::asio::const_buffer bytes);

  // Tells the peer that nothing more comes. Does not wait.
  void say_goodbye();

  const TlsIdentity* identity() const { return identity_.get(); }

 private:
  // Waits until the socket is ready for what OpenSSL wants after `result`; false: it wants nothing
  // more, and says why in `last_error_`.
  boost::asio::awaitable<bool> ready_again(int result);

  boost::asio::ip::tcp::socket& socket_;
  std::shared_ptr<const TlsIdentity> identity_;
  std::unique_ptr<SSL, void (*)(SSL*)> ssl_;
  bool broken_ = false;  // an SSL that has failed must not be used again
  int last_error_ = 0;   // SSL_ERROR_*
  std::string failure_;
};

}  // namespace ght::io
