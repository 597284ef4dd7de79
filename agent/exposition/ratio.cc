#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "agent/exposition/people.h"

namespace ght {

std::string say_ratio(double ratio, Language language) {
  if (!std::isfinite(ratio)) return std::string(text(Text::value_missing, language));
  constexpr std::int64_t whole = 1'000'000;  // in ten thousandths of a percent
  const double value = std::clamp(ratio, 0.0, 1.0);
  // 0.9995 has no exact double: the decimal itself stays, everything else is cut downwards.
  std::int64_t parts = std::llround(value * whole);
  if (static_cast<double>(parts) / whole > value) --parts;
  std::array<char, 48> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%d%c%04d", static_cast<int>(parts / 10'000),
                language == Language::fr ? ',' : '.', static_cast<int>(parts % 10'000));
  std::string out = buffer.data();
  out.erase(out.find_last_not_of('0') + 1);
  if (out.back() == ',' || out.back() == '.') out.pop_back();
  return out + (language == Language::fr ? "\u202F%" : "%");
}

}  // namespace ght
