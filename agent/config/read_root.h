// The whole document to a Config.
#pragma once

#include <string_view>

#include "agent/config/config.h"
#include "agent/config/node.h"
#include "agent/config/problems.h"
#include "agent/config/tables.h"

namespace ght::config {

// The Config is complete only when `problems` has got no error.
Config read_root(const Node& document, std::string_view hostname, const Tables& tables,
                 Problems& problems);

}  // namespace ght::config
