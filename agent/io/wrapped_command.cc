#include "agent/io/wrapped_command.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "agent/io/process_fd.h"

namespace ght::io {
namespace {

constexpr auto passed_on = std::to_array({SIGTERM, SIGHUP, SIGUSR1, SIGUSR2});
// A terminal sends the first two to the command as well; a reader of our output that goes away must
// not kill us before the end is written down.
constexpr auto ignored = std::to_array({SIGINT, SIGQUIT, SIGPIPE});

// After the command's end: something it left behind may hold its output open for ever.
constexpr int quiet_ms = 2000;

// Signals as this process had them, for the command, while we look after ours.
class Signals {
 public:
  Signals() {
    ::sigemptyset(&watched_);
    for (const int signal : passed_on) ::sigaddset(&watched_, signal);
    ::sigaddset(&watched_, SIGCHLD);
    ::sigprocmask(SIG_BLOCK, &watched_, &before_);
    ::sigemptyset(&to_default_);
    for (const int signal : ignored) {
      struct sigaction old{}, ignore{};
      ignore.sa_handler = SIG_IGN;
      ::sigaction(signal, &ignore, &old);
      if (old.sa_handler == SIG_DFL) ::sigaddset(&to_default_, signal);
    }
  }
  void give(posix_spawnattr_t& attributes) const {
    ::posix_spawnattr_setsigmask(&attributes, &before_);
    ::posix_spawnattr_setsigdefault(&attributes, &to_default_);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  Fd file() const { return Fd(::signalfd(-1, &watched_, SFD_CLOEXEC)); }

 private:
  sigset_t watched_{}, before_{}, to_default_{};
};

bool write_all(int fd, const char* bytes, std::size_t count) {
  while (count > 0) {
    const ssize_t written = ::write(fd, bytes, count);
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes += written;
    count -= static_cast<std::size_t>(written);
  }
  return true;
}

// Passes on what is there. False: nothing more will come, or nobody reads ours: what the command
// then does with a closed pipe is its own affair, as without us.
bool copy_some(int from, std::size_t keep, std::string& tail) {
  std::array<char, 64 << 10> piece{};
  const ssize_t count = ::read(from, piece.data(), piece.size());
  if (count < 0 && errno == EINTR) return true;
  if (count <= 0) return false;
  if (!write_all(STDOUT_FILENO, piece.data(), static_cast<std::size_t>(count))) return false;
  tail.append(piece.data(), static_cast<std::size_t>(count));
  if (tail.size() > 2 * keep) tail.erase(0, tail.size() - keep);
  return true;
}

Result<pid_t> start(const std::vector<std::string>& argv, const Signals& signals, int output) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawnattr_init(&attributes);
  if (output >= 0) ::posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  signals.give(attributes);
  std::vector<char*> arguments;
  for (const std::string& argument : argv) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  pid_t child = 0;
  const int problem =
      ::posix_spawnp(&child, arguments[0], &actions, &attributes, arguments.data(), environ);
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&actions);
  if (problem != 0) return Error{argv.front(), std::strerror(problem)};
  return child;
}

// True once the child has ended, with its wait status.
bool hear(const Fd& signals, pid_t child, int& status) {
  signalfd_siginfo heard{};
  if (::read(signals.get(), &heard, sizeof heard) != sizeof heard) return false;
  const int signal = static_cast<int>(heard.ssi_signo);
  if (signal != SIGCHLD) ::kill(child, signal);
  return ::waitpid(child, &status, WNOHANG) == child;
}

int look_after(pid_t child, const Fd& signals, Fd output, std::size_t keep, std::string& tail) {
  int status = 0;
  bool ended = false;
  while (!ended || output.open()) {
    std::array<pollfd, 2> files = {{{.fd = signals.get(), .events = POLLIN, .revents = 0},
                                    {.fd = output.get(), .events = POLLIN, .revents = 0}}};
    const int ready = ::poll(files.data(), files.size(), ended ? quiet_ms : -1);
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) break;
    if (files[1].revents != 0 && !copy_some(output.get(), keep, tail)) output.reset();
    if (!ended && files[0].revents != 0) ended = hear(signals, child, status);
  }
  return status;
}

}  // namespace

Result<WrappedEnd> run_wrapped(const std::vector<std::string>& argv, std::size_t keep_tail) {
  std::array<int, 2> ends = {-1, -1};
  if (keep_tail > 0 && ::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return Error{argv.front(), std::strerror(errno)};
  }
  Fd reading(ends[0]), writing(ends[1]);
  const Signals signals;
  const Fd heard = signals.file();
  if (!heard.open()) return Error{argv.front(), std::strerror(errno)};
  GHT_TRY(const pid_t child, start(argv, signals, writing.get()));
  writing.reset();
  WrappedEnd end;
  const int status = look_after(child, heard, std::move(reading), keep_tail, end.tail);
  if (WIFSIGNALED(status)) end.signal = WTERMSIG(status);
  if (WIFEXITED(status)) end.status = WEXITSTATUS(status);
  if (end.tail.size() > keep_tail) end.tail.erase(0, end.tail.size() - keep_tail);
  return end;
}

void end_like(const WrappedEnd& end) {
  if (end.signal == 0) std::_Exit(end.status);
  // The command has left its core already, if any.
  const rlimit none{.rlim_cur = 0, .rlim_max = 0};
  ::setrlimit(RLIMIT_CORE, &none);
  struct sigaction by_default{};
  by_default.sa_handler = SIG_DFL;
  ::sigaction(end.signal, &by_default, nullptr);
  sigset_t this_one;
  ::sigemptyset(&this_one);
  ::sigaddset(&this_one, end.signal);
  ::raise(end.signal);
  ::sigprocmask(SIG_UNBLOCK, &this_one, nullptr);
  std::_Exit(128 + end.signal);
}

}  // namespace ght::io
