// The path of the control socket as the kernel wants it.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <string>

#include "agent/core/result.h"

namespace ght::io {

// An Error names the path and the limit: the kernel has room for 107 bytes.
Result<sockaddr_un> control_address(const std::string& path);

// connect(2), tried again when a signal comes; 0 or errno.
int control_connect(int fd, const sockaddr_un& address);

}  // namespace ght::io
