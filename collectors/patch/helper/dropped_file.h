// Files that the operator drops for a helper to read: bounded, and never waited for.
#pragma once

#include <cstdint>
#include <fstream>
#include <string>

#include "agent/core/result.h"
#include "collectors/patch/exploited.h"

namespace ght::collectors::patch {

// The file, open; an Error that names it when it is not a regular file, has more than `most` bytes
// or cannot be read. A pipe in its place would hold the helper up.
Result<std::ifstream> open_dropped(const std::string& path, std::uintmax_t most);

// The catalogue in the file, which has 2 MB when CISA publishes it; at most 64.
Result<ExploitedCatalogue> read_exploited_file(const std::string& path);

}  // namespace ght::collectors::patch
