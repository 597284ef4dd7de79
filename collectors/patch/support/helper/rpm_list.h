// The packages of an rpm database, as the system's own rpm lists them.
#pragma once

#include <string>
#include <vector>

#include "agent/core/result.h"
#include "collectors/patch/support/packages.h"

namespace ght::support_state {

// Runs `rpm -qa` on the database in `folder`, without a shell, with a fixed environment and a bound
// on what it may print. Fails when rpm is missing, ends with anything but 0, or has anything to say
// on standard error: of a damaged database it lists what it can and ends with 0.
Result<std::vector<collectors::support::Package>> list_rpm(const std::string& folder);

}  // namespace ght::support_state
