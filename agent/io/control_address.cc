#include "agent/io/control_address.h"

#include <algorithm>
#include <cerrno>

namespace ght::io {

Result<sockaddr_un> control_address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  constexpr std::size_t longest = sizeof(address.sun_path) - 1;
  if (path.size() > longest) {
    return Error{path, "the path of a socket has at most " + std::to_string(longest) +
                           " bytes, this one has " + std::to_string(path.size())};
  }
  // A name that begins with a zero byte, or is empty, is one of Linux' sockets without a file:
  // those have no permissions.
  if (path.empty() || path.find('\0') != std::string::npos) {
    return Error{path, "expected the path of a socket"};
  }
  std::ranges::copy(path, address.sun_path);
  return address;
}

int control_connect(int fd, const sockaddr_un& address) {
  for (;;) {
    // The one cast that the socket API asks for.
    const auto* any = reinterpret_cast<const sockaddr*>(&address);
    if (::connect(fd, any, sizeof(address)) == 0) return 0;
    if (errno != EINTR) return errno;
  }
}

}  // namespace ght::io
