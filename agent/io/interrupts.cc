#include "agent/io/interrupts.h"

#include <sys/signalfd.h>

#include <array>
#include <csignal>

#include "agent/core/result.h"

namespace ght::io {
namespace {

constexpr auto held_back = std::to_array({SIGINT, SIGTERM, SIGHUP});

}  // namespace

Interrupts::Interrupts() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int signal : held_back) ::sigaddset(&set, signal);
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  struct sigaction ignore{};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGPIPE, &ignore, nullptr);
  fd_ = Fd(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
  GHT_CHECK(fd_.open());
}

int Interrupts::caught() const {
  sigset_t waiting;
  ::sigpending(&waiting);
  for (const int signal : held_back) {
    if (::sigismember(&waiting, signal) == 1) return signal;
  }
  return 0;
}

}  // namespace ght::io
