#include "agent/io/control_client.h"

#include <grp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include "agent/core/limits.h"
#include "agent/io/clock.h"
#include "agent/io/control_address.h"
#include "agent/io/process_fd.h"

namespace ght::io {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

struct Request {
  const std::string& path;
  Duration timeout;
  MonoTime deadline;

  Error error(const char* doing, int number) const {
    return {path, std::string(doing) + ": " + std::generic_category().message(number)};
  }
  Error late() const {
    std::array<char, 32> seconds{};
    std::snprintf(seconds.data(), seconds.size(), "%g", to_seconds(timeout));
    return {path, "the agent did not answer within " + std::string(seconds.data()) + " s"};
  }
};

// The group that the socket is for; of its folder when that one keeps us out already.
std::string group_of(const std::string& path) {
  struct stat found{};
  const std::string folder = std::filesystem::path(path).parent_path().string();
  if (::stat(path.c_str(), &found) != 0 && ::stat(folder.c_str(), &found) != 0) return "";
  std::array<char, 4096> names{};
  group entry{};
  group* known = nullptr;
  ::getgrgid_r(found.st_gid, &entry, names.data(), names.size(), &known);
  return known == nullptr ? std::to_string(found.st_gid) : std::string(known->gr_name);
}

Error not_connected(const Request& request, int number) {
  switch (number) {
    case ENOENT:
      return {request.path, "no agent is running here (there is no such socket)"};
    case ECONNREFUSED:
      return {request.path, "no agent is running here (nobody listens on the socket)"};
    case EACCES: {
      const std::string group = group_of(request.path);
      return {request.path, "permission denied: only root and members of the group " +
                                (group.empty() ? "of the agent" : group) + " may ask the agent"};
    }
    case EAGAIN:  // the queue stayed full
      return request.late();
    default:
      return request.error("cannot reach the agent", number);
  }
}

// False when the deadline has passed.
bool wait_for(int fd, short events, MonoTime deadline) {
  for (;;) {
    const Duration left = deadline - mono_now();
    if (left <= Duration::zero()) return false;
    const auto whole =
        std::chrono::ceil<milliseconds>(std::min<Duration>(left, std::chrono::hours(1)));
    pollfd watched{.fd = fd, .events = events, .revents = 0};
    // An error of poll itself shows again in the call that follows.
    const int ready = ::poll(&watched, 1, static_cast<int>(whole.count()));
    if (ready > 0 || (ready < 0 && errno != EINTR)) return true;
  }
}

Result<Fd> connected(const Request& request) {
  GHT_TRY(const sockaddr_un address, control_address(request.path));
  Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket.open()) return request.error("cannot make a socket", errno);
  // Only this bounds the wait for room in the queue of a Unix socket. Zero would be for ever.
  const auto left = std::chrono::ceil<microseconds>(request.deadline - mono_now());
  const auto patience = std::max(left, microseconds(1)).count();
  const timeval limit{.tv_sec = patience / 1'000'000, .tv_usec = patience % 1'000'000};
  if (::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) != 0) {
    return request.error("cannot set a time limit", errno);
  }
  const int number = control_connect(socket.get(), address);
  if (number != 0) return not_connected(request, number);
  return socket;
}

bool again(int number) {
  return number == EAGAIN || number == EINTR;
}

Result<void> send_line(const Request& request, int fd, const std::string& text) {
  std::size_t sent = 0;
  while (sent < text.size()) {
    const ssize_t size =
        ::send(fd, text.data() + sent, text.size() - sent, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (size >= 0) {
      sent += static_cast<std::size_t>(size);
    } else if (errno == EPIPE || errno == ECONNRESET) {
      return {};  // it has heard enough: its answer says why
    } else if (!again(errno)) {
      return request.error("cannot send the request", errno);
    } else if (!wait_for(fd, POLLOUT, request.deadline)) {
      return request.late();
    }
  }
  return {};
}

Result<std::string> read_line(const Request& request, int fd) {
  std::string answer;
  std::array<char, 16 << 10> piece{};
  for (;;) {
    if (!wait_for(fd, POLLIN, request.deadline)) return request.late();
    const ssize_t size = ::recv(fd, piece.data(), piece.size(), MSG_DONTWAIT);
    if (size < 0 && again(errno)) continue;
    if (size < 0 && errno != ECONNRESET) return request.error("cannot read the answer", errno);
    if (size <= 0) {
      return Error{request.path, "the agent closed the connection without a whole answer"};
    }
    const std::size_t before = answer.size();
    answer.append(piece.data(), static_cast<std::size_t>(size));
    const std::size_t end = answer.find('\n', before);
    answer.resize(std::min(end, answer.size()));
    if (answer.size() > limits::control_answer_bytes) {
      return Error{request.path, "the answer is longer than " +
                                     std::to_string(limits::control_answer_bytes) + " bytes"};
    }
    if (end != std::string::npos) return answer;
  }
}

}  // namespace

Result<std::string> control_request(const std::string& path, const std::string& line,
                                    Duration timeout) {
  if (line.size() > limits::control_line_bytes) {
    return Error{path, "the request is longer than " + std::to_string(limits::control_line_bytes) +
                           " bytes"};
  }
  GHT_CHECK(line.find('\n') == std::string::npos);
  const Request request{.path = path, .timeout = timeout, .deadline = mono_now() + timeout};
  GHT_TRY(const Fd socket, connected(request));
  GHT_TRY_VOID(send_line(request, socket.get(), line + '\n'));
  return read_line(request, socket.get());
}

}  // namespace ght::io
