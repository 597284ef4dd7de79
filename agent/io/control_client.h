// The command line's side of the control socket (agent/io/control_server.h). Blocks.
#pragma once

#include <string>

#include "agent/core/result.h"
#include "agent/core/time.h"

namespace ght::io {

// One request line, one answer line, both without the line end. An Error says whether no agent
// runs, who may ask it, that it did not answer within `timeout`, or that its answer is no line.
Result<std::string> control_request(const std::string& path, const std::string& line,
                                    Duration timeout);

}  // namespace ght::io
