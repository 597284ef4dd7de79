// Version and revision as built.
#pragma once

#include <string_view>

namespace ght::cli {

std::string_view version();
std::string_view revision();

}  // namespace ght::cli
