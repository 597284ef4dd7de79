#include "collectors/patch/names.h"

#include <algorithm>
#include <cstddef>

namespace ght::collectors::patch {

std::string first_of(const std::vector<std::string>& names) {
  constexpr std::size_t shown = 3;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), shown); ++i) {
    text += (i == 0 ? "" : ", ") + names[i];
  }
  return text + (names.size() > shown ? ", …" : "");
}

std::string counted(const std::vector<std::string>& names) {
  return std::to_string(names.size()) + " (" + first_of(names) + ")";
}

}  // namespace ght::collectors::patch
