#include "agent/ledger/calendar.h"

#include <date/tz.h>
#include <gtest/gtest.h>

#include <random>

namespace ght {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::month;
using std::chrono::sys_days;
using std::chrono::year;

// Moments are written in UTC.
WallTime utc(int y, unsigned m, unsigned d, std::chrono::minutes after_midnight = 0min) {
  return sys_days(year(y) / month(m) / std::chrono::day(d)) + after_midnight;
}

std::chrono::year_month month_name(int y, unsigned m) {
  return year(y) / month(m);
}

constexpr std::size_t sunday = 6;

WeeklyHours daily(const std::vector<HoursSpan>& spans) {
  WeeklyHours hours;
  hours.days.fill(spans);
  return hours;
}

WeeklyHours only_on(std::size_t day, const std::vector<HoursSpan>& spans) {
  WeeklyHours hours;
  hours.days[day] = spans;
  return hours;
}

const Calendar paris("Europe/Paris", Holidays::fr);
const std::string_view summer_note = "29 March 2026: 01:00 UTC is 02:00, then 03:00";
const std::string_view winter_note = "25 October 2026: 01:00 UTC is 03:00, then 02:00";

// The one stretch of the hours that touches this time, seen by walking over it.
TimeRange only_stretch(const Calendar& calendar, const WeeklyHours& hours, TimeRange around) {
  TimeRange found;
  int count = 0;
  WallTime time = around.from;
  while (time < around.to) {
    const Calendar::Stretch stretch = calendar.at(hours, time);
    if (stretch.until <= time) {
      ADD_FAILURE() << "stands still at " << to_unix_ms(time);
      break;
    }
    if (stretch.inside) {
      found = {.from = time, .to = stretch.until};
      ++count;
    }
    time = stretch.until;
  }
  EXPECT_EQ(count, 1);
  return found;
}

void expect_stretch(std::string_view what, const WeeklyHours& hours, WallTime from, WallTime to) {
  const TimeRange found = only_stretch(paris, hours, {.from = from - 8h, .to = to + 8h});
  EXPECT_EQ(to_unix_ms(found.from), to_unix_ms(from)) << what;
  EXPECT_EQ(to_unix_ms(found.to), to_unix_ms(to)) << what;
}

TEST(CalendarMonth, HasTheHoursOfItsDays) {
  const auto hours_of = [](int y, unsigned m) {
    const TimeRange range = paris.month(month_name(y, m));
    return (range.to - range.from) / 1h;
  };
  EXPECT_EQ(hours_of(2026, 1), 744);
  EXPECT_EQ(hours_of(2026, 2), 672);
  EXPECT_EQ(hours_of(2026, 3), 743);
  EXPECT_EQ(hours_of(2026, 10), 745);
  EXPECT_EQ(hours_of(2028, 2), 696);
  EXPECT_EQ(paris.month(month_name(2026, 12)).to, paris.month(month_name(2027, 1)).from);
}

TEST(CalendarMonth, BeginsAtLocalMidnight) {
  const TimeRange march = paris.month(month_name(2026, 3));
  EXPECT_EQ(march.from, utc(2026, 2, 28, 23h));
  EXPECT_EQ(march.to, utc(2026, 3, 31, 22h));
  EXPECT_EQ(paris.month_of(march.from - 1ms), month_name(2026, 2));
  EXPECT_EQ(paris.month_of(march.from), month_name(2026, 3));
  EXPECT_EQ(paris.month_of(march.to - 1ms), month_name(2026, 3));
  EXPECT_EQ(paris.month_of(march.to), month_name(2026, 4));
}

TEST(CalendarDay, Has23Or25HoursWhenTheClockChanges) {
  const TimeRange march = {.from = utc(2026, 3, 28, 23h), .to = utc(2026, 3, 29, 22h)};
  EXPECT_EQ(paris.day_of(march.from), march);
  EXPECT_EQ(paris.day_of(march.to - 1ms), march);
  const TimeRange october = {.from = utc(2026, 10, 24, 22h), .to = utc(2026, 10, 25, 23h)};
  EXPECT_EQ(paris.day_of(october.from), october);
  EXPECT_EQ(paris.day_of(october.to - 1ms), october);
  EXPECT_EQ(paris.day_of(october.to).from, october.to);
}

TEST(CalendarDay, BeforeTheEpochToo) {
  const TimeRange range = paris.day_of(utc(1966, 7, 14, 12h) + 1ms);
  EXPECT_EQ(range.from, utc(1966, 7, 13, 23h));
  EXPECT_EQ(range.to, utc(1966, 7, 14, 23h));
  EXPECT_EQ(paris.day_of(utc(1966, 7, 13, 23h) - 1ms).to, utc(1966, 7, 13, 23h));
}

TEST(CalendarDay, AMidnightThatDoesNotExistIsTheMomentOfTheChange) {
  const Calendar asuncion("America/Asuncion", Holidays::none);
  const WallTime change = utc(2023, 10, 1, 4h);  // 00:00, then 01:00
  EXPECT_EQ(asuncion.month(month_name(2023, 10)).from, change);
  EXPECT_EQ(asuncion.month(month_name(2023, 9)).to, change);
  EXPECT_EQ(asuncion.month_of(change - 1ms), month_name(2023, 9));
  EXPECT_EQ(asuncion.month_of(change), month_name(2023, 10));
  const TimeRange first = {.from = change, .to = change + 23h};
  EXPECT_EQ(asuncion.day_of(change), first);
  EXPECT_EQ(asuncion.day_of(change - 1ms).to, change);
  const WeeklyHours hours = only_on(sunday, {{.from = 30min, .to = 2h}});
  const TimeRange day_around = {.from = change - 12h, .to = change + 12h};
  const TimeRange stretch = only_stretch(asuncion, hours, day_around);
  EXPECT_EQ(stretch.from, change);
  EXPECT_EQ(stretch.to, change + 1h);
}

TEST(CalendarDay, AMidnightThatComesTwiceIsTheFirst) {
  const Calendar havana("America/Havana", Holidays::none);
  const WallTime midnight = utc(2025, 11, 2, 4h);  // the clock is put back from 01:00 an hour later
  const TimeRange day = {.from = midnight, .to = midnight + 25h};
  EXPECT_EQ(havana.day_of(midnight), day);
  EXPECT_EQ(havana.day_of(midnight + 1h), day);
  EXPECT_EQ(havana.day_of(midnight - 1ms).to, midnight);
}

TEST(CalendarDay, AClockPutBackOverMidnightDoesNotBringTheDayBack) {
  const Calendar st_johns("America/St_Johns", Holidays::none);
  const WallTime midnight = utc(2006, 10, 29, 150min);  // 00:00; at 00:01 it is 23:01 again
  const TimeRange day = {.from = midnight, .to = midnight + 25h};
  EXPECT_EQ(st_johns.day_of(midnight - 1ms).to, midnight);
  EXPECT_EQ(st_johns.day_of(midnight), day);
  EXPECT_EQ(st_johns.day_of(midnight + 30min), day);
  const WeeklyHours hours = only_on(4, {{.from = 23h, .to = 47h + 30min}});  // Friday to Saturday
  EXPECT_TRUE(st_johns.at(hours, midnight + 20min).inside) << "23:20 comes twice";
  EXPECT_EQ(st_johns.at(hours, midnight + 20min).until, midnight + 30min);
}

TEST(CalendarDay, ADayThatIsLeftOutIsEmpty) {
  const Calendar apia("Pacific/Apia", Holidays::none);
  const WallTime change = utc(2011, 12, 30, 10h);  // Thursday the 29th, then Saturday the 31st
  EXPECT_EQ(apia.day_of(change - 1ms).to, change);
  EXPECT_EQ(apia.day_of(change).from, change);
  EXPECT_EQ(apia.day_of(change).to, change + 24h);
  const WeeklyHours fridays = only_on(4, {{.from = 8h, .to = 18h}});
  EXPECT_EQ(apia.within(fridays, change - 48h, change + 48h), 0ms);
}

TEST(CalendarDay, OfAZoneThatIsNotKnownIsThatOfUtc) {
  const Calendar nowhere("Europe/Atlantis", Holidays::none);
  const TimeRange day = {.from = utc(2026, 3, 29), .to = utc(2026, 3, 30)};
  EXPECT_EQ(nowhere.day_of(utc(2026, 3, 29, 12h)), day);
  EXPECT_EQ(nowhere.within(daily({{.from = 2h, .to = 3h}}), day.from, day.to), 1h);
}

TEST(CalendarHours, SpansAroundTheHourThatIsLeftOut) {
  const auto span = [](std::chrono::minutes from, std::chrono::minutes to) {
    return only_on(sunday, {{.from = from, .to = to}});
  };
  const WallTime change = utc(2026, 3, 29, 1h);
  expect_stretch(summer_note, span(1h, 2h + 30min), change - 1h, change);
  expect_stretch(summer_note, span(2h + 30min, 4h), change, change + 1h);
  expect_stretch(summer_note, span(1h, 4h), change - 1h, change + 1h);
  expect_stretch(summer_note, span(2h, 3h + 1min), change, change + 1min);
  const WallTime before = change - 12h;
  EXPECT_EQ(paris.within(span(2h + 15min, 2h + 45min), before, change + 12h), 0ms);
  EXPECT_EQ(paris.within(span(2h, 3h), before, change + 12h), 0ms);
  EXPECT_FALSE(paris.at(span(2h, 3h), change).inside);
}

TEST(CalendarHours, SpansAroundTheHourThatComesTwice) {
  const auto span = [](std::chrono::minutes from, std::chrono::minutes to) {
    return only_on(sunday, {{.from = from, .to = to}});
  };
  const WallTime change = utc(2026, 10, 25, 1h);
  expect_stretch(winter_note, span(1h, 2h + 30min), change - 2h, change + 30min);
  expect_stretch(winter_note, span(2h + 30min, 4h), change - 30min, change + 2h);
  expect_stretch(winter_note, span(2h + 15min, 2h + 45min), change - 45min, change + 45min);
  expect_stretch(winter_note, span(2h, 3h), change - 1h, change + 1h);
  expect_stretch(winter_note, span(1h, 2h), change - 2h, change);
  WeeklyHours two = only_on(sunday, {{.from = 2h + 30min, .to = 4h}, {.from = 1h, .to = 2h}});
  expect_stretch("they overlap on that day", two, change - 2h, change + 2h);
}

TEST(CalendarHours, ASpanGoesOverMidnightAndTheEndOfTheWeek) {
  const WeeklyHours hours = only_on(sunday, {{.from = 22h, .to = 30h}});
  // Sunday 22 November, 22:00 to Monday 06:00, winter time.
  expect_stretch("Sunday night", hours, utc(2026, 11, 22, 21h), utc(2026, 11, 23, 5h));
  EXPECT_FALSE(paris.at(hours, utc(2026, 11, 24, 1h)).inside) << "Monday night";
  expect_stretch("a whole day long", only_on(sunday, {{.from = 23h, .to = 47h}}),
                 utc(2026, 11, 22, 22h), utc(2026, 11, 23, 22h));
}

TEST(CalendarHours, OverlappingAndTouchingSpansAreOne) {
  const WeeklyHours hours = only_on(0, {{.from = 14h, .to = 18h},
                                        {.from = 8h, .to = 12h},
                                        {.from = 12h, .to = 13h},
                                        {.from = 10h, .to = 11h}});
  const WallTime monday = utc(2026, 11, 22, 23h);
  const auto at = [&](WallDuration after) { return paris.at(hours, monday + after); };
  EXPECT_FALSE(at(0h).inside);
  EXPECT_EQ(at(0h).until, monday + 8h);
  EXPECT_FALSE(at(8h - 1ms).inside);
  EXPECT_TRUE(at(8h).inside);
  EXPECT_EQ(at(8h).until, monday + 13h);
  EXPECT_EQ(at(10h + 1ms).until, monday + 13h);
  EXPECT_FALSE(at(13h).inside);
  EXPECT_EQ(at(13h).until, monday + 14h);
  EXPECT_EQ(at(18h - 1ms).until, monday + 18h);
  EXPECT_FALSE(at(18h).inside);
  EXPECT_GE(at(18h).until, monday + 42h);
}

TEST(CalendarHours, AlwaysIsAlways) {
  WeeklyHours hours;
  hours.always = true;
  const WallTime time = utc(2026, 3, 29, 1h);
  EXPECT_TRUE(paris.at(hours, time).inside);
  EXPECT_GE(paris.at(hours, time).until, time + 24h);
  EXPECT_EQ(paris.within(hours, time, time + 1000h + 7ms), 1000h + 7ms);
}

TEST(CalendarHours, WholeDaysAreOneStretchWithoutEnd) {
  const WeeklyHours hours = daily({{.from = 0h, .to = 24h}});
  for (WallTime time = utc(2026, 1, 1); time < utc(2027, 1, 1); time += 37min) {
    const Calendar::Stretch stretch = paris.at(hours, time);
    ASSERT_TRUE(stretch.inside) << to_unix_ms(time);
    ASSERT_GE(stretch.until, time + 24h) << to_unix_ms(time);
  }
}

TEST(CalendarHours, NoHoursAreAStretchOutsideWithoutEnd) {
  const WallTime time = utc(2026, 3, 28, 22h);
  EXPECT_FALSE(paris.at(WeeklyHours{}, time).inside);
  EXPECT_GE(paris.at(WeeklyHours{}, time).until, time + 24h);
  EXPECT_EQ(paris.within(WeeklyHours{}, time, time + 1000h), 0ms);
}

// Thursday 14 May 2026 is Ascension.
TEST(CalendarHours, AHolidayFollowsItsRule) {
  WeeklyHours hours = daily({{.from = 8h, .to = 18h}});
  const TimeRange day = paris.day_of(utc(2026, 5, 14, 12h));
  EXPECT_EQ(paris.within(hours, day.from, day.to), 10h) << "no rule: a day like any other";
  hours.holiday.emplace();
  EXPECT_EQ(paris.within(hours, day.from, day.to), 0h) << "closed";
  EXPECT_EQ(paris.within(hours, day.from - 24h, day.from), 10h);
  EXPECT_EQ(paris.within(hours, day.to, day.to + 24h), 10h);
  hours.holiday->push_back({.from = 9h, .to = 12h});
  EXPECT_EQ(paris.within(hours, day.from, day.to), 3h) << "hours of its own";
  EXPECT_TRUE(paris.at(hours, day.from + 9h).inside);
  const Calendar without("Europe/Paris", Holidays::none);
  EXPECT_EQ(without.within(hours, day.from, day.to), 10h) << "no holidays there";
}

TEST(CalendarHours, ASpanBelongsToTheDayItBeginsOn) {
  WeeklyHours hours = daily({{.from = 22h, .to = 30h}});
  hours.holiday.emplace();
  const WallTime holiday = utc(2026, 5, 13, 22h);  // its midnight
  expect_stretch("the eve's span runs into it, its own does not begin", hours, holiday - 2h,
                 holiday + 6h);
  EXPECT_EQ(paris.at(hours, holiday + 6h).until, holiday + 46h);
}

// Minute by minute, with the zone's own conversions.
WallDuration naive(const WeeklyHours& hours, Holidays holidays, WallTime from, WallTime to) {
  const auto* zone = date::locate_zone("Europe/Paris");
  const auto begin = std::chrono::floor<days>(from) - days(3);
  std::vector<bool> inside(static_cast<std::size_t>((to - begin) / 1min) + 8 * 1440);
  for (auto day = begin; day < to + days(2); day += days(1)) {
    const bool free = hours.holiday && is_public_holiday(day, holidays);
    const auto weekday = std::chrono::weekday(day).iso_encoding() - 1;
    for (const HoursSpan& span : free ? *hours.holiday : hours.days[weekday]) {
      const date::local_days local(day.time_since_epoch());
      const auto first = zone->to_sys(local + span.from, date::choose::earliest);
      const auto last = zone->to_sys(local + span.to, date::choose::latest);
      for (auto at = first; at < last; at += 1min) {
        if (at >= begin) inside[static_cast<std::size_t>((at - begin) / 1min)] = true;
      }
    }
  }
  WallDuration sum{};
  for (auto at = from; at < to; at += 1min) {
    if (inside[static_cast<std::size_t>((at - begin) / 1min)]) sum += 1min;
  }
  return sum;
}

std::vector<HoursSpan> random_spans(std::mt19937& random) {
  std::vector<HoursSpan> spans(random() % 4);
  for (HoursSpan& span : spans) {
    // Quarters of an hour meet the change of the clock and each other often.
    span.from = std::chrono::minutes(random() % 96 * 15);
    span.to = span.from + std::chrono::minutes(random() % 96 * 15 + 15);
  }
  return spans;
}

TEST(CalendarWithin, IsTheSumOfItsMinutes) {
  std::mt19937 random(20260329);
  const std::array starts = {utc(2026, 3, 26), utc(2026, 10, 21), utc(2026, 4, 30),
                             utc(2026, 12, 23)};
  for (int round = 0; round < 150; ++round) {
    WeeklyHours hours;
    for (auto& day : hours.days) day = random_spans(random);
    if (random() % 2 == 0) hours.holiday = random_spans(random);
    const WallTime from = starts[random() % starts.size()] + std::chrono::minutes(random() % 2880);
    const WallTime to = from + std::chrono::minutes(random() % (8 * 1440));
    ASSERT_EQ(paris.within(hours, from, to), naive(hours, Holidays::fr, from, to))
        << "round " << round << ", from " << to_unix_ms(from) << " to " << to_unix_ms(to);
  }
}

TEST(CalendarWithin, CountsPartsOfMinutesAndNothingBackwards) {
  const WeeklyHours hours = daily({{.from = 8h, .to = 18h}});
  const WallTime eight = utc(2026, 11, 23, 7h);
  EXPECT_EQ(paris.within(hours, eight - 5ms, eight + 7ms), 7ms);
  EXPECT_EQ(paris.within(hours, eight + 1h, eight + 1h), 0ms);
  EXPECT_EQ(paris.within(hours, eight + 2h, eight + 1h), 0ms);
}

}  // namespace
}  // namespace ght
