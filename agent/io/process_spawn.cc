#include "agent/io/process_spawn.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <map>
#include <system_error>

namespace ght::io {
namespace {

constexpr std::string_view fixed_path = "/usr/sbin:/usr/bin:/sbin:/bin";

Error system_error(const std::string& about, std::string_view what, int error) {
  return {about, std::string(what) + ": " + std::generic_category().message(error)};
}

// Why `path` cannot be executed; empty when it can be.
std::string refusal(const std::string& path) {
  struct stat info{};
  if (::stat(path.c_str(), &info) != 0) return std::generic_category().message(errno);
  if (S_ISDIR(info.st_mode)) return "is a directory";
  if (!S_ISREG(info.st_mode)) return "is not a regular file";
  if (::faccessat(AT_FDCWD, path.c_str(), X_OK, AT_EACCESS) != 0) {
    return errno == EACCES ? "is not executable by this user"
                           : std::generic_category().message(errno);
  }
  return "";
}

std::vector<std::string> search_directories(const HelperOptions& options) {
  std::vector<std::string> directories;
  if (!options.helper_directory.empty()) directories.push_back(options.helper_directory);
  for (std::size_t begin = 0; begin <= fixed_path.size();) {
    const std::size_t end = std::min(fixed_path.find(':', begin), fixed_path.size());
    directories.emplace_back(fixed_path.substr(begin, end - begin));
    begin = end + 1;
  }
  return directories;
}

// A NUL would silently cut an argument in two.
Result<void> check_text(const RunHelper& step) {
  for (const std::string& argument : step.arguments) {
    if (argument.contains('\0')) return Error{step.program, "an argument contains a NUL byte"};
  }
  for (const auto& [name, value] : step.environment) {
    if (name.empty() || name.contains('=') || name.contains('\0') || value.contains('\0')) {
      return Error{step.program, "an environment variable is not well-formed"};
    }
  }
  return {};
}

std::vector<std::string> environment_of(const RunHelper& step, const HelperOptions& options) {
  std::map<std::string, std::string> variables = {{"LC_ALL", "C"},
                                                  {"PATH", std::string(fixed_path)}};
  if (!options.cache_directory.empty()) variables["XDG_CACHE_HOME"] = options.cache_directory;
  for (const auto& [name, value] : step.environment) variables[name] = value;
  std::vector<std::string> lines;
  for (const auto& [name, value] : variables) lines.push_back(name + "=" + value);
  return lines;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> list;
  for (std::string& text : texts) list.push_back(text.data());
  list.push_back(nullptr);
  return list;
}

struct Pipe {
  Fd read;
  Fd write;
};

// The write end stays blocking: the helper must not see EAGAIN. A descriptor below 3 (the agent was
// started with one closed) would be overwritten on the way to the helper's 0, 1 and 2.
Result<Pipe> make_pipe(const std::string& about) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return system_error(about, "no pipe", errno);
  Pipe pipe{Fd(ends[0]), Fd(ends[1])};
  if (pipe.write.get() < 3) {
    pipe.write = Fd(::fcntl(pipe.write.get(), F_DUPFD_CLOEXEC, 3));
    if (!pipe.write.open()) return system_error(about, "no pipe", errno);
  }
  if (::fcntl(pipe.read.get(), F_SETFL, O_NONBLOCK) != 0) {
    return system_error(about, "pipe", errno);
  }
  return pipe;
}

// posix_spawn's two argument objects, each destroyed once.
struct SpawnSetup {
  posix_spawnattr_t attributes{};
  posix_spawn_file_actions_t actions{};

