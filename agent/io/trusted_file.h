// Files that only their owner can have written: what root obeys and what root runs.
#pragma once

#include <sys/types.h>

#include <string>

#include "agent/core/result.h"

namespace ght::io {

// A path is trusted when every folder on it, from `from` down, and the file itself belong to
// `owner` and can be written to by nobody else. Tests trust a folder of their own.
struct Trust {
  uid_t owner = 0;
  std::string from = "/";
};

// A whole regular file of at most max_bytes. Neither the file nor a folder may be a symbolic link.
Result<std::string> read_trusted_file(const std::string& path, std::size_t max_bytes,
                                      const Trust& trust = {});

// The program that `path` stands for once every symbolic link is followed. What is run is that: its
// folders are trusted, so nobody else can exchange it between this look and the start.
Result<std::string> trusted_program(const std::string& path, const Trust& trust = {});

}  // namespace ght::io
