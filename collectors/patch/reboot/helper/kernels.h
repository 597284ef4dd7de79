// The kernel that runs, those that are installed, and who asked for a reboot.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "collectors/patch/reboot/helper/files.h"

namespace ght::reboot_state {

// "boot" and "kernel": this boot, and what it started.
Outcome read_boot(const std::string& root, nlohmann::json& state);

// "flags": the files that ask for a reboot, with their dates.
Outcome read_flags(const std::string& root, nlohmann::json& state);

// "installed": every kernel image, with the date it came and the version of its dpkg package;
// "rpm": the folder of the rpm database, null when packages are not rpm's.
Outcome read_installed(const std::string& root, nlohmann::json& state);

}  // namespace ght::reboot_state
