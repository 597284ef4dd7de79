#include "agent/io/clock.h"

#include <ctime>
#include <fstream>

namespace ght::io {

MonoTime mono_now() {
  return std::chrono::steady_clock::now();
}

WallTime wall_now() {
  return std::chrono::floor<WallDuration>(std::chrono::system_clock::now());
}

WallTime boot_time() {
  timespec up{};
  if (clock_gettime(CLOCK_BOOTTIME, &up) != 0) return wall_now();
  return wall_now() - std::chrono::duration_cast<WallDuration>(
                          std::chrono::seconds(up.tv_sec) + std::chrono::nanoseconds(up.tv_nsec));
}

std::string boot_id() {
  std::ifstream in("/proc/sys/kernel/random/boot_id");
  std::string id;
  std::getline(in, id);
  return id;
}

}  // namespace ght::io
