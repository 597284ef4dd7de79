#include "collectors/patch/apt/helper/dpkg_status.h"

#include <cerrno>
#include <cstring>
#include <fstream>

namespace ght::apt_state {

Outcome count_installed(const std::string& path, std::size_t& installed) {
  installed = 0;
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) return Failure{path + ": cannot be read: " + std::strerror(errno)};
  std::string line;
  bool has_end = false;  // the last line was empty and had its newline
  while (std::getline(file, line)) {
    has_end = line.empty() && !file.eof();
    if (line.find('\0') != std::string::npos) {
      return Failure{path + ": has a NUL byte (damaged; expected dpkg's list of packages)"};
    }
    if (line.starts_with("Status:") && line.ends_with(" installed")) ++installed;
  }
  if (file.bad()) return Failure{path + ": cannot be read to its end"};
  if (installed == 0) {
    return Failure{path + ": names no installed package (expected dpkg's list of packages)"};
  }
  if (!has_end) {
    return Failure{path + ": does not end with an empty line (cut short, or being written)"};
  }
  return std::nullopt;
}

}  // namespace ght::apt_state