  SpawnSetup() {
    GHT_CHECK(posix_spawnattr_init(&attributes) == 0);
    GHT_CHECK(posix_spawn_file_actions_init(&actions) == 0);
  }
  ~SpawnSetup() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
  SpawnSetup(const SpawnSetup&) = delete;
  SpawnSetup& operator=(const SpawnSetup&) = delete;
};

// 0 or an errno (only ENOMEM can happen).
int prepare(SpawnSetup& setup, const std::string& directory, int out, int err) {
  sigset_t none;
  sigset_t all;
  sigemptyset(&none);
  sigfillset(&all);
  const std::array errors = {
      posix_spawnattr_setflags(
          &setup.attributes,
          static_cast<short>(POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF)),
      posix_spawnattr_setsigmask(&setup.attributes, &none),
      posix_spawnattr_setsigdefault(&setup.attributes, &all),
      posix_spawn_file_actions_addopen(&setup.actions, 0, "/dev/null", O_RDONLY, 0),
      posix_spawn_file_actions_adddup2(&setup.actions, out, 1),
      posix_spawn_file_actions_adddup2(&setup.actions, err, 2),
      posix_spawn_file_actions_addclosefrom_np(&setup.actions, 3),
      posix_spawn_file_actions_addchdir_np(&setup.actions, directory.c_str()),
  };
  for (const int error : errors) {
    if (error != 0) return error;
  }
  return 0;
}

Error start_error(const std::string& path, int error) {
  switch (error) {
    case ENOENT:
      return {path, "cannot be started: its interpreter or loader (or /dev/null) is missing"};
    case ENOEXEC:
      return {path, "cannot be started: neither a program of this machine nor a #! script"};
    case ETXTBSY:
      return {path, "cannot be started: the file is being written"};
    case EAGAIN:
      return {path, "cannot be started: the limit on processes is reached"};
    case E2BIG:
      return {path, "cannot be started: arguments and environment are too long"};
    default:
      return system_error(path, "cannot be started", error);
  }
}

// For a child that cannot be watched: ends it at once.
void discard(pid_t pid) {
  ::kill(-pid, SIGKILL);
  while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace

Result<std::string> find_program(const std::string& program, const HelperOptions& options) {
  if (program.empty()) return Error{"helper", "no program is named"};
  if (program.starts_with('/')) {
    const std::string why = refusal(program);
    if (!why.empty()) return Error{program, why};
    return program;
  }
  if (program.contains('/')) {
    return Error{program, "expected an absolute path, or a name without a slash"};
  }
  std::string looked_in;
  std::string found_unusable;
  for (const std::string& directory : search_directories(options)) {
    const std::string path = directory + "/" + program;
    const std::string why = refusal(path);
    if (why.empty()) return path;
    if (::access(path.c_str(), F_OK) == 0 && found_unusable.empty()) {
      found_unusable = "; " + path + " " + why;
    }
    looked_in += (looked_in.empty() ? "" : ", ") + directory;
  }
  return Error{program, "not found in " + looked_in + found_unusable};
}

Result<Spawned> spawn(const RunHelper& step, const HelperOptions& options) {
  GHT_TRY(std::string path, find_program(step.program, options));
  GHT_TRY_VOID(check_text(step));
  GHT_TRY(Pipe out, make_pipe(path));
  GHT_TRY(Pipe err, make_pipe(path));

  SpawnSetup setup;
  if (const int error = prepare(setup, options.working_directory, out.write.get(), err.write.get());
      error != 0) {
    return start_error(path, error);
  }
  std::vector<std::string> words = {path};
  words.insert(words.end(), step.arguments.begin(), step.arguments.end());
  std::vector<std::string> environment = environment_of(step, options);
  Spawned spawned;
  const int error = ::posix_spawn(&spawned.pid, path.c_str(), &setup.actions, &setup.attributes,
                                  pointers(words).data(), pointers(environment).data());
  if (error != 0) return start_error(path, error);

  // Closed before the pidfd is made: two numbers are free then, even at the descriptor limit.
  out.write.reset();
  err.write.reset();
  spawned.pidfd = Fd(static_cast<int>(::syscall(SYS_pidfd_open, spawned.pid, 0)));
  if (!spawned.pidfd.open()) {
    const int refused = errno;
    discard(spawned.pid);
    return system_error(path, "cannot be watched (pidfd_open)", refused);
  }
  spawned.out = std::move(out.read);
  spawned.err = std::move(err.read);
  return spawned;
}

}  // namespace ght::io
