// "10%" or "500GB": how much must be left.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace ght::collectors::host {

enum class Amount { bytes, pieces };

struct Threshold {
  std::string text;  // as it was written
  bool percent = false;
  double value = 0;  // per cent, bytes or pieces
};

// A percentage from 0 to 100; bytes with a unit (B, kB, MB, GB, TB, KiB, MiB, GiB, TiB), or pieces
// without one.
std::optional<Threshold> parse_threshold(const std::string& text, Amount amount);

// Whether `left` of `whole` is less than that.
bool falls_short(const Threshold& least, std::uint64_t left, std::uint64_t whole);

}  // namespace ght::collectors::host
