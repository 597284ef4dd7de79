#include "collectors/availability/host/helper/system.h"

#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <string>

namespace ght::host_state {
namespace {

// The number after the first word that is `key`; 0 when there is none.
std::uint64_t number_after(const char* path, const std::string& key) {
  std::ifstream file(path);
  for (std::string word; file >> word;) {
    std::uint64_t value = 0;
    if (word == key && file >> value) return value;
  }
  return 0;
}

}  // namespace

std::optional<System> read_system() {
  std::array<double, 3> loads{};  // 1, 5 and 15 minutes
  System system;
  system.processors = sysconf(_SC_NPROCESSORS_ONLN);
  system.memory = number_after("/proc/meminfo", "MemTotal:") * 1024;
  system.memory_available = number_after("/proc/meminfo", "MemAvailable:") * 1024;
  system.booted = static_cast<std::int64_t>(number_after("/proc/stat", "btime"));
  if (getloadavg(loads.data(), 3) != 3 || system.processors < 1 || system.memory == 0 ||
      system.memory_available == 0 || system.booted == 0) {
    return std::nullopt;
  }
  system.load = loads[1];
  return system;
}

}  // namespace ght::host_state
