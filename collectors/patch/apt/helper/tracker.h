// Debian's security tracker (the JSON file of
// https://security-tracker.debian.org/tracker/data/json, dropped by the operator): which version of
// a source package fixes which vulnerability.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "collectors/patch/apt/helper/failure.h"

namespace ght::apt_state {

struct Fix {
  std::string cve;
  std::string version;  // of the source package, in which it is fixed
};

// Source package -> its fixes in the release `codename` ("bookworm"), for the packages `wanted`.
// The file has 70 MB: it is read through once and never held. Fails when it cannot be read, is not
// whole, or says nothing of the release.
Outcome read_tracker(const std::string& path, const std::string& codename,
                     const std::set<std::string>& wanted,
                     std::map<std::string, std::vector<Fix>>& fixes);

}  // namespace ght::apt_state
