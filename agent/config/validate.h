// One table of fields and one JSON object to Settings: the only way in which anything of the
// configuration is checked for its keys, types, limits and defaults.
#pragma once

#include <span>
#include <string>

#include "agent/config/node.h"
#include "agent/config/problems.h"
#include "agent/core/field.h"

namespace ght::config {

// Reads `node` by `fields`. What is wrong is added to `problems` and left out of the result; an
// object_list keeps its length (an empty Settings for what is not an object). The value of the
// field `unread` (a row of `fields` or of a table inside) is known to be allowed, and left to the
// caller.
Settings validate(const Node& node, std::span<const Field> fields, const std::string& pointer,
                  Problems& problems, const Field* unread = nullptr);

// The value of a default; the table's text must be JSON (a programmer error otherwise).
Node fallback_node(const Field& field);

}  // namespace ght::config
