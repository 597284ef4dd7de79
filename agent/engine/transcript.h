// Evidence in a few lines, for people: where, how far, how long.
#pragma once

#include <string>

#include "agent/core/evidence.h"

namespace ght {

// One line per step, without a final newline, at most limits::transcript_bytes, clean UTF-8. The
// words are those of the protocols and of the metrics, in no language. Left out on purpose: bodies,
// messages, the query of a URL, and every header but the few that say what kind of server it was.
std::string transcript(const Evidence& evidence);

}  // namespace ght
