// The answer of ght-dnf-state and of ght-zypper-state.
#pragma once

#include <string>

#include "agent/core/result.h"
#include "collectors/patch/rpm_state.h"

namespace ght::collectors::rpm {

// Whole or not at all; the Error names the place that is not understood.
Result<State> read_answer(const std::string& out);

}  // namespace ght::collectors::rpm
