// The answer of ght-dnf-state.
#pragma once

#include <string>

#include "agent/core/result.h"
#include "collectors/patch/dnf/state.h"

namespace ght::collectors::dnf {

// Whole or not at all; the Error names the place that is not understood.
Result<State> read_answer(const std::string& out);

}  // namespace ght::collectors::dnf
