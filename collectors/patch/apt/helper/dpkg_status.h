// dpkg's own list of what is installed, read apart from libapt-pkg, which passes over what it does
// not understand: a cut list would look like fewer packages and so like fewer pending updates.
#pragma once

#include <cstddef>
#include <string>

#include "collectors/patch/apt/helper/failure.h"

namespace ght::apt_state {

// Counts the packages in state "installed" of the file at `path` into `installed`. Fails when the
// file cannot be read, holds none, or does not end as dpkg ends it (with an empty line).
Outcome count_installed(const std::string& path, std::size_t& installed);

}  // namespace ght::apt_state
