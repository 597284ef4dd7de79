#include "agent/core/service_hours.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace ght {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr HoursSpan office = {.from = 8h, .to = 18h};
constexpr HoursSpan whole_day = {.from = 0h, .to = 24h};

WeeklyHours parsed(std::string_view text) {
  const Result<WeeklyHours> hours = parse_weekly_hours(text);
  EXPECT_TRUE(hours.ok()) << text << ": " << (hours.ok() ? "" : hours.error().text());
  return hours.ok() ? hours.value() : WeeklyHours();
}

// The indices (Monday 0) of the days that have hours.
std::vector<int> days_of(std::string_view text) {
  const WeeklyHours hours = parsed(text);
  std::vector<int> days;
  for (int day = 0; const auto& spans : hours.days) {
    if (!spans.empty()) days.push_back(day);
    ++day;
  }
  return days;
}

std::string refusal(std::string_view text) {
  const Result<WeeklyHours> hours = parse_weekly_hours(text);
  return hours.ok() ? "accepted" : hours.error().text();
}

TEST(WeeklyHours, ReadsAlways) {
  const WeeklyHours hours = parsed("24x7");
  EXPECT_TRUE(hours.always);
  EXPECT_THAT(hours.days, testing::Each(IsEmpty()));
  EXPECT_EQ(hours.holiday, std::nullopt);
}

TEST(WeeklyHours, ReadsDaysAndRanges) {
  EXPECT_THAT(days_of("mon 08:00-18:00"), ElementsAre(0));
  EXPECT_THAT(days_of("sun 08:00-18:00"), ElementsAre(6));
  EXPECT_THAT(days_of("mon-fri 08:00-18:00"), ElementsAre(0, 1, 2, 3, 4));
  EXPECT_THAT(days_of("mon-sun 08:00-18:00"), ElementsAre(0, 1, 2, 3, 4, 5, 6));
  EXPECT_THAT(days_of("daily 08:00-18:00"), ElementsAre(0, 1, 2, 3, 4, 5, 6));
}

TEST(WeeklyHours, RangesWrapOverTheEndOfTheWeek) {
  EXPECT_THAT(days_of("sat-mon 08:00-18:00"), ElementsAre(0, 5, 6));
  EXPECT_THAT(days_of("sun-mon 08:00-18:00"), ElementsAre(0, 6));
  EXPECT_THAT(days_of("tue-mon 08:00-18:00"), ElementsAre(0, 1, 2, 3, 4, 5, 6));
}

TEST(WeeklyHours, ReadsSpans) {
  EXPECT_THAT(parsed("mon 08:00-18:00").days[0], ElementsAre(office));
  EXPECT_THAT(parsed("mon 00:00-24:00").days[0], ElementsAre(whole_day));
  EXPECT_THAT(parsed("mon 20:30-24:00").days[0],
              ElementsAre(HoursSpan{.from = 20h + 30min, .to = 24h}));
  EXPECT_THAT(parsed("mon 08:00-12:00+14:00-18:00").days[0],
              ElementsAre(HoursSpan{.from = 8h, .to = 12h}, HoursSpan{.from = 14h, .to = 18h}));
}

TEST(WeeklyHours, SpansGoOverMidnight) {
  EXPECT_THAT(parsed("fri 22:00-06:00").days[4], ElementsAre(HoursSpan{.from = 22h, .to = 30h}));
  EXPECT_THAT(parsed("fri 22:00-06:00").days[5], IsEmpty());
  EXPECT_THAT(parsed("fri 22:00-00:00").days[4], ElementsAre(HoursSpan{.from = 22h, .to = 24h}));
  EXPECT_THAT(parsed("fri 08:00-07:59").days[4],
              ElementsAre(HoursSpan{.from = 8h, .to = 31h + 59min}));
}

TEST(WeeklyHours, RulesForTheSameDayAddUp) {
  const WeeklyHours hours = parsed("mon-fri 08:00-18:00, fri 20:00-22:00, daily 01:00-02:00");
  const HoursSpan night = {.from = 1h, .to = 2h};
  EXPECT_THAT(hours.days[0], ElementsAre(office, night));
  EXPECT_THAT(hours.days[4], ElementsAre(office, HoursSpan{.from = 20h, .to = 22h}, night));
  EXPECT_THAT(hours.days[6], ElementsAre(night));
  EXPECT_EQ(hours.holiday, std::nullopt);
}

TEST(WeeklyHours, ReadsHolidays) {
  const WeeklyHours closed = parsed("mon-fri 08:00-18:00, holiday closed");
  ASSERT_TRUE(closed.holiday.has_value());
  EXPECT_THAT(*closed.holiday, IsEmpty());
  const WeeklyHours open = parsed("holiday 09:00-12:00, daily 08:00-18:00, holiday 14:00-15:00");
  ASSERT_TRUE(open.holiday.has_value());
  EXPECT_THAT(*open.holiday,
              ElementsAre(HoursSpan{.from = 9h, .to = 12h}, HoursSpan{.from = 14h, .to = 15h}));
  EXPECT_THAT(open.days[0], ElementsAre(office));
  EXPECT_THAT(days_of("holiday 09:00-12:00"), IsEmpty());
}

