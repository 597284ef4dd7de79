// How libapt-pkg is set up so that it reads one root, writes nothing and starts no program.
#pragma once

#include <string>

#include "collectors/patch/apt/helper/failure.h"

namespace ght::apt_state {

// Reads the apt configuration of `root` ("" is the own root) and restrains libapt-pkg. To be called
// once, first.
Outcome set_up_apt(const std::string& root);

// The pending libapt-pkg errors as one line (the stack is emptied); "" when there is none.
std::string pending_apt_errors();

}  // namespace ght::apt_state
