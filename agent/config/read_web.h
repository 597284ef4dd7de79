// What the keys of "web" mean together, beyond their own table.
#pragma once

#include "agent/config/config.h"
#include "agent/config/node.h"
#include "agent/config/problems.h"

namespace ght::config {

// `keys` was validated from `node`, which is nullptr when the file has no "web".
WebConfig read_web(const Node* node, const Settings& keys, Problems& problems);

}  // namespace ght::config
