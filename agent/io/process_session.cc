#include "agent/io/process_session.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "agent/io/process_fd.h"

namespace ght::io {
namespace {

std::optional<pid_t> number(std::string_view text) {
  pid_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

struct Standing {
  bool dead = false;
  pid_t group = 0;
  pid_t session = 0;
};

// From /proc/<pid>/stat: "pid (any name) state ppid pgrp session ...".
std::optional<Standing> standing(pid_t pid) {
  const Fd file(::open(("/proc/" + std::to_string(pid) + "/stat").c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.open()) return std::nullopt;
  std::array<char, 512> buffer{};
  const ssize_t length = ::read(file.get(), buffer.data(), buffer.size());
  if (length <= 0) return std::nullopt;
  std::string_view text(buffer.data(), static_cast<std::size_t>(length));
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string_view::npos) return std::nullopt;
  text.remove_prefix(std::min(name_end + 2, text.size()));
  std::array<std::string_view, 4> words;  // state ppid pgrp session
  for (std::string_view& word : words) {
    const std::size_t space = std::min(text.find(' '), text.size());
    word = text.substr(0, space);
    text.remove_prefix(std::min(space + 1, text.size()));
  }
  const auto group = number(words[2]);
  const auto session = number(words[3]);
  if (!group || !session) return std::nullopt;
  return Standing{words[0] == "Z" || words[0] == "X", *group, *session};
}

// Sends the signal through a pidfd that is opened before the session is read: if the number was
// given to another process in between, the session differs or the signal reaches nobody.
bool signal_member(pid_t pid, pid_t leader, int signal) {
  const Fd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!pidfd.open()) return false;
  const auto found = standing(pid);
  if (!found || found->dead || found->session != leader || found->group == leader) return false;
  return ::syscall(SYS_pidfd_send_signal, pidfd.get(), signal, nullptr, 0) == 0;
}

bool signal_members(pid_t leader, int signal) {
  const std::unique_ptr<DIR, int (*)(DIR*)> proc(::opendir("/proc"), ::closedir);
  if (!proc) return false;
  bool any = false;
  while (const dirent* entry = ::readdir(proc.get())) {
    const auto pid = number(entry->d_name);
    if (!pid) continue;
    // The cheap look first: nearly every process is somebody else's.
    const auto found = standing(*pid);
    if (!found || found->session != leader) continue;
    any = signal_member(*pid, leader, signal) || any;
  }
  return any;
}

}  // namespace

void signal_group(pid_t leader, int signal) {
  ::kill(-leader, signal);
}

void signal_session(pid_t leader, int signal) {
  signal_group(leader, signal);
  // A member may have forked while the list was read; a bounded number of looks, because a signal
  // that is blocked (or a process in D state) leaves members alive.
  for (int look = 0; look < 3 && signal_members(leader, signal); ++look) {
  }
}

}  // namespace ght::io
