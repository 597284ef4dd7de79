#include "agent/io/control_server.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "agent/io/clock.h"
#include "agent/io/control_address.h"
#include "agent/io/process_fd.h"

namespace ght::io {
namespace {

namespace asio = boost::asio;
using asio::local::stream_protocol;
using boost::system::error_code;
using namespace std::chrono_literals;

// As the HTTP server's: file descriptors are short, and the caller stays in the queue.
constexpr auto accept_pause = 100ms;
constexpr mode_t socket_mode = 0660;

Error failed(const std::string& path, const char* doing, int number) {
  return {path, std::string(doing) + ": " + std::generic_category().message(number)};
}

Fd new_socket() {
  return Fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
}

// Makes way for a new socket at the path: what a dead agent left is removed, and nothing else.
Result<void> make_way(const std::string& path, const sockaddr_un& address) {
  struct stat found{};
  if (::lstat(path.c_str(), &found) != 0) {
    if (errno == ENOENT) return {};
    return failed(path, "cannot look at it", errno);
  }
  if (!S_ISSOCK(found.st_mode)) {
    return Error{path, "is in the way of the control socket, and no socket itself"};
  }
  const Fd probe = new_socket();
  if (!probe.open()) return failed(path, "cannot make a socket", errno);
  const int refused = control_connect(probe.get(), address);
  if (refused == 0 || refused == EAGAIN) {  // EAGAIN: its queue is full
    return Error{path, "another agent runs and answers there"};
  }
  if (refused == ENOENT) return {};  // it went away by itself
  if (refused != ECONNREFUSED) return failed(path, "cannot tell whose it is", refused);
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) {
    return failed(path, "cannot remove the socket of a dead agent", errno);
  }
  return {};
}

// The mode is set before there is a file: bind(2) makes the file with the mode of the socket, less
// the umask, so that no moment is wider. What the umask took from the group is given back before
// anybody can connect. (Setting the umask itself would be felt by other threads.)
Result<Fd> bound_socket(const std::string& path, const sockaddr_un& address) {
  Fd socket = new_socket();
  if (!socket.open()) return failed(path, "cannot make a socket", errno);
  if (::fchmod(socket.get(), socket_mode) != 0) return failed(path, "cannot set its mode", errno);
  const auto* any = reinterpret_cast<const sockaddr*>(&address);
  if (::bind(socket.get(), any, sizeof(address)) != 0) {
    return failed(path, "cannot make the control socket", errno);
  }
  if (::chmod(path.c_str(), socket_mode) != 0 || ::listen(socket.get(), SOMAXCONN) != 0) {
    const Error error = failed(path, "cannot open the control socket", errno);
    ::unlink(path.c_str());
    return error;
  }
  return socket;
}

struct Session {
  explicit Session(stream_protocol::socket accepted)
      : socket(std::move(accepted)), deadline(socket.get_executor()) {}

  void close() {
    error_code ignored;  // given up either way
    socket.close(ignored);
    deadline.cancel();
  }

  stream_protocol::socket socket;
  asio::steady_timer deadline;
};

// Closes the session when the time is over, which ends whatever is being done on it.
void set_deadline(const std::shared_ptr<Session>& session, Duration after) {
  session->deadline.expires_at(mono_now() + after);
  session->deadline.async_wait([weak = std::weak_ptr(session)](const error_code& cancelled) {
    const auto self = weak.lock();
    // A handler that was under way when the deadline was set anew comes without an error.
    if (self && !cancelled && self->deadline.expiry() <= mono_now()) self->close();
  });
}

std::optional<ControlPeer> peer_of(stream_protocol::socket& socket) {
  ucred who{};
  socklen_t size = sizeof(who);
  if (::getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &who, &size) != 0) {
    return std::nullopt;
  }
  return ControlPeer{.uid = who.uid, .gid = who.gid, .pid = who.pid};
}

std::string refusal(const std::string& why) {
  return R"({"error": ")" + why + R"("})";
}

struct Reading {
  enum class End { whole, too_long, gone } end = End::gone;
  std::string line;
};

asio::awaitable<Reading> read_line(stream_protocol::socket& socket) {
  Reading reading;
  std::array<char, 1024> piece{};
  const auto into = asio::buffer(piece);
  for (;;) {
    error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    const std::size_t size = co_await socket.async_read_some(into, token);
    if (error) co_return reading;
    const std::size_t before = reading.line.size();
    reading.line.append(piece.data(), size);
    const std::size_t end = reading.line.find('\n', before);
    reading.line.resize(std::min(end, reading.line.size()));
    if (reading.line.size() > limits::control_line_bytes) {
      reading.end = Reading::End::too_long;
      co_return reading;
    }
    if (end != std::string::npos) {
      reading.end = Reading::End::whole;
      co_return reading;
    }
  }
}

asio::awaitable<std::string> answer_to(std::string line, ControlPeer peer,
                                       const ControlHandler& handler) {
  std::string answer;
  try {
    auto answering = handler(std::move(line), peer);
    answer = co_await std::move(answering);
  } catch (const std::exception&) {
    co_return refusal("the agent could not make an answer");
  }
  if (answer.size() > limits::control_answer_bytes) {
    co_return refusal("the answer is longer than " + std::to_string(limits::control_answer_bytes) +
                      " bytes");
  }
  if (answer.find('\n') != std::string::npos) co_return refusal("the answer is not one line");
  co_return answer;
}

}  // namespace

