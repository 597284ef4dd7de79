#include "collectors/patch/support/helper/rpm_list.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "agent/core/text.h"

namespace ght::support_state {
namespace {

constexpr std::size_t most_bytes = 16 << 20;  // 5,000 packages have 300 KiB
constexpr std::size_t most_error_bytes = 4 << 10;

// Both ends of a pipe, closed with it.
class Pipe {
 public:
  Pipe() {
    if (::pipe2(ends_.data(), O_CLOEXEC) != 0) ends_ = {-1, -1};
  }
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  bool ok() const { return ends_[0] >= 0; }
  int reader() const { return ends_[0]; }
  int writer() const { return ends_[1]; }
  void close_end(std::size_t which) {
    if (ends_[which] >= 0) ::close(ends_[which]);
    ends_[which] = -1;
  }

 private:
  std::array<int, 2> ends_{-1, -1};
};

// Reads what is there now; false at the end of the file.
bool take(int descriptor, std::size_t most, std::string& into) {
  std::array<char, 65536> part{};
  const ssize_t got = ::read(descriptor, part.data(), part.size());
  if (got < 0) return errno == EINTR;
  if (got == 0) return false;
  if (into.size() <= most) into.append(part.data(), static_cast<std::size_t>(got));
  return true;
}

// Until both are at their end.
void take_all(int out, int err, std::string& out_bytes, std::string& err_bytes) {
  std::array<pollfd, 2> wait = {{{out, POLLIN, 0}, {err, POLLIN, 0}}};
  while (wait[0].fd >= 0 || wait[1].fd >= 0) {
    if (::poll(wait.data(), wait.size(), -1) < 0 && errno != EINTR) return;
    if (wait[0].revents != 0 && !take(out, most_bytes, out_bytes)) wait[0].fd = -1;
    if (wait[1].revents != 0 && !take(err, most_error_bytes, err_bytes)) wait[1].fd = -1;
  }
}

int start(const std::string& folder, const Pipe& out, const Pipe& err, pid_t& child) {
  std::string format = std::string(collectors::support::rpm_query);
  std::string database = folder;
  std::array<std::string, 7> words = {"rpm",           "--dbpath",      database, "-qa",
                                      "--nosignature", "--queryformat", format};
  std::array<char*, 8> arguments{};
  for (std::size_t i = 0; i < words.size(); ++i) arguments[i] = words[i].data();
  std::string language = "LC_ALL=C";
  std::string path = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
  std::array<char*, 3> environment = {language.data(), path.data(), nullptr};
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, out.writer(), STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, err.writer(), STDERR_FILENO);
  int failure = ENOENT;
  for (const char* program : {"/usr/bin/rpm", "/bin/rpm"}) {
    failure =
        ::posix_spawn(&child, program, &actions, nullptr, arguments.data(), environment.data());
    if (failure != ENOENT) break;
  }
  ::posix_spawn_file_actions_destroy(&actions);
  return failure;
}

}  // namespace

Result<std::vector<collectors::support::Package>> list_rpm(const std::string& folder) {
  Pipe out;
  Pipe err;
  if (!out.ok() || !err.ok()) return Error{"rpm", "no pipe can be made"};
  pid_t child = 0;
  if (const int failure = start(folder, out, err, child); failure != 0) {
    return Error{folder, std::string("rpm cannot be started: ") + std::strerror(failure)};
  }
  out.close_end(1);
  err.close_end(1);
  std::string listed;
  std::string complaint;
  take_all(out.reader(), err.reader(), listed, complaint);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return Error{folder, "rpm cannot be waited for"};
  }
  if (listed.size() > most_bytes) return Error{folder, "rpm lists more than 16 MiB"};
  const bool succeeded = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  if (!succeeded || !complaint.empty()) {
    return Error{folder, "rpm -qa: " + (complaint.empty() ? std::string("ended with a failure")
                                                          : clean_text(complaint, 300))};
  }
  auto packages = collectors::support::parse_rpm_list(listed);
  if (!packages.ok()) return Error{folder, "rpm -qa: " + packages.error().text()};
  return packages;
}

}  // namespace ght::support_state
