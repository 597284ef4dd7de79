// Bounded reading of the files of one system, which may be another one's root.
#pragma once

#include <cstddef>
#include <string>

#include "agent/core/result.h"

namespace ght::support_state {

// The root of the system that is looked at. Empty: this system's.
class Root {
 public:
  // Fails when `folder` is not a readable directory.
  static Result<Root> open(const std::string& folder);

  // The real path of `path` ("/etc/os-release") in this root. Fails when there is none, and when a
  // link leads out of the root: what is found there would be another system's.
  Result<std::string> real_path(const std::string& path) const;

  bool has(const std::string& path) const { return real_path(path).ok(); }

 private:
  std::string folder_;  // real, without a final slash; empty for "/"
};

// All of the regular file at `path`; fails when it has more than `most` bytes.
Result<std::string> read_whole(const std::string& path, std::size_t most);

// Beside this program: ../../share/ght-agent of an installation, ../share of a build.
Result<std::string> shipped_table_path();

}  // namespace ght::support_state
