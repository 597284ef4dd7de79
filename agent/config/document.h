// JSON text with // and /* */ comments to a Node tree.
#pragma once

#include <optional>
#include <string_view>

#include "agent/config/node.h"
#include "agent/config/problems.h"

namespace ght::config {

// nullopt: the text is no JSON; the last problem added says where and what was expected. A key
// given twice is a problem too, but reading goes on with its first value. Bounded:
// limits::config_bytes, limits::config_depth, limits::checks entries in one array or object.
std::optional<Node> parse_document(std::string_view bytes, Problems& problems);

}  // namespace ght::config
