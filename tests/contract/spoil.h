// The ways in which evidence goes wrong.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/evidence.h"
#include "agent/core/observation.h"

namespace ght::contract {

// The lengths at which a text of `size` bytes is cut: each within its first and last 512
// bytes, and about 512 spread ones in between, since all of them take time by the square of the
// size. Never the whole length.
std::vector<std::size_t> cuts(std::size_t size);

// A network code of core/reasons.h as static text; it must be one.
std::string_view failure(std::string_view code);

struct Failed {
  std::string what;
  StepResult result;
  bool measured_nothing = false;  // the agent ended it, whatever it had written by then
};

// Every way in which this step could have failed, once with what it had brought, once without.
std::vector<Failed> failures(const StepResult& recorded);

// The bytes that came from outside in this result: output, body, what was heard last; nullptr when
// it has none (values that the agent itself has read).
std::string* answer_of(StepResult& result);

StepResult of_other_kind(const StepResult& result);

// JSON answers (a document, or one a line) whose parts are of another type than `usual`'s, each
// part in turn (of an array: two elements and the last); empty when `usual` is not JSON. At most
// 5000.
std::vector<std::string> other_shapes(const std::string& usual);

// Texts that a damaged or foreign state file could hand to a collector, built around `usual`.
std::vector<std::string> garbage_memories(const Memory& usual);

}  // namespace ght::contract
