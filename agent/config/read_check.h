// What a check's keys mean together, beyond each key's own table.
#pragma once

#include <map>
#include <string>

#include "agent/config/config.h"
#include "agent/config/node.h"
#include "agent/config/problems.h"
#include "agent/config/tables.h"

namespace ght::config {

// A value in the file: its own place when it is given, its object's when a default stands in.
struct Spot {
  std::size_t offset = 0;
  std::string pointer;
};
Spot spot_of(const Node& parent, const std::string& pointer, std::string_view key);

// Names of the checks so far, with the offset of each name.
using SeenNames = std::map<std::string, std::size_t, std::less<>>;

// `keys` was validated from `node`, all but its settings; what is wrong is missing in it. The check
// is complete only when `problems` has got no error from anywhere.
Check read_check(const Node& node, const Settings& keys, const std::string& pointer,
                 const Tables& tables, SeenNames& seen, Problems& problems);

}  // namespace ght::config
