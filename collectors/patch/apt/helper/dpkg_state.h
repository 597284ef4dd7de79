// dpkg's own list of what is installed, read apart from libapt-pkg, which passes over what it does
// not understand: a cut list would look like fewer packages and so like fewer pending updates.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "collectors/patch/apt/helper/failure.h"

namespace ght::apt_state {

struct DpkgState {
  std::size_t installed = 0;                 // packages in state "installed"
  std::string fault = {};                    // what is damaged; empty: nothing
  std::vector<std::string> unfinished = {};  // whose installation did not end; at most 20, sorted
  bool busy = false;  // a process held dpkg's lock before or after the reading
};

// Reads the file at `path` ("/var/lib/dpkg/status") and what stands beside it. A list that holds no
// package, a NUL byte, or does not end as dpkg ends it (with an empty line) is damaged. Fails when
// the file cannot be read: then nothing is known. Status words: dpkg(1), PACKAGE STATES.
Outcome read_dpkg_state(const std::string& path, DpkgState& state);

}  // namespace ght::apt_state