struct ControlServer::State {
  State(asio::any_io_executor on, ControlHandler answer, const ControlLimits& bounds)
      : executor(std::move(on)),
        handler(std::move(answer)),
        limits(bounds),
        acceptor(executor),
        pause(executor),
        room(executor, MonoTime::max()) {}

  static asio::awaitable<void> accept_all(std::shared_ptr<State> self);
  static asio::awaitable<void> serve(std::shared_ptr<State> self, std::shared_ptr<Session> session);
  asio::awaitable<void> talk(std::shared_ptr<Session> session);
  void remove_socket();
  void stop();

  asio::any_io_executor executor;
  ControlHandler handler;
  ControlLimits limits;
  stream_protocol::acceptor acceptor;
  asio::steady_timer pause;
  asio::steady_timer room;  // never expires; cancelled when a session ends
  std::vector<std::shared_ptr<Session>> open;
  std::string path;
  dev_t device = 0;  // of the socket's file, as we made it
  ino_t inode = 0;
};

asio::awaitable<void> ControlServer::State::talk(std::shared_ptr<Session> session) {
  set_deadline(session, limits.deadline);
  auto asking = read_line(session->socket);
  Reading reading = co_await std::move(asking);
  std::string answer;
  switch (reading.end) {
    case Reading::End::gone:
      co_return;
    case Reading::End::too_long:
      answer = refusal("the request is longer than " + std::to_string(limits::control_line_bytes) +
                       " bytes");
      break;
    case Reading::End::whole: {
      session->deadline.cancel();  // the answer takes the time it takes
      const auto peer = peer_of(session->socket);
      if (!peer) co_return;
      auto answering = answer_to(std::move(reading.line), *peer, handler);
      answer = co_await std::move(answering);
    }
  }
  if (!session->socket.is_open()) co_return;  // stopped meanwhile
  set_deadline(session, limits.deadline);
  answer += '\n';
  error_code ignored;  // the peer is gone: nobody else wants the answer
  auto token = asio::redirect_error(asio::use_awaitable, ignored);
  const auto bytes = asio::buffer(answer);
  co_await asio::async_write(session->socket, bytes, token);
}

asio::awaitable<void> ControlServer::State::serve(std::shared_ptr<State> self,
                                                  std::shared_ptr<Session> session) {
  auto talking = self->talk(session);
  co_await std::move(talking);
  session->close();
  std::erase(self->open, session);
  self->room.cancel();
}

asio::awaitable<void> ControlServer::State::accept_all(std::shared_ptr<State> self) {
  while (self->acceptor.is_open()) {
    error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    if (self->open.size() >= self->limits.connections) {
      co_await self->room.async_wait(token);
      continue;
    }
    stream_protocol::socket socket = co_await self->acceptor.async_accept(token);
    if (!self->acceptor.is_open()) break;
    if (error) {
      self->pause.expires_after(accept_pause);
      co_await self->pause.async_wait(token);
      continue;
    }
    auto session = std::make_shared<Session>(std::move(socket));
    self->open.push_back(session);
    auto serving = serve(self, std::move(session));
    asio::co_spawn(self->executor, std::move(serving), asio::detached);
  }
}

// Another agent may have taken the path since: its socket is not ours to remove.
void ControlServer::State::remove_socket() {
  struct stat found{};
  const bool ours =
      ::lstat(path.c_str(), &found) == 0 && found.st_dev == device && found.st_ino == inode;
  if (ours) ::unlink(path.c_str());
}

void ControlServer::State::stop() {
  if (!acceptor.is_open()) return;
  remove_socket();
  error_code ignored;
  acceptor.close(ignored);
  pause.cancel();
  room.cancel();
  for (const auto& session : open) session->close();
}

ControlServer::ControlServer(asio::any_io_executor executor, ControlHandler handler,
                             ControlLimits limits)
    : state_(std::make_shared<State>(std::move(executor), std::move(handler), limits)) {}

ControlServer::~ControlServer() {
  stop();
}

Result<void> ControlServer::listen(const std::string& path) {
  GHT_CHECK(state_->path.empty());
  GHT_TRY(const sockaddr_un address, control_address(path));
  GHT_TRY_VOID(make_way(path, address));
  GHT_TRY(Fd socket, bound_socket(path, address));
  struct stat made{};
  if (::lstat(path.c_str(), &made) != 0) return failed(path, "cannot look at it", errno);
  error_code error;
  state_->acceptor.assign(stream_protocol(), socket.get(), error);
  if (error) {
    ::unlink(path.c_str());
    return Error{path, "cannot watch the control socket: " + error.message()};
  }
  socket.release();
  state_->path = path;
  state_->device = made.st_dev;
  state_->inode = made.st_ino;
  auto accepting = State::accept_all(state_);
  asio::co_spawn(state_->executor, std::move(accepting), asio::detached);
  return {};
}

void ControlServer::stop() {
  state_->stop();
}

}  // namespace ght::io
