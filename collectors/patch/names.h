// Lists of names in reasons: the first three, and that there are more.
#pragma once

#include <string>
#include <vector>

namespace ght::collectors::patch {

// "a, b, c, …"; empty without names.
std::string first_of(const std::vector<std::string>& names);

// "5 (a, b, c, …)".
std::string counted(const std::vector<std::string>& names);

}  // namespace ght::collectors::patch
