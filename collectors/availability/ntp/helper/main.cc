// ght-clock-state: what the kernel knows of its own clock, and whether chronyd runs here, as one
// JSON document on standard output.
//
// It asks adjtimex to change nothing, which needs no right. Exit 0: the answer is whole, even when
// the kernel has refused its part. Exit 1: nothing is printed but a line on standard error.
#include <dirent.h>
#include <sys/timex.h>

#include <cctype>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>
#include <string>

namespace {

struct Closer {
  void operator()(DIR* folder) const { closedir(folder); }
  void operator()(std::FILE* file) const { std::fclose(file); }
};

std::string command_of(const char* process) {
  const std::string path = std::string("/proc/") + process + "/comm";
  const std::unique_ptr<std::FILE, Closer> file(std::fopen(path.c_str(), "re"));
  char name[32] = {};
  // A process may end while it is looked at.
  if (!file || std::fgets(name, sizeof name, file.get()) == nullptr) return {};
  name[std::strcspn(name, "\n")] = '\0';
  return name;
}

// Its files are closed to other users; its process is not.
std::optional<bool> chronyd_runs() {
  const std::unique_ptr<DIR, Closer> folder(opendir("/proc"));
  if (!folder) return std::nullopt;
  while (const dirent* entry = readdir(folder.get())) {
    const bool is_process = std::isdigit(static_cast<unsigned char>(entry->d_name[0])) != 0;
    if (is_process && command_of(entry->d_name) == "chronyd") return true;
  }
  return false;
}

void print_kernel() {
  timex clock = {};  // modes = 0: only read
  if (adjtimex(&clock) < 0) {
    std::printf("{\"error\":\"adjtimex: %s\"}", std::strerror(errno));
    return;
  }
  const long nanoseconds = (clock.status & STA_NANO) != 0 ? clock.offset : clock.offset * 1000;
  std::printf(
      "{\"synchronised\":%s,\"offset_ns\":%ld,\"max_error_us\":%ld,\"estimated_error_us\":%ld}",
      (clock.status & STA_UNSYNC) != 0 ? "false" : "true", nanoseconds, clock.maxerror,
      clock.esterror);
}

}  // namespace

int main() {
  const std::optional<bool> chronyd = chronyd_runs();
  if (!chronyd) {
    std::fprintf(stderr, "/proc: cannot be read: %s\n", std::strerror(errno));
    return 1;
  }
  std::printf("{\"format\":1,\"chronyd\":%s,\"kernel\":", *chronyd ? "true" : "false");
  print_kernel();
  std::printf("}\n");
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return 0;
  std::fprintf(stderr, "standard output: cannot be written\n");
  return 1;
}
