// The time zone database.
#pragma once

#include <string>

namespace ght::config {

// "" when `name` is a zone of the system's time zone database; otherwise what is wrong, with the
// nearest name.
std::string time_zone_problem(const std::string& name);

}  // namespace ght::config
