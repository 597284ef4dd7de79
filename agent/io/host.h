// What this host says of itself.
#pragma once

#include <cstddef>
#include <string>

#include "agent/core/result.h"

namespace ght::io {

std::string hostname();     // gethostname(2); "localhost" when it fails
std::string os_name();      // PRETTY_NAME of os-release(5); "unknown" when unreadable
std::string kernel_name();  // uname(2) release

// What a daemon wants of its process: SIGPIPE ignored, files for itself and its group only, one
// malloc arena that gives memory back (one thread does nearly everything).
void settle_process();

// Of standard output: columns, 0 when it is not a terminal.
std::size_t terminal_width();

// Standard output is a terminal, and NO_COLOR (no-color.org) is not set.
bool wants_colour();

// A whole regular file of at most max_bytes.
Result<std::string> read_file(const std::string& path, std::size_t max_bytes);

// Makes the directory (mode 0750, parents too) if it is missing.
Result<void> make_directory(const std::string& path);

// Claims a directory for this process until it ends, flock(2): false when another process has it.
// An Error when that cannot be known.
Result<bool> claim_directory(const std::string& path);

}  // namespace ght::io
