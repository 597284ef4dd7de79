// What the check remembers of this boot.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "agent/core/observation.h"
#include "agent/core/time.h"

namespace ght::collectors::reboot {

struct Remembered {
  std::string boot_id;
  std::optional<WallTime> required_since;
  // "kind name" of what runs replaced code -> time between boot and when that was first seen. No
  // step of the clock changes it.
  std::map<std::string, Duration> units;
};

// Empty (with the given id) when the memory is of another boot, or is not understood.
Remembered remembered_of(const Memory& memory, const std::string& boot_id);

// At most limits::memory_bytes; when that is not enough the units seen first are kept.
Memory memory_of(const Remembered& remembered);

}  // namespace ght::collectors::reboot
