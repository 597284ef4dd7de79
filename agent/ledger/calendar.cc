#include "agent/ledger/calendar.h"

#include <date/tz.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

namespace ght {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::seconds;
using std::chrono::sys_seconds;
using Local = std::chrono::local_seconds;
using LocalDay = std::chrono::local_days;
using namespace std::chrono_literals;

const date::time_zone* find_zone(const std::string& name) {
  try {
    return date::locate_zone(name);
  } catch (const std::runtime_error&) {
    return nullptr;
  }
}

// Local times as moments, around one moment. The zone searches its table for every local time; the
// offset at that moment serves, by a subtraction, wherever no change is near.
class Clock {
 public:
  Clock(const date::time_zone* zone, sys_seconds around) : zone_(zone) {
    if (zone == nullptr) return;
    const date::sys_info info = zone->get_info(around);
    offset_ = info.offset;
    // Between any two offsets lie 26 hours at most, from -12 to +14.
    certain_from_ = info.begin + 26h;
    certain_to_ = info.end - 26h;
  }

  // The first of two equal local times; the moment of the change for one that does not exist.
  sys_seconds first(Local local) const {
    const sys_seconds simple(local.time_since_epoch() - offset_);
    if (is_certain(simple)) return simple;
    const date::local_info info = ask(local);
    if (info.result == date::local_info::nonexistent) return info.first.end;
    return sys_seconds(local.time_since_epoch() - info.first.offset);
  }

  // The last of them.
  sys_seconds last(Local local) const {
    const sys_seconds simple(local.time_since_epoch() - offset_);
    if (is_certain(simple)) return simple;
    const date::local_info info = ask(local);
    if (info.result == date::local_info::nonexistent) return info.first.end;
    const bool twice = info.result == date::local_info::ambiguous;
    return sys_seconds(local.time_since_epoch() - (twice ? info.second : info.first).offset);
  }

  // The day of the moment that this clock was made around. A clock that is put back over midnight
  // shows the day before again; the new day, once begun, goes on.
  LocalDay day(sys_seconds around) const {
    const auto shown = floor<days>(Local(around.time_since_epoch() + offset_));
    return first(shown + days(1)) <= around ? shown + days(1) : shown;
  }

 private:
  bool is_certain(sys_seconds time) const {
    return zone_ == nullptr || (time >= certain_from_ && time < certain_to_);
  }
  date::local_info ask(Local local) const {
    return zone_->get_info(date::local_seconds(local.time_since_epoch()));
  }

  const date::time_zone* zone_;
  seconds offset_{};
  sys_seconds certain_from_{};
  sys_seconds certain_to_{};
};

std::chrono::year_month_day date_of(LocalDay day) {
  return std::chrono::year_month_day(day);
}

const std::vector<HoursSpan>& spans_of(const WeeklyHours& hours, LocalDay day, Holidays holidays) {
  if (hours.holiday && is_public_holiday(date_of(day), holidays)) return *hours.holiday;
  return hours.days[std::chrono::weekday(day).iso_encoding() - 1];
}

void append_spans(std::vector<TimeRange>& ranges, const std::vector<HoursSpan>& spans, LocalDay day,
                  const Clock& clock) {
  for (const HoursSpan& span : spans) {
    const TimeRange range{.from = clock.first(day + span.from), .to = clock.last(day + span.to)};
    if (range.from < range.to) ranges.push_back(range);  // else within an hour that is left out
  }
}

}  // namespace

Calendar::Calendar(const std::string& time_zone, Holidays holidays)
    : zone_(find_zone(time_zone)), holidays_(holidays) {}

TimeRange Calendar::month(std::chrono::year_month month) const {
  const LocalDay begin(month / 1);
  const LocalDay end((month + std::chrono::months(1)) / 1);
  const Clock clock(zone_, sys_seconds(begin.time_since_epoch()));
  return {.from = clock.first(begin), .to = clock.first(end)};
}

TimeRange Calendar::day_of(WallTime time) const {
  const auto around = floor<seconds>(time);
  const Clock clock(zone_, around);
  const LocalDay day = clock.day(around);
  return {.from = clock.first(day), .to = clock.first(day + days(1))};
}

std::chrono::year_month Calendar::month_of(WallTime time) const {
  const auto around = floor<seconds>(time);
  const auto date = date_of(Clock(zone_, around).day(around));
  return date.year() / date.month();
}

Calendar::Stretch Calendar::at(const WeeklyHours& hours, WallTime time) const {
  if (hours.always) return {.inside = true, .until = time + days(1)};
  const auto around = floor<seconds>(time);
  const Clock clock(zone_, around);
  const LocalDay today = clock.day(around);
  // From before: a span ends on the next day at the latest, which a clock put back over midnight
  // may still show today. Ahead: two days, because one of them may be shorter or left out.
  std::vector<TimeRange> ranges;
  ranges.reserve(16);
  for (LocalDay day = today - days(2); day <= today + days(2); day += days(1)) {
    append_spans(ranges, spans_of(hours, day, holidays_), day, clock);
  }
  std::ranges::sort(ranges, {}, &TimeRange::from);
  Stretch stretch{.inside = false, .until = time};
  for (const TimeRange& range : ranges) {
    if (range.to <= stretch.until) continue;
    if (range.from > stretch.until) {
      if (!stretch.inside) stretch.until = range.from;
      return stretch;
    }
    stretch = {.inside = true, .until = range.to};
  }
  if (!stretch.inside) stretch.until = clock.first(today + days(3));
  return stretch;
}

WallDuration Calendar::within(const WeeklyHours& hours, WallTime from, WallTime to) const {
  if (to <= from) return WallDuration::zero();
  if (hours.always) return to - from;
  WallDuration sum{};
  while (from < to) {
    const Stretch stretch = at(hours, from);
    const WallTime until = std::min(stretch.until, to);
    if (stretch.inside) sum += until - from;
    from = until;
  }
  return sum;
}

}  // namespace ght
