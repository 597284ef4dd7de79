// Tells whether a file is still the one that was read.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace ght::io {

// All zero when there is no such file.
struct FileStamp {
  std::uint64_t device = 0, inode = 0;
  std::int64_t size = 0, modified_ns = 0;
  bool operator==(const FileStamp&) const = default;
};

FileStamp file_stamp(const std::string& path);

}  // namespace ght::io