TEST(WeeklyHours, RefusesTimes) {
  EXPECT_EQ(refusal("mon 8:00-18:00"),
            "expected a time such as \"08:00\", found \"8:00\"; write \"08:00\"");
  EXPECT_EQ(refusal("mon 08h00-18h00"),
            "expected a time such as \"08:00\", found \"08h00\"; write \"08:00\"");
  EXPECT_EQ(refusal("mon 8h-18h"),
            "expected a time such as \"08:00\", found \"8h\"; write \"08:00\"");
  EXPECT_EQ(refusal("mon 8-18"), "expected a time such as \"08:00\", found \"8\"; write \"08:00\"");
  EXPECT_EQ(refusal("mon 08:00-1830"),
            "expected a time such as \"08:00\", found \"1830\"; write \"18:30\"");
  for (const char* hours : {"08:00-noon", "08:00-", "-08:00", "08:0x-09:00", "08:00:00-09:00:00",
                            "08:00-12:00-18:00", "123456789012345678901:00-09:00", ":-:", "h-h"}) {
    EXPECT_THAT(refusal("mon " + std::string(hours)),
                testing::StartsWith("expected a time such as \"08:00\", found \""));
  }
  for (const char* time : {"25:00", "24:01", "08:60", "99:99"}) {
    EXPECT_EQ(refusal("mon 08:00-" + std::string(time)),
              "expected a time from \"00:00\" to \"24:00\", found \"" + std::string(time) + "\"");
  }
}

TEST(WeeklyHours, RefusesSpans) {
  EXPECT_EQ(refusal("mon 08:00-08:00"),
            "expected hours that end at another time than they begin, found \"08:00-08:00\"; the "
            "whole day is \"00:00-24:00\"");
  EXPECT_THAT(refusal("mon 00:00-00:00"), testing::HasSubstr("\"00:00-00:00\""));
  EXPECT_EQ(
      refusal("mon 24:00-06:00"),
      "expected hours that begin before \"24:00\", found \"24:00-06:00\"; the next day begins "
      "at \"00:00\"");
  EXPECT_EQ(refusal("mon 08:00"), "expected hours such as \"08:00-18:00\", found \"08:00\"");
  EXPECT_EQ(
      refusal("mon 08:00-12:00+"),
      "expected hours such as \"08:00-18:00\" on both sides of \"+\", found \"08:00-12:00+\"");
}

TEST(WeeklyHours, RefusesDays) {
  EXPECT_EQ(refusal("foo 08:00-18:00"),
            "unknown day \"foo\"; expected mon, tue, wed, thu, fri, sat, sun, a range such as "
            "\"mon-fri\", \"daily\" or \"holiday\"");
  EXPECT_THAT(refusal("mon-foo 08:00-18:00"),
              testing::StartsWith("unknown day \"foo\" in \"mon-foo\"; expected mon, "));
  EXPECT_THAT(refusal("mon- 08:00-18:00"), testing::StartsWith("unknown day \"\" in \"mon-\""));
  EXPECT_THAT(refusal("mon+tue 08:00-18:00"), testing::StartsWith("unknown day \"mon+tue\""));
  EXPECT_EQ(refusal("mon-daily 08:00-18:00"),
            "expected a range of days of the week such as \"mon-fri\", found \"mon-daily\"");
  EXPECT_EQ(refusal("holiday-sun 08:00-18:00"),
            "expected a range of days of the week such as \"mon-fri\", found \"holiday-sun\"");
  EXPECT_EQ(
      refusal("mon-mon 08:00-18:00"),
      "expected a range of two different days, found \"mon-mon\"; one day is \"mon\", all are "
      "\"daily\"");
}

TEST(WeeklyHours, ProposesTheEnglishWord) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"lun", "mon"},           {"mardi", "tue"},       {"mer", "wed"},     {"jeudi", "thu"},
      {"ven.", "fri"},          {"Samedis", "sat"},     {"dim", "sun"},     {"Mon", "mon"},
      {"MON-FRI", "mon-fri"},   {"monday", "mon"},      {"thurs", "thu"},   {"lun-ven", "mon-fri"},
      {"lundi-ven", "mon-fri"}, {"mon-ven", "mon-fri"}, {"Daily", "daily"}, {"holidays", "holiday"},
      {"férié", "holiday"},     {"weekdays", "mon-fri"}};
  for (const auto& [written, meant] : cases) {
    EXPECT_THAT(refusal(written + " 08:00-18:00"), testing::StartsWith("unknown day \""));
    EXPECT_THAT(refusal(written + " 08:00-18:00"),
                testing::EndsWith("; did you mean \"" + meant + "\"?"));
  }
  EXPECT_THAT(refusal("ma 08:00-18:00"), testing::Not(testing::HasSubstr("did you mean")));
}

