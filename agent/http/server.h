// The agent's own HTTP server: GET, HEAD and POST, bounded in connections, sizes and time.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/address.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "agent/core/limits.h"
#include "agent/core/result.h"
#include "agent/io/tls_identity.h"

namespace ght::http {

// Views into the connection's buffer: valid during the handler's call only.
struct Request {
  enum class Method { get, post };  // HEAD is a GET whose answer is not sent whole
  std::string_view path;            // without the query
  std::string_view query;           // without '?'
  std::string_view accept;          // header fields, empty when absent
  std::string_view accept_encoding;
  Method method = Method::get;
  std::string_view authorization = {};
  std::string_view content_type = {};
  std::string_view body = {};  // of a POST
  std::string_view user = {};  // whose password was right; empty: none was asked for
  boost::asio::ip::address peer = {};
  bool certified = false;  // by a client certificate that the configured authorities vouch for
};

// A complete answer whose bytes are shared, never copied per request. A handler gives 200, 400,
// 401, 403, 404, 405, 415, 429, 500 or 503; the other statuses are the server's own.
struct Reply {
  unsigned status = 200;
  std::string_view content_type;      // static text
  std::string_view content_encoding;  // "" or "gzip"
  std::shared_ptr<const std::string> body = {};
  std::string_view allow = "GET, HEAD";  // static text; sent with a 405
  // Given when the answer takes time (a disk is read): it is then what this returns, and the rest
  // here is not looked at. The connection's deadlines go on.
  std::function<boost::asio::awaitable<Reply>()> later = {};
};

// Called on the executor's thread; must not block.
using Handler = std::function<Reply(const Request&)>;

struct ServerLimits {
  std::size_t connections = limits::server_connections;
  Duration request_deadline = limits::server_request_deadline;  // first byte to end of answer
  Duration idle_deadline = limits::server_idle_deadline;        // between two requests
  Duration handshake_deadline = limits::server_handshake_deadline;
};

// A new connection is always let in. When there are as many as may be, the one that has waited
// longest for its peer is closed: first one that is between two requests (a client opens another,
// as HTTP lets it), then one in its TLS handshake, then one that has not sent a whole request, then
// one that has not read its answer. So neither idle clients nor clients that send or read a byte at
// a time keep Prometheus or
// /-/healthy out.
//
// An address of the loopback answers 421 to a Host field with a foreign name (see
// is_local_host_field): a reverse proxy in front of it sends "localhost" or the address.
class Server {
 public:
  Server(boost::asio::any_io_executor executor, Handler handler, ServerLimits limits = {});
  ~Server();  // closes everything at once
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // "127.0.0.1:19787", "[::1]:0". Binds and listens at once and returns the address as bound (a
  // port 0 is replaced by the one given by the kernel). An Error names the address and the cause.
  // May be called for several addresses.
  Result<std::string> listen(const std::string& address);

  // From now on all addresses speak TLS with this identity; nullptr: plain HTTP. A connection that
  // was made before is closed after its next answer.
  void use_tls(std::shared_ptr<const io::TlsIdentity> identity);

  // Called with the peer's address and a reason when a TLS handshake fails for more than a lost
  // connection.
  using Refused = std::function<void(const std::string& peer, const std::string& reason)>;
  void on_refused_handshake(Refused refused);

  // Stops accepting and closes idle connections; answers under way are given a second.
  void stop();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ght::http
