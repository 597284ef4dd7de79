// The only place that reads clocks.
#pragma once

#include <string>

#include "agent/core/time.h"

namespace ght::io {

MonoTime mono_now();
WallTime wall_now();

// When this machine was booted, by the wall clock as it is now. Time in suspension is part of it.
WallTime boot_time();

// The kernel's id of this boot (/proc/sys/kernel/random/boot_id); empty when unreadable.
std::string boot_id();

}  // namespace ght::io
