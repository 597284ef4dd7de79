// Since when each security update has been pending, kept in the check's memory.
#pragma once

#include <map>
#include <string>

#include "agent/core/observation.h"
#include "agent/core/time.h"

namespace ght::collectors::patch {

// Package id -> first seen pending.
using FirstSeen = std::map<std::string, WallTime>;

// What `memory` holds; empty when there is none or it is not understood.
FirstSeen read_first_seen(const Memory& memory);

// As a memory of at most limits::memory_bytes. When that is not enough for all, the oldest are
// kept: they decide the verdict. Dates are whole seconds.
Memory write_first_seen(const FirstSeen& first_seen);

}  // namespace ght::collectors::patch
