#include "agent/io/file_stamp.h"

#include <sys/stat.h>

namespace ght::io {

FileStamp file_stamp(const std::string& path) {
  struct stat found{};
  if (::stat(path.c_str(), &found) != 0) return {};
  constexpr std::int64_t ns_per_s = 1'000'000'000;
  return {found.st_dev, found.st_ino, found.st_size,
          found.st_mtim.tv_sec * ns_per_s + found.st_mtim.tv_nsec};
}

}  // namespace ght::io
