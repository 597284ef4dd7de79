// What is installed, from the two lists that package managers keep.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/core/result.h"

namespace ght::collectors::support {

struct Package {
  std::string name;
  std::string version;   // as the package manager writes it, epoch included
  std::string packager;  // Maintainer (dpkg) or VENDOR (rpm)
};

// The installed packages of /var/lib/dpkg/status. Fails unless `bytes` is a whole list: it has at
// least one installed package, each with name and version, and ends as dpkg ends it (an empty
// line).
Result<std::vector<Package>> parse_dpkg_status(std::string_view bytes);

// The query format for `rpm -qa`, and its output: one line a package, and a last line end at the
// end. Fails on any other line, and when there is none.
inline constexpr std::string_view rpm_query =
    "%{NAME}\t%{EPOCHNUM}:%{VERSION}-%{RELEASE}\t%{VENDOR}\n";
Result<std::vector<Package>> parse_rpm_list(std::string_view bytes);

}  // namespace ght::collectors::support
