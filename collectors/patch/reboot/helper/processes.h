// Which processes run code of files that were deleted or replaced, and whose they are.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "collectors/patch/reboot/helper/files.h"

namespace ght::reboot_state {

// "processes": how many were read and how many could not be; "units": what holds those that run
// deleted code. Bounded in processes, bytes and time: what is left out counts as not read.
Outcome read_processes(const std::string& root, nlohmann::json& state);

}  // namespace ght::reboot_state
