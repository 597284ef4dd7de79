// Planned maintenance and the times in it. What is refused: tests/invalid-config/maintenance-*.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/config/config.h"
#include "agent/config/site_time.h"
#include "agent/config/weekly_time.h"
#include "agent/core/text.h"
#include "tests/support/fake_collector.h"

namespace ght {
namespace {

using namespace std::chrono_literals;

// The only plan of a document with the checks "a" and "b", in Paris.
MaintenancePlan plan_of(const std::string& members) {
  const std::string text =
      R"({"identity": {"ght": "g", "establishment": "e", "site": "s"}, "checks": [
        {"name": "a", "collector": "plain", "activity": "backup"},
        {"name": "b", "collector": "plain", "activity": "hardware"}],
        "maintenance": [{"reason": "r", "author": "x", )" +
      members + "}]}";
  const ConfigOutcome outcome = parse_config(text, "", "srv", test::fake_collectors);
  for (const ConfigProblem& problem : outcome.problems) ADD_FAILURE() << problem.text();
  if (outcome.get() == nullptr || outcome.get()->maintenance.size() != 1) return {};
  return outcome.get()->maintenance.front();
}

WallTime at(std::string_view text) {
  const auto time = parse_rfc3339(text);
  EXPECT_TRUE(time.has_value()) << text;
  return time.value_or(WallTime());
}

std::string site_time(std::string_view text, const std::string& zone = "Europe/Paris") {
  const Result<std::optional<WallTime>> time = config::parse_site_time(text, zone);
  if (!time.ok()) return time.error().text();
  return time.value() ? format_rfc3339(*time.value()) : "unknown zone";
}

TEST(Maintenance, OnceFromTo) {
  const MaintenancePlan plan = plan_of(
      R"("checks": ["b"], "from": "2026-12-01T22:00", "to": "2026-12-02T02:00:00+01:00",
         "approver": "y")");
  MaintenancePlan expected;
  expected.scope.checks = {"b"};
  expected.from = at("2026-12-01T21:00:00Z");
  expected.to = at("2026-12-02T01:00:00Z");
  expected.reason = "r";
  expected.author = "x";
  expected.approver = "y";
  EXPECT_EQ(plan, expected);
}

TEST(Maintenance, Recurring) {
  const MaintenancePlan plan =
      plan_of(R"("activities": ["hardware", "backup"], "recurring": "sun 02:00-04:00")");
  MaintenancePlan expected;
  expected.scope.activities = {Activity::hardware, Activity::backup};
  expected.recurring = "sun 02:00-04:00";
  expected.hours.emplace().days[6] = {{.from = 2h, .to = 4h}};
  expected.reason = "r";
  expected.author = "x";
  EXPECT_EQ(plan, expected);
}

TEST(Maintenance, RecurringWithinItsValidity) {
  const MaintenancePlan plan = plan_of(
      R"("all": true, "recurring": "sun 02:00-04:00", "from": "2026-01-01T00:00",
         "to": "2027-01-01T00:00:00")");
  EXPECT_TRUE(plan.scope.all);
  EXPECT_EQ(plan.from, at("2025-12-31T23:00:00Z"));
  EXPECT_EQ(plan.to, at("2026-12-31T23:00:00Z"));
  EXPECT_EQ(
      plan_of(R"("all": true, "recurring": "sun 02:00-04:00", "to": "2027-01-01T00:00")").from,
      std::nullopt);
}

TEST(Maintenance, ScopeMayMixChecksAndActivities) {
  const MaintenancePlan plan = plan_of(
      R"("all": false, "checks": ["a"], "activities": ["hardware"], "recurring": "sun 02:00-04:00")");
  EXPECT_FALSE(plan.scope.all);
  EXPECT_TRUE(plan.scope.covers("a", Activity::backup));
  EXPECT_TRUE(plan.scope.covers("b", Activity::hardware));
  EXPECT_FALSE(plan.scope.covers("c", Activity::backup));
}

TEST(Maintenance, LastsAtMostALongMonth) {
  const MaintenancePlan january =
      plan_of(R"("all": true, "from": "2026-01-01T00:00", "to": "2026-02-01T00:00")");
  EXPECT_EQ(*january.to - *january.from, std::chrono::days(31));
  const MaintenancePlan october =
      plan_of(R"("all": true, "from": "2026-10-01T00:00", "to": "2026-11-01T00:00")");
  EXPECT_EQ(*october.to - *october.from, std::chrono::days(31) + 1h);
}

TEST(SiteTime, ReadsOffsetsAndLocalTime) {
  EXPECT_EQ(site_time("2026-12-01T22:00"), "2026-12-01T21:00:00Z");
  EXPECT_EQ(site_time("2026-07-01T22:00"), "2026-07-01T20:00:00Z");
  EXPECT_EQ(site_time("2026-12-01T22:00:07"), "2026-12-01T21:00:07Z");
  EXPECT_EQ(site_time("2026-12-01T22:00:00+04:00"), "2026-12-01T18:00:00Z");
  EXPECT_EQ(site_time("2026-12-01T22:00", "Indian/Reunion"), "2026-12-01T18:00:00Z");
  EXPECT_EQ(site_time("2026-12-01T22:00", ""), "unknown zone");
  EXPECT_EQ(site_time("2026-12-01T22:00:00Z", ""), "2026-12-01T22:00:00Z");
}

TEST(SiteTime, AsksForTheOffsetWhereClocksAreChanged) {
  EXPECT_EQ(site_time("2026-10-25T02:30"),
            "the local time \"2026-10-25T02:30\" comes twice in Europe/Paris, where the clocks are "
            "changed; write it with its offset: \"2026-10-25T02:30:00+02:00\" or "
            "\"2026-10-25T02:30:00+01:00\"");
  EXPECT_EQ(
      site_time("2026-03-29T02:30:10"),
      "the local time \"2026-03-29T02:30:10\" does not exist in Europe/Paris, where the clocks "
      "are changed; write it with its offset: \"2026-03-29T02:30:10+01:00\" or "
      "\"2026-03-29T02:30:10+02:00\"");
  EXPECT_THAT(site_time("2026-11-01T01:30", "America/St_Johns"),
              testing::HasSubstr("30:00-02:30\""));
}

// The first and last moments around the changes are no question.
TEST(SiteTime, ChangesHaveExactEdges) {
  EXPECT_EQ(site_time("2026-03-29T01:59:59"), "2026-03-29T00:59:59Z");
  EXPECT_THAT(site_time("2026-03-29T02:00"), testing::HasSubstr("does not exist"));
  EXPECT_THAT(site_time("2026-03-29T02:59:59"), testing::HasSubstr("does not exist"));
  EXPECT_EQ(site_time("2026-03-29T03:00"), "2026-03-29T01:00:00Z");
  EXPECT_EQ(site_time("2026-10-25T01:59:59"), "2026-10-24T23:59:59Z");
  EXPECT_THAT(site_time("2026-10-25T02:00"), testing::HasSubstr("comes twice"));
  EXPECT_THAT(site_time("2026-10-25T02:59:59"), testing::HasSubstr("comes twice"));
  EXPECT_EQ(site_time("2026-10-25T03:00"), "2026-10-25T02:00:00Z");
}

TEST(SiteTime, ProposesTheFormThatIsRead) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"2026-12-01T22:00+01:00", "2026-12-01T22:00:00+01:00"},
      {"2026-12-01T22:00Z", "2026-12-01T22:00:00Z"},
      {"2026-12-01", "2026-12-01T00:00"}};
  for (const auto& [written, meant] : cases) {
    EXPECT_THAT(site_time(written), testing::EndsWith("; write \"" + meant + "\""));
  }
  for (const char* text : {"", "x", "01/12/2026 22:00", "2026-02-30T22:00", "2026-12-01T24:00",
                           "2026-12-01T22:00:00.5", "2026-12-01T22:0"}) {
    EXPECT_THAT(site_time(text), testing::EndsWith(", found \"" + std::string(text) + "\""));
  }
}

