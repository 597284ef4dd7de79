// Names and versions of rpm packages.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ght::collectors::dnf {

// "openssl-libs-1:3.0.7-6.el9.x86_64" as its parts.
struct Nevra {
  std::string package;  // "openssl-libs.x86_64"
  std::string evr;      // "1:3.0.7-6.el9"; "0:" when there is no epoch
};
std::optional<Nevra> read_nevra(std::string_view text);

// Less than, equal to, or greater than 0, as rpm orders two epoch:version-release.
int compare_evr(std::string_view left, std::string_view right);

}  // namespace ght::collectors::dnf
