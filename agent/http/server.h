// The agent's own HTTP server: GET and HEAD, bounded in connections, header size and time.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/result.h"

namespace ght::http {

struct Request {
  std::string_view path;    // without the query
  std::string_view query;   // without '?'
  std::string_view accept;  // header fields, empty when absent
  std::string_view accept_encoding;
};

// A complete answer whose bytes are shared, never copied per request.
struct Reply {
  unsigned status = 200;
  std::string_view content_type;      // static text
  std::string_view content_encoding;  // "" or "gzip"
  std::shared_ptr<const std::string> body;
};

// Called on the executor's thread; must not block.
using Handler = std::function<Reply(const Request&)>;

class Server {
 public:
  Server(boost::asio::any_io_executor executor, Handler handler);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // "127.0.0.1:19787", "[::1]:0". Binds and listens at once and returns the address as bound (a
  // port 0 is replaced by the one given by the kernel). An Error names the address and the cause.
  Result<std::string> listen(const std::string& address);

  // Stops accepting and closes idle connections; answers under way are given a second.
  void stop();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace ght::http
