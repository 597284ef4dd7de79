// Values as people say them, in their language and the site's time zone.
#pragma once

#include <cstddef>
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

// Nothing cut: "719 h 12 min 5 s", "0 s", "1 min 0,250 s". For columns that have to add up. Hours
// are the largest unit, as in contracts.
std::string say_exact(WallDuration duration, Language language);

// "99,8996 %" or "99.8996%": a ratio of 0 to 1 cut, never rounded up, to `decimals` of a percent,
// so that what missed a level never reads as if it had met it; "100 %" is exactly 1. Anything else
// is no ratio, and is said to be unknown.
std::string say_ratio(double ratio, Language language, std::size_t decimals = 4);

// "novembre 2026", and "2026-11" for programs: the month of this moment in `time_zone`.
std::string say_month(WallTime time, Language language, const std::string& time_zone);
std::string month_key(WallTime time, const std::string& time_zone);

// "23/11/2026 04:05" or "2026-11-23 04:05" in `time_zone` (IANA name; UTC when it is not known to
// the system). The hour that comes twice at the end of summer time is followed by its offset.
std::string say_date(WallTime time, Language language, const std::string& time_zone);

// As say_date, with seconds: for the time of the page.
std::string say_date_seconds(WallTime time, Language language, const std::string& time_zone);

// "Europe/Paris, UTC+01:00": what the dates of the page are in.
std::string say_zone(WallTime now, const std::string& time_zone);

// "1,4 Gio", "1.4 GiB", "512 o": powers of 1024, one decimal, cut.
std::string say_bytes(std::uint64_t bytes, Language language);

}  // namespace ght
