#include "agent/config/weekly_time.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "agent/config/expectation.h"

namespace ght::config {

using std::chrono::minutes;

std::chrono::minutes weekly_time(const WeeklyHours& hours) {
  constexpr minutes day(24 * 60);
  constexpr minutes week = 7 * day;
  if (hours.always) return week;
  std::vector<HoursSpan> spans;
  minutes midnight(0);
  for (const auto& of_day : hours.days) {
    for (const HoursSpan& span : of_day) {
      const HoursSpan moved{.from = midnight + span.from, .to = midnight + span.to};
      spans.push_back({.from = moved.from, .to = std::min(moved.to, week)});
      // From Sunday into Monday.
      if (moved.to > week) spans.push_back({.from = minutes(0), .to = moved.to - week});
    }
    midnight += day;
  }
  std::ranges::sort(spans, {}, &HoursSpan::from);
  minutes total(0);
  minutes until(0);
  for (const HoursSpan& span : spans) {
    const minutes from = std::max(span.from, until);
    if (span.to <= from) continue;
    total += span.to - from;
    until = span.to;
  }
  return total;
}

ServiceMonth service_month(const WeeklyHours& hours) {
  if (hours.always) return {.time = std::chrono::days(30), .name = "a month of 30 days"};
  const Duration time = Duration(weekly_time(hours)) * 52 / 12;
  const double tenths = std::round(to_seconds(time) / 360);
  return {.time = time,
          .name = "an average month of " + number_text(tenths / 10) + " service hours"};
}

}  // namespace ght::config
