// What `apt-get dist-upgrade` would do, and what it would leave.
#pragma once

#include <apt-pkg/cachefile.h>

#include <cstddef>
#include <nlohmann/json.hpp>

#include "collectors/patch/apt/helper/failure.h"

namespace ght::apt_state {

// Adds to `state`: "upgrades" and "withheld" (arrays of {"package","architecture","installed",
// "candidate","security","archives"}; withheld ones also "cause": "hold" or "kept_back"), and the
// counts "new_installs", "removals", "downgrades" and "broken". With "broken" over 0 apt-get
// refuses to upgrade anything: then all that is pending stands in "withheld". Fails when libapt-pkg
// understood another number of installed packages than `installed`.
Outcome read_upgrades(pkgCacheFile& cache, std::size_t installed, nlohmann::json& state);

}  // namespace ght::apt_state
