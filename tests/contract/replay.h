// Runs a collector on recorded evidence as the engine would, and judges what comes out.
#pragma once

#include <string>
#include <vector>

#include "agent/core/collector.h"
#include "tests/contract/fixture.h"

namespace ght::contract {

// What a run is given. Separate from Fixture so that a test can spoil one part.
struct Inputs {
  Settings settings;
  Evidence evidence;
  Memory memory;
  WallTime now{};
};
Inputs inputs_of(const Fixture& fixture);

// Whether this is what such a step brings.
bool fits(const Step& step, const StepResult& result);

// An Error when the plan does not ask for exactly the recorded evidence, in its order.
Result<Observation> replay_strictly(const Collector& collector, const Inputs& run);

// Follows the plan wherever spoilt evidence leads it: a step that was not recorded fails.
Observation replay_freely(const Collector& collector, const Inputs& run);

// The dialogs of the first round, with a peer that says `bytes` whatever it hears, in pieces of the
// size of its first byte (at least 1), and then hangs up.
std::vector<DialogResult> dialogs(const Collector& collector, const Inputs& run,
                                  const std::string& bytes);

// The text of expected.txt: verdict, reason, memory, then the series sorted.
std::string render(const Observation& observation);

// The series alone, as in expected.txt, in the order of the observation.
std::vector<std::string> series(const Observation& observation);

// What no observation may do whatever the evidence was: an undeclared family or reason code, a
// sentence with an empty place, a value that is no number, ... One sentence each.
// `before` is the memory that the run was given: to hand it back untouched is always right.
std::vector<std::string> faults(const Collector& collector, const Observation& observation,
                                const Memory& before);

}  // namespace ght::contract
