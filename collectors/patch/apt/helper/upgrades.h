// What `apt-get dist-upgrade` would do, and what it would leave.
#pragma once

#include <apt-pkg/cachefile.h>

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>

#include "collectors/patch/apt/helper/failure.h"
#include "collectors/patch/apt/helper/questions.h"

namespace ght::apt_state {

// Adds to `state`: "upgrades" and "withheld" (arrays of {"package","architecture","installed",
// "candidate","security","exploited","archives"}; withheld ones also "cause": "hold" or
// "kept_back"), the counts "new_installs", "removals", "broken" and "obsolete", and "exploited"
// (see known_exploited.h). With "broken" over 0 apt-get refuses to upgrade anything: then all that
// is pending is "withheld".
Outcome read_upgrades(pkgCacheFile& cache, const Questions& questions, nlohmann::json& state);

// What tells that libapt-pkg did not understand all of the `installed` packages: it passes over
// stanzas without an error. Empty: it understood as many.
std::string uncounted_packages(pkgCacheFile& cache, std::size_t installed);

}  // namespace ght::apt_state
