// The microcode that runs, and what the vendor's files hold.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "collectors/patch/reboot/helper/files.h"

namespace ght::reboot_state {

// "microcode": an entry for each kind of processor for which a file of lib/firmware has microcode.
// None in a virtual machine, where the kernel loads none (no microcode in sysfs), and without such
// a file. A file that cannot be read is its "problem": what is known of kernels holds without it.
void read_microcode(const std::string& root, nlohmann::json& state);

}  // namespace ght::reboot_state
