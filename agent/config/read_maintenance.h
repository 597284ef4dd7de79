// What the keys of a planned maintenance mean together.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/config/node.h"
#include "agent/config/problems.h"
#include "agent/core/field.h"
#include "agent/core/maintenance.h"

namespace ght::config {

struct MaintenanceContext {
  std::span<const Field> fields;         // its keys
  std::string zone;                      // of the site; empty: told already that there is none
  std::vector<std::string_view> checks;  // the names of all
};

// `keys` was validated from `node`; what is wrong is missing in it. The plan is complete only when
// `problems` has got no error from anywhere.
MaintenancePlan read_maintenance(const Node& node, const Settings& keys, const std::string& pointer,
                                 const MaintenanceContext& context, Problems& problems);

}  // namespace ght::config