TEST(WeeklyHours, RefusesMissingHours) {
  EXPECT_EQ(refusal("mon-fri"), "expected hours such as \"08:00-18:00\" after \"mon-fri\"");
  EXPECT_EQ(refusal("mon-fri 08:00-18:00, holiday"),
            "expected hours such as \"08:00-18:00\" after \"holiday\"");
  EXPECT_EQ(refusal("lun-ven"), "expected hours such as \"08:00-18:00\" after \"lun-ven\"");
}

TEST(WeeklyHours, RefusesWrongSeparators) {
  EXPECT_EQ(refusal("mon 08:00-18:00,"),
            "expected days and hours such as \"mon-fri 08:00-18:00\" after the last comma, found "
            "\"mon 08:00-18:00,\"");
  EXPECT_THAT(refusal("mon 08:00-18:00, "), testing::HasSubstr("after the last comma"));
  EXPECT_THAT(refusal(", mon 08:00-18:00"), testing::HasSubstr("before each comma"));
  EXPECT_THAT(refusal("mon 08:00-18:00, , tue 08:00-18:00"), testing::HasSubstr("each comma"));
  EXPECT_EQ(refusal("mon,tue 08:00-18:00"),
            "expected a space after the comma in \"mon,tue 08:00-18:00\"");
  for (const char* text :
       {"mon  08:00-18:00", " mon 08:00-18:00", "mon 08:00-18:00 ", " ", "mon "}) {
    EXPECT_EQ(refusal(text),
              "expected one space between days and hours, and one after a comma, found \"" +
                  std::string(text) + "\"");
  }
  EXPECT_THAT(refusal("mon 08:00-18:00,  tue 08:00-18:00"),
              testing::HasSubstr("\" tue 08:00-18:00\""));
  EXPECT_EQ(
      refusal("mon 08:00 - 18:00"),
      "expected days and hours such as \"mon-fri 08:00-18:00\", found \"mon 08:00 - 18:00\"; no "
      "spaces around \"-\"");
  EXPECT_THAT(refusal("mon 08:00-18:00; tue 08:00-18:00"),
              testing::EndsWith("; rules are separated by \", \""));
}

TEST(WeeklyHours, RefusesClosedWhereItSaysNothing) {
  EXPECT_EQ(
      refusal("mon-sat 08:00-18:00, sun closed"),
      "expected \"closed\" only after \"holiday\", found \"sun closed\"; a day without a rule "
      "is closed");
  EXPECT_EQ(refusal("mon 08:00-18:00, holiday fermé"),
            "expected hours such as \"08:00-18:00\", found \"fermé\"; did you mean \"closed\"?");
  EXPECT_EQ(refusal("mon 08:00-18:00, holiday closed, holiday 09:00-12:00"),
            "\"holiday 09:00-12:00\" contradicts \"holiday closed\" before it");
  EXPECT_EQ(refusal("mon 08:00-18:00, holiday 09:00-12:00, holiday closed"),
            "\"holiday closed\" contradicts the hours of \"holiday\" before it");
  EXPECT_EQ(refusal("holiday closed"),
            "expected hours on at least one day, found \"holiday closed\"");
}

TEST(WeeklyHours, RefusesWhatIsNoRule) {
  EXPECT_EQ(
      refusal(""),
      "expected \"24x7\", or days and hours such as \"mon-fri 08:00-18:00\", found an empty text");
  EXPECT_EQ(refusal("8x5"),
            "expected \"24x7\", or days and hours such as \"mon-fri 08:00-18:00\", found \"8x5\"");
  for (const char* text : {"24X7", "24/7", "24x7, holiday closed"}) {
    EXPECT_THAT(refusal(text),
                testing::StartsWith("expected \"24x7\" alone, or days and hours, found"));
  }
  EXPECT_THAT(refusal("mon\n08:00-18:00"), testing::Not(testing::HasSubstr("\n")));
}

TEST(WeeklyHours, CutsAnywhereAreRefusedOrShorterRules) {
  constexpr std::string_view text = "mon-fri 08:00-12:00+14:00-18:00, holiday 22:00-06:00";
  int accepted = 0;
  for (std::size_t length = 0; length <= text.size(); ++length) {
    const auto hours = parse_weekly_hours(text.substr(0, length));
    accepted += hours.ok() ? 1 : 0;
    EXPECT_TRUE(hours.ok() || !hours.error().message.empty()) << length;
  }
  EXPECT_EQ(accepted, 3);
}

}  // namespace
}  // namespace ght
