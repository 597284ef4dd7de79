#include "collectors/availability/host/helper/space.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cctype>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>
#include <set>

namespace ght::host_state {
namespace {

using Clock = std::chrono::steady_clock;

struct Answer {
  int error = 0;
  std::uint64_t mount_id = 0;
  struct statfs space = {};
};

struct Asked {
  pid_t child = -1;
  int pipe = -1;
};

struct FolderCloser {
  void operator()(DIR* folder) const { closedir(folder); }
};

// The name of the process that asks for this path; a process's name has at most 15 characters.
std::string child_name(const std::string& path) {
  std::uint32_t hash = 2166136261U;  // FNV-1a
  for (unsigned char c : path) hash = (hash ^ c) * 16777619U;
  std::array<char, 16> name{};
  std::snprintf(name.data(), name.size(), "ghtfs-%08x", hash);
  return name.data();
}

struct Process {
  std::string name;
  char state = 'Z';
  std::string parent;
};

// "PID (NAME) STATE PARENT ..."; a name may hold anything, but it is the last thing in parentheses.
Process process_of(const std::string& pid) {
  std::ifstream file("/proc/" + pid + "/stat");
  std::string line;
  std::getline(file, line);
  const std::size_t open = line.find('('), close = line.rfind(')');
  if (open == std::string::npos || close == std::string::npos || close + 4 > line.size()) return {};
  const std::size_t end = line.find(' ', close + 4);
  return {.name = line.substr(open + 1, close - open - 1),
          .state = line[close + 2],
          .parent = line.substr(close + 4, end - close - 4)};
}

// Names of children whose own run has ended without them: the kernel does not let go of them.
std::set<std::string> left_behind() {
  std::set<std::string> names;
  const std::unique_ptr<DIR, FolderCloser> folder(opendir("/proc"));
  while (const dirent* entry = folder ? readdir(folder.get()) : nullptr) {
    if (std::isdigit(static_cast<unsigned char>(entry->d_name[0])) == 0) continue;
    const Process process = process_of(entry->d_name);
    // A dead one (Z) only waits for somebody to read how it ended.
    if (process.name.starts_with("ghtfs-") && process.state != 'Z' &&
        process_of(process.parent).name != "ght-host-state") {
      names.insert(process.name);
    }
  }
  return names;
}

[[noreturn]] void ask_and_end(const std::string& path, int pipe) {
  prctl(PR_SET_NAME, child_name(path).c_str());
  // Whoever waits for the end of our output must not wait for this process.
  close(STDOUT_FILENO);
  close(STDERR_FILENO);
  Answer answer;
  struct statx place = {};
  if (statx(AT_FDCWD, path.c_str(), 0, STATX_MNT_ID, &place) != 0 ||
      statfs(path.c_str(), &answer.space) != 0) {
    answer.error = errno;
  } else if ((place.stx_mask & STATX_MNT_ID) != 0) {
    answer.mount_id = place.stx_mnt_id;
  }
  const bool written = write(pipe, &answer, sizeof answer) == sizeof answer;
  _exit(written ? 0 : 1);
}

Asked ask(const std::string& path) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return {};
  const pid_t child = fork();
  if (child == 0) ask_and_end(path, ends[1]);
  close(ends[1]);
  if (child > 0) return {.child = child, .pipe = ends[0]};
  close(ends[0]);
  return {};
}

Space space_of(const Answer& answer) {
  Space space;
  space.state = Space::State::failed;
  if (answer.error != 0) {
    space.error = std::strerror(answer.error);
    return space;
  }
  space.mount_id = answer.mount_id;
  const auto unit = static_cast<std::uint64_t>(answer.space.f_frsize);
  space.size = answer.space.f_blocks * unit;
  space.free = answer.space.f_bfree * unit;
  space.available = answer.space.f_bavail * unit;
  space.inodes = answer.space.f_files;
  space.free_inodes = answer.space.f_ffree;
  // FUSE answers so to users other than the one who has mounted it.
  if (space.size == 0) {
    space.error = "it tells no size";
    return space;
  }
  space.state = Space::State::known;
  return space;
}

void wait_for(const Asked& asked, Clock::time_point until, Space& space) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
  pollfd answer = {.fd = asked.pipe, .events = POLLIN, .revents = 0};
  Answer said;
  if (poll(&answer, 1, left > 0 ? static_cast<int>(left) : 0) <= 0) return;
  if (read(asked.pipe, &said, sizeof said) == sizeof said) {
    space = space_of(said);
    waitpid(asked.child, nullptr, 0);  // it has nothing left to do but end
  } else {
    space.state = Space::State::failed;
    space.error = "the process that asked for it was killed";
  }
}

}  // namespace

std::vector<Space> spaces_of(const std::vector<std::string>& paths,
                             std::chrono::milliseconds patience) {
  const std::set<std::string> stuck = left_behind();
  std::vector<Space> spaces(paths.size());
  std::vector<Asked> asked(paths.size());
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (stuck.contains(child_name(paths[i]))) continue;  // still hung
    asked[i] = ask(paths[i]);
    if (asked[i].child > 0) continue;
    spaces[i].state = Space::State::failed;
    spaces[i].error = "no process could be started to ask for it";
  }
  const Clock::time_point until = Clock::now() + patience;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (asked[i].child > 0) wait_for(asked[i], until, spaces[i]);
  }
  // Not waited for: one that the kernel holds would hold us, too.
  for (std::size_t i = 0; i < paths.size(); ++i) {
    const bool waits = asked[i].child > 0 && spaces[i].state == Space::State::hung;
    if (waits) kill(asked[i].child, SIGKILL);
  }
  return spaces;
}

}  // namespace ght::host_state
