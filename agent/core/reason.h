// Why a verdict is what it is: a code of a closed list plus typed values. The sentence for people,
// in French and English, is made at the edge from the declared texts, so that dates and durations
// come out in the reader's language and the site's time zone.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "agent/core/time.h"

namespace ght {

// Nothing, text as it came (cut to limits::reason_value_bytes and cleaned at the edge), a number
// without unit, a length of time, a date, or a number of bytes.
struct Bytes {
  std::uint64_t count = 0;
  bool operator==(const Bytes&) const = default;
};
using ReasonValue =
    std::variant<std::monostate, std::string, std::int64_t, Duration, WallTime, Bytes>;

// `code` is declared in core/reasons.h or in the collector's own table; it outlives everything.
// `value` is what was found, `expected` what was wanted. `subject` names which of several things a
// check looks at ("dpi, repo2"); empty when there is only one. `unproven_since`: nothing could be
// learnt since then, and for so long that the verdict is bad.
struct Reason {
  std::string_view code;
  ReasonValue value{};
  ReasonValue expected{};
  std::string subject{};
  std::optional<WallTime> unproven_since{};

  bool operator==(const Reason&) const = default;
};

// The two sentences of one code. "{value}" and "{expected}" are replaced; no final full stop.
struct ReasonText {
  std::string_view code;
  std::string_view fr;
  std::string_view en;
};

}  // namespace ght
