// os-release(5), read as the shell would, without one.
#pragma once

#include <string>
#include <string_view>

#include "agent/core/result.h"

namespace ght::collectors::support {

// Empty members: the file does not have them (a rolling distribution has no VERSION_ID).
struct OsRelease {
  std::string id;       // "debian"
  std::string version;  // "12"
  std::string name;     // NAME: "CentOS Stream"
  std::string title;    // PRETTY_NAME, else NAME
};

// Fails when `bytes` names no ID, has a byte that cannot stand in such a file, or a line that is
// not understood: a damaged file must not pass for a system without a version.
Result<OsRelease> parse_os_release(std::string_view bytes);

}  // namespace ght::collectors::support
