// What a check of updates remembers from run to run.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "agent/core/observation.h"
#include "agent/core/time.h"

namespace ght::collectors::patch {

// Package id -> first seen pending.
using FirstSeen = std::map<std::string, WallTime>;

struct Recollection {
  FirstSeen first_seen = {};
  std::optional<WallTime> unfinished_since =
      {};  // an installation under way has left packages unfinished
  std::optional<WallTime> idle_since = {};  // automatic updates are on and have never ended well
};

// What `memory` holds; what is not understood of it is left out.
Recollection recall(const Memory& memory);

// As a memory of at most limits::memory_bytes. When that is not enough for all first-seen dates,
// the oldest are kept: they decide the verdict. Dates are whole seconds.
Memory remember(const Recollection& recollection);

}  // namespace ght::collectors::patch
