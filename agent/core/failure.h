// What is kept of runs that were not good, for the person who asks why.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agent/core/reason.h"
#include "agent/core/state.h"
#include "agent/core/time.h"

namespace ght {

// Runs in a row with the same verdict and the same reason code.
struct Failure {
  WallTime first{}, last{};
  std::uint64_t runs = 1;
  Verdict verdict = Verdict::unknown;
  Reason reason;  // of the last of them, as the transcript
  // What was done and what came of it, one line per step, at most limits::transcript_bytes. Never a
  // secret, and nothing of what a server or a message says: that may be health data.
  std::string transcript;
};

// Of one check, the newest first, at most limits::failures_kept.
using Failures = std::vector<Failure>;

}  // namespace ght
