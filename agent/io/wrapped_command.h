// Runs somebody's command in our place: nothing between it and its terminal, files and caller.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "agent/core/result.h"

namespace ght::io {

struct WrappedEnd {
  int status = 0;    // exit status, when it exited
  int signal = 0;    // what it died of; 0: it exited
  std::string tail;  // end of its standard output, when that was asked for
};

// Runs argv (found in PATH) with our standard streams, environment and folder, and waits for it.
// TERM, HUP, USR1 and USR2 are passed on; INT and QUIT of a terminal reach it by themselves. With
// `keep_tail` > 0 its standard output goes through us, byte by byte as it comes, and the last bytes
// are kept. An Error when it cannot be started.
Result<WrappedEnd> run_wrapped(const std::vector<std::string>& argv, std::size_t keep_tail);

// Ends this process as the command ended: the same status, or the same signal.
[[noreturn]] void end_like(const WrappedEnd& end);

}  // namespace ght::io
