#include "agent/io/wrapped_command.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "agent/io/process_fd.h"

extern char** environ;

namespace ght::io {
namespace {

// Written before the handlers are installed, read by them.
volatile pid_t wrapped = 0;

extern "C" void pass_on(int signal) {
  const int saved = errno;
  if (wrapped > 0) ::kill(wrapped, signal);
  errno = saved;
}

constexpr auto passed = std::to_array({SIGTERM, SIGHUP, SIGUSR1, SIGUSR2});
constexpr auto left_to_it = std::to_array({SIGINT, SIGQUIT});

void handle(int signal, void (*handler)(int)) {
  struct sigaction action{};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  ::sigaction(signal, &action, nullptr);
}

// Goes on although nobody reads any more: what the command then does with a closed pipe is its own
// affair, as without us.
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

void copy_through(Fd from, std::size_t keep, std::string& tail) {
  std::array<char, 64 << 10> piece{};
  while (true) {
    const ssize_t count = ::read(from.get(), piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    if (!write_all(STDOUT_FILENO, piece.data(), static_cast<std::size_t>(count))) return;
    tail.append(piece.data(), static_cast<std::size_t>(count));
    if (tail.size() > 2 * keep) tail.erase(0, tail.size() - keep);
  }
}

}  // namespace

Result<WrappedEnd> run_wrapped(const std::vector<std::string>& argv, std::size_t keep_tail) {
  std::array<int, 2> ends = {-1, -1};
  if (keep_tail > 0 && ::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return Error{argv.front(), std::strerror(errno)};
  }
  Fd reading(ends[0]), writing(ends[1]);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  if (keep_tail > 0) {
    ::posix_spawn_file_actions_adddup2(&actions, writing.get(), STDOUT_FILENO);
  }
  std::vector<char*> arguments;
  for (const std::string& argument : argv) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  pid_t child = 0;
  const int problem =
      ::posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (problem != 0) return Error{argv.front(), std::strerror(problem)};
  wrapped = child;
  for (const int signal : passed) handle(signal, pass_on);
  for (const int signal : left_to_it) handle(signal, SIG_IGN);
  // A reader of our output that goes away must not kill us before the end is written down.
  handle(SIGPIPE, SIG_IGN);
  writing.reset();
  WrappedEnd end;
  if (keep_tail > 0) copy_through(std::move(reading), keep_tail, end.tail);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return Error{argv.front(), std::strerror(errno)};
  }
  wrapped = 0;
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
  handle(end.signal, SIG_DFL);
  ::raise(end.signal);
  std::_Exit(128 + end.signal);
}

}  // namespace ght::io
