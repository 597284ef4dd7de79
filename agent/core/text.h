// Small pure text functions that more than one folder needs.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "agent/core/time.h"

namespace ght {

// "250ms", "15s", "10m", "26h", "7d": a whole number and one unit, no sign, no space. nullopt for
// anything else, and for what does not fit 100 years.
std::optional<Duration> parse_duration(std::string_view text);

// The inverse, in the largest unit that divides it exactly: 26h, 90s, 1500ms.
std::string format_duration(Duration duration);

// "2026-11-23T04:05:06Z", with ".123" when there are milliseconds (RFC 3339, UTC).
std::string format_rfc3339(WallTime time);

// RFC 3339 with any offset and any fraction (cut to milliseconds). nullopt when it is not one.
std::optional<WallTime> parse_rfc3339(std::string_view text);

// True for well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms).
bool is_utf8(std::string_view text);

// For showing foreign bytes: ill-formed UTF-8 and control characters (those of writing direction
// and C1 too) become U+FFFD or a space, runs of white space become one space, and the result has at
// most max_bytes (ending in "…" when cut).
std::string clean_text(std::string_view text, std::size_t max_bytes);

// The candidate with the smallest edit distance, when that is at most a third of the longer word.
std::optional<std::string_view> nearest(std::string_view word,
                                        std::span<const std::string_view> candidates);

}  // namespace ght
