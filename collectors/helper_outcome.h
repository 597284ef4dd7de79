// What every collector that runs a helper says when the helper did not succeed.
#pragma once

#include <cstddef>
#include <optional>

#include "agent/core/evidence.h"
#include "agent/core/limits.h"
#include "agent/core/observation.h"

namespace ght::collectors {

// nullopt when the helper exited with 0: its output is whole and may be read. Otherwise an
// observation `unknown` with the reason of core/reasons.h, no samples, and the memory kept as it
// was: a failed run forgets nothing. `max_output` is that of the step (for the reason's text).
std::optional<Observation> helper_failure(const HelperResult& result, const Memory& before,
                                          std::size_t max_output = limits::helper_output);

// `unknown` because a helper that exited with 0 wrote something that is not understood. `what`
// names the place and what was expected.
Observation helper_unreadable(std::string_view what, const Memory& before);

}  // namespace ght::collectors
