// All collectors that are built in, in the order of collectors.def.
#pragma once

#include <span>
#include <string_view>

#include "agent/core/collector.h"

namespace ght::collectors {

std::span<const Collector* const> all();

// nullptr when there is none of that name.
const Collector* find(std::string_view name);

// The group's folder name ("backup"); the collector must be one of all().
std::string_view group(const Collector& collector);

}  // namespace ght::collectors
