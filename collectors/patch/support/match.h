// What the table says about one system: pure, for the helper program.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/result.h"
#include "collectors/patch/support/os_release.h"
#include "collectors/patch/support/packages.h"
#include "collectors/patch/support/table.h"

namespace ght::collectors::support {

// Whose software it is, and so who says when it ends.
enum class Origin {
  release,       // of the running release, which maintains it for as long as it lives
  distribution,  // of the distribution, for how long the table does not say (RHEL modules)
  other,         // a vendor's, a backport, a leftover of a former release: the table's own row
};
std::string_view name(Origin origin);

// The row of the running release.
struct Release {
  std::string product;  // "Debian"
  std::string cycle;    // "12"
  Ends ends;
  WallTime written{};

  bool operator==(const Release&) const = default;
};

struct Software {
  std::string id;       // "postgresql"
  std::string cycle;    // "15"
  std::string package;  // "postgresql-15"
  Origin origin = Origin::other;
  Ends ends;           // of its own row; unknown when it has none, or another maintains it
  WallTime written{};  // of that row; of the lowest table when it has none

  bool operator==(const Software&) const = default;
};

struct Findings {
  OsRelease os;
  std::optional<Release> release;  // nullopt: not in the table
  std::size_t packages = 0;
  WallTime written{};  // of the lowest table
  std::vector<Software> software;
};

inline constexpr std::size_t most_software = 64;  // each is a handful of series

// One entry for each software and cycle; where packages of several origins make one, that of which
// the least is known. Fails when there are more than most_software.
Result<Findings> match(const Table& table, const OsRelease& os, std::span<const Package> packages);

// The cycle that a version belongs to: its first `parts` numbers, without epoch. Empty when the
// version does not begin with a number.
std::string cycle_of(std::string_view version, std::size_t parts);

// The text that "#" stands for when `name` is made as `pattern` says (empty where there is no "#");
// nullopt when it is not. "#" takes digits and dots only.
std::optional<std::string_view> matched(std::string_view pattern, std::string_view name);

}  // namespace ght::collectors::support
