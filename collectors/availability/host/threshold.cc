#include "collectors/availability/host/threshold.h"

#include <array>
#include <charconv>
#include <string_view>
#include <utility>

namespace ght::collectors::host {
namespace {

constexpr double most = 1e18;

constexpr std::array<std::pair<std::string_view, double>, 9> units = {{{"B", 1},
                                                                       {"kB", 1e3},
                                                                       {"MB", 1e6},
                                                                       {"GB", 1e9},
                                                                       {"TB", 1e12},
                                                                       {"KiB", 1024.0},
                                                                       {"MiB", 1048576.0},
                                                                       {"GiB", 1073741824.0},
                                                                       {"TiB", 1099511627776.0}}};

}  // namespace

std::optional<Threshold> parse_threshold(const std::string& text, Amount amount) {
  Threshold found{.text = text};
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, found.value, std::chars_format::fixed);
  if (read.ec != std::errc() || !(found.value >= 0) || !(found.value <= most)) return std::nullopt;
  const std::string_view unit(read.ptr, static_cast<std::size_t>(end - read.ptr));
  found.percent = unit == "%";
  if (found.percent) return found.value <= 100 ? std::optional(found) : std::nullopt;
  if (amount == Amount::pieces) return unit.empty() ? std::optional(found) : std::nullopt;
  for (const auto& [name, factor] : units) {
    if (unit != name) continue;
    found.value *= factor;
    return found;
  }
  return std::nullopt;
}

bool falls_short(const Threshold& least, std::uint64_t left, std::uint64_t whole) {
  const double limit = least.percent ? static_cast<double>(whole) * least.value / 100 : least.value;
  return static_cast<double>(left) < limit;
}

}  // namespace ght::collectors::host
