#include "agent/io/notify.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <utility>

#include "agent/io/process_fd.h"

namespace ght::io {
namespace {

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : value;
}

// 0 when it is not a whole number.
std::int64_t number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? value : 0;
}

Duration watchdog_of_environment() {
  const std::string_view pid = variable("WATCHDOG_PID");
  if (!pid.empty() && number(pid) != ::getpid()) return {};  // meant for another process
  return std::chrono::microseconds(std::max<std::int64_t>(number(variable("WATCHDOG_USEC")), 0));
}

}  // namespace

Notifier Notifier::from_environment() {
  return {std::string(variable("NOTIFY_SOCKET")), watchdog_of_environment()};
}

bool Notifier::send(std::string_view assignments) const {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket_.empty() || socket_.size() >= sizeof(address.sun_path)) return false;
  std::ranges::copy(socket_, address.sun_path);
  if (socket_.front() == '@') address.sun_path[0] = '\0';
  const Fd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.open()) return false;
  // The length counts: an abstract name is all bytes up to it.
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
  const auto* any = reinterpret_cast<const sockaddr*>(&address);
  const ssize_t sent =
      ::sendto(fd.get(), assignments.data(), assignments.size(), MSG_NOSIGNAL, any, length);
  return sent == static_cast<ssize_t>(assignments.size());
}

}  // namespace ght::io