std::chrono::minutes weekly(std::string_view text) {
  const auto hours = parse_weekly_hours(text);
  EXPECT_TRUE(hours.ok()) << text;
  return hours.ok() ? config::weekly_time(hours.value()) : std::chrono::minutes(-1);
}

TEST(WeeklyTime, CountsEveryMinuteOnce) {
  EXPECT_EQ(weekly("24x7"), 168h);
  EXPECT_EQ(weekly("daily 00:00-24:00"), 168h);
  EXPECT_EQ(weekly("mon-fri 08:00-18:00, holiday closed"), 50h);
  EXPECT_EQ(weekly("mon 08:00-12:00+10:00-14:00, mon 09:00-11:00, mon 14:00-15:00"), 7h);
  EXPECT_EQ(weekly("mon 22:00-06:00, tue 04:00-08:00"), 10h);
  EXPECT_EQ(weekly("sun 22:00-06:00, mon 05:00-07:00"), 9h);
  EXPECT_EQ(weekly("daily 12:00-11:59"), 168h - 7min);
  EXPECT_EQ(weekly("daily 12:00-12:01, daily 00:00-23:59"), 168h - 7min);
  EXPECT_EQ(weekly("holiday 08:00-18:00"), 0h);
}

}  // namespace
}  // namespace ght
