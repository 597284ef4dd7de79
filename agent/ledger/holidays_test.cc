#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "agent/ledger/calendar.h"

namespace ght {
namespace {

using std::chrono::day;
using std::chrono::days;
using std::chrono::month;
using std::chrono::sys_days;
using std::chrono::year;
using std::chrono::year_month_day;

year_month_day date(int y, unsigned m, unsigned d) {
  return year(y) / month(m) / day(d);
}

std::vector<year_month_day> holidays_of(int in_year, Holidays holidays) {
  std::vector<year_month_day> found;
  for (sys_days at = date(in_year, 1, 1); at < sys_days(date(in_year + 1, 1, 1)); at += days(1)) {
    if (is_public_holiday(at, holidays)) found.push_back(at);
  }
  return found;
}

TEST(Holidays, FranceHasElevenAndNoOther) {
  const std::vector<year_month_day> expected = {
      date(2026, 1, 1),  date(2026, 4, 6),   date(2026, 5, 1),  date(2026, 5, 8),
      date(2026, 5, 14), date(2026, 5, 25),  date(2026, 7, 14), date(2026, 8, 15),
      date(2026, 11, 1), date(2026, 11, 11), date(2026, 12, 25)};
  EXPECT_EQ(holidays_of(2026, Holidays::fr), expected);
}

TEST(Holidays, TwoThatFallTogetherAreOne) {
  // Ascension of 2008 was the first of May.
  EXPECT_EQ(holidays_of(2008, Holidays::fr).size(), 10U);
}

TEST(Holidays, NoneHasNone) {
  EXPECT_TRUE(holidays_of(2026, Holidays::none).empty());
}

// The regions have those of France and these.
void expect_more(Holidays holidays, const std::vector<year_month_day>& more) {
  std::vector<year_month_day> expected = holidays_of(2026, Holidays::fr);
  expected.insert(expected.end(), more.begin(), more.end());
  std::ranges::sort(expected);
  EXPECT_EQ(holidays_of(2026, holidays), expected) << name(holidays);
}

TEST(Holidays, RegionsHaveMore) {
  expect_more(Holidays::fr_alsace_moselle, {date(2026, 4, 3), date(2026, 12, 26)});
  expect_more(Holidays::fr_guadeloupe, {date(2026, 5, 27)});
  expect_more(Holidays::fr_martinique, {date(2026, 5, 22)});
  expect_more(Holidays::fr_guyane, {date(2026, 6, 10)});
  expect_more(Holidays::fr_reunion, {date(2026, 12, 20)});
  expect_more(Holidays::fr_mayotte, {date(2026, 4, 27)});
}

TEST(Holidays, EasterOfTheYearsToCome) {
  const std::vector<year_month_day> sundays = {
      date(2024, 3, 31), date(2025, 4, 20), date(2026, 4, 5),  date(2027, 3, 28),
      date(2028, 4, 16), date(2029, 4, 1),  date(2030, 4, 21), date(2031, 4, 13),
      date(2032, 3, 28), date(2033, 4, 17), date(2034, 4, 9),  date(2035, 3, 25),
      date(2036, 4, 13), date(2037, 4, 5),  date(2038, 4, 25)};
  for (const year_month_day sunday : sundays) {
    const sys_days easter = sunday;
    // The Sunday itself is no holiday of the law: the days counted from it tell which it is.
    EXPECT_TRUE(is_public_holiday(easter - days(2), Holidays::fr_alsace_moselle))
        << easter.time_since_epoch();
    EXPECT_TRUE(is_public_holiday(easter + days(1), Holidays::fr)) << easter.time_since_epoch();
    EXPECT_TRUE(is_public_holiday(easter + days(39), Holidays::fr)) << easter.time_since_epoch();
    EXPECT_TRUE(is_public_holiday(easter + days(50), Holidays::fr)) << easter.time_since_epoch();
    EXPECT_FALSE(is_public_holiday(easter, Holidays::fr)) << easter.time_since_epoch();
    EXPECT_FALSE(is_public_holiday(easter + days(2), Holidays::fr)) << easter.time_since_epoch();
  }
}

TEST(Holidays, ADateThatDoesNotExistIsNone) {
  EXPECT_FALSE(is_public_holiday(date(2026, 13, 1), Holidays::fr));
  EXPECT_FALSE(is_public_holiday(date(2026, 2, 30), Holidays::fr));
}

}  // namespace
}  // namespace ght
