// The local control socket: `ght-agent maintenance start` and the like talk through it to the agent
// that runs. A Unix stream socket to which only root and the agent's group may write.
//
// The client sends one line (JSON text), the server answers one line and closes. What the server
// refuses by itself it answers with {"error": "..."}.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <string>

#include "agent/core/limits.h"
#include "agent/core/result.h"

namespace ght::io {

// Who asks, as the kernel knows it since the connection was made (SO_PEERCRED).
struct ControlPeer {
  unsigned uid = 0;
  unsigned gid = 0;
  int pid = 0;
};

// Answers a request line, both without the line end; never throws. Kept alive until the last
// answer under way is made, what it refers to is not.
using ControlHandler =
    std::function<boost::asio::awaitable<std::string>(std::string line, ControlPeer peer)>;

struct ControlLimits {
  std::size_t connections = limits::control_connections;  // the next ones wait in the kernel
  Duration deadline = limits::control_deadline;           // per connection: its line, its answer
};

class ControlServer {
 public:
  ControlServer(boost::asio::any_io_executor executor, ControlHandler handler,
                ControlLimits limits = {});
  ~ControlServer();  // stops
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

  // Once. The socket has the mode 0660 and this process's group. The socket of a dead agent is
  // replaced. An Error when an agent lives behind it, when the path is anything but a socket (it is
  // left alone), or when it cannot be made.
  Result<void> listen(const std::string& path);

  // Closes everything, and removes the socket if it is still ours. On the executor's thread, or
  // while that does not run. An answer under way is made and goes nowhere.
  void stop();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace ght::io
