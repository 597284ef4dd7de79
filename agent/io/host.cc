#include "agent/io/host.h"

#include <fcntl.h>
#include <malloc.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string_view>

namespace ght::io {
namespace {

Error system_error(const std::string& path, const char* doing) {
  return {.about = path, .message = std::string(doing) + ": " + std::strerror(errno)};
}

}  // namespace

std::string hostname() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') return "localhost";
  return name.data();
}

std::string os_name() {
  constexpr std::string_view key = "PRETTY_NAME=";
  const auto text = read_file("/etc/os-release", 64 << 10);
  if (!text.ok()) return "unknown";
  const std::string_view all = text.value();
  std::size_t at = all.starts_with(key) ? 0 : all.find("\n" + std::string(key));
  if (at == std::string_view::npos) return "unknown";
  at = all.find('=', at) + 1;
  std::string_view value = all.substr(at, all.find('\n', at) - at);
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
    value = value.substr(1, value.size() - 2);
  }
  return std::string(value);
}

std::string kernel_name() {
  utsname names{};
  return uname(&names) == 0 ? names.release : "unknown";
}

void settle_process() {
  std::signal(SIGPIPE, SIG_IGN);
  umask(027);
  mallopt(M_ARENA_MAX, 1);
  mallopt(M_TRIM_THRESHOLD, 128 << 10);
}

std::size_t terminal_width() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return 0;
  return size.ws_col;
}

bool wants_colour() {
  const char* no_colour = std::getenv("NO_COLOR");
  return isatty(STDOUT_FILENO) == 1 && (no_colour == nullptr || *no_colour == '\0');
}

Result<std::string> read_file(const std::string& path, std::size_t max_bytes) {
  // O_NONBLOCK: opening a FIFO must not hang the agent.
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return system_error(path, "cannot be read");
  struct stat facts{};
  if (fstat(fd, &facts) != 0 || !S_ISREG(facts.st_mode)) {
    close(fd);
    return Error{path, "is not a regular file"};
  }
  std::string content;
  std::array<char, 16384> block{};
  while (true) {
    const ssize_t got = read(fd, block.data(), block.size());
    if (got == 0) break;
    if (got < 0) {
      const Error error = system_error(path, "cannot be read");
      close(fd);
      return error;
    }
    content.append(block.data(), static_cast<std::size_t>(got));
    if (content.size() > max_bytes) {
      close(fd);
      return Error{path, "is larger than " + std::to_string(max_bytes) + " bytes"};
    }
  }
  close(fd);
  return content;
}

Result<void> make_directory(const std::string& path) {
  std::error_code error;
  const bool made = std::filesystem::create_directories(path, error);
  if (error) return Error{path, "cannot be made: " + error.message()};
  if (made && chmod(path.c_str(), 0750) != 0) return system_error(path, "mode cannot be set");
  return {};
}

Result<bool> claim_directory(const std::string& path) {
  // Stays open: the claim ends with the process, however that ends. Helpers do not inherit it.
  const int fd = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return system_error(path, "cannot be opened");
  if (flock(fd, LOCK_EX | LOCK_NB) == 0) return true;
  const Error error = system_error(path, "cannot be claimed");
  const bool taken = errno == EWOULDBLOCK;
  close(fd);
  if (taken) return false;
  return error;
}

}  // namespace ght::io
