#include "agent/io/clock.h"

#include <fstream>

namespace ght::io {

MonoTime mono_now() {
  return std::chrono::steady_clock::now();
}

WallTime wall_now() {
  return std::chrono::floor<WallDuration>(std::chrono::system_clock::now());
}

std::string boot_id() {
  std::ifstream in("/proc/sys/kernel/random/boot_id");
  std::string id;
  std::getline(in, id);
  return id;
}

}  // namespace ght::io
