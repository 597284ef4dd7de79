// Until when something is maintained, phase by phase, and the days that this is told in.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "agent/core/time.h"

namespace ght::collectors::support {

// "2026-07-11" as the beginning of that day, UTC; nullopt for anything else and outside 1990..2999.
std::optional<WallTime> parse_day(std::string_view text);

// The inverse, for times that parse_day can give.
std::string format_day(WallTime day);

// The end of one phase: a day, or that there is no such phase, or that nobody said.
struct End {
  enum class Kind { unknown, none, day };
  Kind kind = Kind::unknown;
  WallTime day{};

  bool operator==(const End&) const = default;
};

inline End end_on(WallTime day) {
  return {.kind = End::Kind::day, .day = day};
}

// What everybody gets from the maker; what everybody gets after that from others (Debian LTS); what
// only those get who have a contract (ESM, ELS, LTSS, ELTS).
struct Ends {
  End standard = {};
  End lts = {};
  End extended = {};

  bool operator==(const Ends&) const = default;
};

enum class Phase { standard, lts, extended };

// The end of the last phase up to `counted`. `last` is false when a later phase may exist of which
// nothing is known: past `at` the answer is then "unknown", not "ended".
struct Deadline {
  std::optional<WallTime> at;
  bool last = true;
};
Deadline deadline_of(const Ends& ends, Phase counted);

}  // namespace ght::collectors::support
