// Hours of the week, in the site's local time: when a service level holds, or when a recurring
// maintenance takes place. Values only; agent/ledger/calendar puts them on the time line.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

#include "agent/core/result.h"

namespace ght {

// [from, to) in minutes after local midnight of the day it begins on. 0 <= from < 1440 and
// from < to <= from + 1440: beyond 1440 it goes on after midnight, into the next day.
struct HoursSpan {
  std::chrono::minutes from{};
  std::chrono::minutes to{};

  bool operator==(const HoursSpan&) const = default;
};

struct WeeklyHours {
  bool always = false;                         // "24x7"; the rest is then empty
  std::array<std::vector<HoursSpan>, 7> days;  // Monday first
  // On public holidays instead of the day of the week; absent: a holiday is a day like any other;
  // empty: closed.
  std::optional<std::vector<HoursSpan>> holiday;

  bool operator==(const WeeklyHours&) const = default;
};

// "24x7", or rules separated by ", ": DAYS HOURS. DAYS is mon tue wed thu fri sat sun, a range
// ("mon-fri", "sat-mon"), "daily" or "holiday"; HOURS is "08:00-18:00", several joined by "+"
// ("08:00-12:00+14:00-18:00"), or "closed" after "holiday". "22:00-06:00" goes over midnight;
// "00:00-24:00" is the whole day. Rules for the same day add up. An Error says what was expected
// and quotes the part that is wrong.
Result<WeeklyHours> parse_weekly_hours(std::string_view text);

// Whose public holidays: none, or France by region (art. L3133-1, L3134-13 and L3422-2 of the code
// du travail).
enum class Holidays {
  none,
  fr,
  fr_alsace_moselle,
  fr_guadeloupe,
  fr_martinique,
  fr_guyane,
  fr_reunion,
  fr_mayotte,
};

inline constexpr std::array<std::string_view, 8> holidays_names = {
    "none",          "fr",        "fr-alsace-moselle", "fr-guadeloupe",
    "fr-martinique", "fr-guyane", "fr-reunion",        "fr-mayotte"};

inline constexpr std::string_view name(Holidays holidays) {
  return holidays_names[static_cast<std::size_t>(holidays)];
}

inline constexpr std::optional<Holidays> holidays_from_name(std::string_view text) {
  for (std::size_t i = 0; i < holidays_names.size(); ++i) {
    if (holidays_names[i] == text) return static_cast<Holidays>(i);
  }
  return std::nullopt;
}

}  // namespace ght
