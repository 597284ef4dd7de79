// What a collector made of the evidence.
#pragma once

#include <string>
#include <vector>

#include "agent/core/reason.h"
#include "agent/core/sample.h"
#include "agent/core/state.h"

namespace ght {

// A small JSON text that the agent keeps per check (over restarts) and hands back at the next run:
// first-seen dates, the last finished result. Empty at first. In an Observation, empty means that
// nothing is to be changed. At most limits::memory_bytes.
struct Memory {
  std::string json;
  bool operator==(const Memory&) const = default;
};

// `verdict` is `unknown` whenever the collector could not measure; samples then hold only what is
// known all the same. `reason` is always given, for good too ("latest snapshot 3 h old").
struct Observation {
  Verdict verdict = Verdict::unknown;
  Reason reason;
  std::vector<Sample> samples;
  Memory memory;
};

}  // namespace ght
