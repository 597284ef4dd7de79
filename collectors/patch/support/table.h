// The table of support ends as data: what the package ships, and what a site's own file lays over
// it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/result.h"
#include "collectors/patch/support/ends.h"

namespace ght::collectors::support {

// One cycle of a product ("12", "24.04"). `written` is the date of the file that the row is from.
struct Row {
  Ends ends;
  WallTime written{};
  // Only of a release of an operating system: which cycles of which software it maintains for as
  // long as it lives. Empty: the table does not say.
  std::map<std::string, std::vector<std::string>> ships;
};

struct Product {
  std::string name;               // for people: "Debian"
  std::string source;             // where its dates were read
  std::size_t version_parts = 1;  // how many parts of a version make its cycle: 24.04 has two
  std::map<std::string, Row> cycles;

  // Of an operating system: how it is known, and how its own packages are.
  std::string os_id;                   // ID of os-release
  std::string os_name;                 // NAME of os-release, where the ID alone is not enough
  std::vector<std::string> packagers;  // parts of Maintainer (dpkg) or VENDOR (rpm)
  std::vector<std::string> foreign;    // parts of versions that others give their packages

  // Of software: names of the packages that are it; "#" stands for its cycle ("postgresql-#").
  std::vector<std::string> packages;
};

struct Table {
  WallTime written{};
  std::map<std::string, Product> os;
  std::map<std::string, Product> software;
};

inline constexpr std::size_t table_bytes = 1 << 20;  // a file; the shipped one has 14 KiB

// Reads one file, strictly: an error names the line of a JSON error, else the JSON pointer of the
// first member that is not understood.
Result<Table> parse_table(std::string_view bytes);

// Lays `upper` over `table`, which begins as an empty Table: its cycles replace those of the same
// name, other cycles stay, and so does what a product or cycle of `upper` does not give (names,
// packages, ships). Fails on a product that would then lack what finding it needs. The date stays
// that of the lowest table.
Result<void> overlay(Table& table, const Table& upper);

}  // namespace ght::collectors::support
