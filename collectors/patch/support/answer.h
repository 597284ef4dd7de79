// The document between the helper program and the collector, both ways.
#pragma once

#include <string>

#include "agent/core/result.h"
#include "collectors/patch/support/match.h"

namespace ght::collectors::support {

// One JSON document and a line end. Bytes that are not UTF-8 come out as U+FFFD.
std::string write_answer(const Findings& findings);

// Reads it back, whole or not at all; an error names the JSON pointer of what is not understood.
// Fails when no package was read: an empty list of software proves nothing then.
Result<Findings> read_answer(const std::string& out);

}  // namespace ght::collectors::support
