// Load, memory and start of this machine.
#pragma once

#include <cstdint>
#include <optional>

namespace ght::host_state {

struct System {
  double load = 0;  // of the last five minutes
  long processors = 0;
  std::uint64_t memory = 0, memory_available = 0;  // bytes
  std::int64_t booted = 0;                         // seconds since 1970
};

// nullopt when any of it cannot be read.
std::optional<System> read_system();

}  // namespace ght::host_state
