// Values as people say them, in their language and the site's time zone.
#pragma once

#include <cstdint>
#include <string>

#include "agent/core/time.h"
#include "agent/exposition/texts.h"

namespace ght {

// The two largest units, cut, not rounded: "3 h 12 min", "2 j 4 h", "1,5 s", "250 ms". Hours go on
// to 47, because contracts say "26 h". A negative length has a minus sign.
std::string say_duration(Duration duration, Language language);

// Whole seconds only: for "since" and "ago", where milliseconds are noise.
std::string say_elapsed(WallDuration duration, Language language);

// "23/11/2026 04:05" or "2026-11-23 04:05" in `time_zone` (IANA name; UTC when it is not known to
// the system). The hour that comes twice at the end of summer time is followed by its offset.
std::string say_date(WallTime time, Language language, const std::string& time_zone);

// As say_date, with seconds: for the time of the page.
std::string say_date_seconds(WallTime time, Language language, const std::string& time_zone);

// "Europe/Paris, UTC+01:00": what the dates of the page are in.
std::string say_zone(WallTime now, const std::string& time_zone);

// "1,4 Gio", "1.4 GiB", "512 o": powers of 1024, one decimal, cut.
std::string say_bytes(std::uint64_t bytes, Language language);

// "99,9583 %", "99.9583%": at most four decimals, cut, so that 99.899 never reads 99.9, and 100
// stands only for exactly 1.
std::string say_ratio(double ratio, Language language);

}  // namespace ght
