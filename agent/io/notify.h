// What the service manager is told of this process: sd_notify(3), one datagram to $NOTIFY_SOCKET.
#pragma once

#include <string>
#include <string_view>

#include "agent/core/time.h"

namespace ght::io {

class Notifier {
 public:
  // `socket` is a path, or '@' and a name of Linux' abstract sockets; empty: nobody listens.
  Notifier(std::string socket, Duration watchdog)
      : socket_(std::move(socket)), watchdog_(watchdog) {}

  // As the service manager has set NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID for this process.
  static Notifier from_environment();

  bool heard() const { return !socket_.empty(); }

  // The manager ends the process when "WATCHDOG=1" stays away for longer. Zero: no watchdog.
  Duration watchdog() const { return watchdog_; }

  // Newline-separated assignments ("READY=1\nSTATUS=..."). Never blocks: what the manager has no
  // room for is lost. False then, and when nobody listens.
  bool send(std::string_view assignments) const;

 private:
  std::string socket_;
  Duration watchdog_;
};

}  // namespace ght::io
