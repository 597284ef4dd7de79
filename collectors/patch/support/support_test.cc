#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/core/collector.h"
#include "agent/core/reasons.h"
#include "collectors/patch/support/answer.h"
#include "collectors/patch/support/judge.h"
#include "collectors/registry.h"

namespace ght::collectors {
namespace {

using std::chrono_literals::operator""h;
using std::chrono_literals::operator""ms;
using support::End;
using support::end_on;
using support::Ends;
using support::Findings;
using support::Origin;
using support::Phase;
using support::Rules;
using support::Software;

WallTime day(std::string_view text) {
  return support::parse_day(text).value();
}

constexpr End none{.kind = End::Kind::none};

Findings debian12() {
  Findings findings;
  findings.os = {.id = "debian", .version = "12", .name = "Debian", .title = "Debian GNU/Linux 12"};
  findings.packages = 400;
  findings.written = day("2026-11-30");
  findings.release = support::Release{.product = "Debian",
                                      .cycle = "12",
                                      .ends = {.standard = end_on(day("2026-07-11")),
                                               .lts = end_on(day("2028-06-30")),
                                               .extended = end_on(day("2033-06-30"))},
                                      .written = day("2026-11-30")};
  return findings;
}

Software software(Origin origin, Ends ends) {
  return {.id = "postgresql",
          .cycle = "13",
          .package = "postgresql-13",
          .origin = origin,
          .ends = ends,
          .written = day("2026-11-30")};
}

Rules rules() {
  return {.counted = Phase::lts, .warn_before = 180 * 24h, .max_table_age = 4000 * 24h};
}

Observation at(std::string_view today, const Findings& findings = debian12(),
               const Rules& with = rules()) {
  return support::judge(findings, with, day(today));
}

void expect_verdict(const Observation& observation, Verdict verdict, std::string_view code) {
  EXPECT_EQ(observation.verdict, verdict);
  EXPECT_EQ(observation.reason.code, code);
}

std::optional<double> value(const Observation& observation, std::string_view family,
                            std::string_view label = "") {
  for (const Sample& sample : observation.samples) {
    const bool labelled =
        label.empty() || std::ranges::find(sample.label_values, label) != sample.label_values.end();
    if (sample.family->name == family && labelled) return sample.value;
  }
  return std::nullopt;
}

namespace reasons = support::reasons;

TEST(SupportJudge, TheVerdictTurnsWithTheFirstMomentOfTheLastDay) {
  expect_verdict(at("2026-12-01"), Verdict::good, reasons::maintained);
  expect_verdict(at("2028-01-02"), Verdict::good, reasons::ends_soon);
  expect_verdict(support::judge(debian12(), rules(), day("2028-06-30") - 1ms), Verdict::good,
                 reasons::ends_soon);
  const Observation ended = at("2028-06-30");
  expect_verdict(ended, Verdict::bad, reasons::ended);
  EXPECT_EQ(ended.reason.expected, ReasonValue("2028-06-30"));
}

TEST(SupportJudge, ThePhaseThatCountsIsASetting) {
  Rules with = rules();
  with.counted = Phase::standard;
  expect_verdict(at("2026-12-01", debian12(), with), Verdict::bad, reasons::ended);
  with.counted = Phase::extended;
  expect_verdict(at("2030-01-01", debian12(), with), Verdict::good, reasons::maintained);
}

// Nobody has paid for it unless the setting says so: it must not be read off a page either.
TEST(SupportJudge, ExtendedSupportIsShownOnlyWhenItCounts) {
  EXPECT_FALSE(value(at("2026-12-01"), "ght_os_support_end_timestamp_seconds", "extended"));
  Rules with = rules();
  with.counted = Phase::extended;
  EXPECT_TRUE(value(at("2026-12-01", debian12(), with), "ght_os_support_end_timestamp_seconds",
                    "extended"));
}

TEST(SupportJudge, BothPhasesAndTheDeadlineAreSamples) {
  const Observation observation = at("2026-12-01");
  const char* family = "ght_os_support_end_timestamp_seconds";
  EXPECT_EQ(value(observation, family, "standard"), to_seconds(day("2026-07-11")));
  EXPECT_EQ(value(observation, family, "lts"), to_seconds(day("2028-06-30")));
  EXPECT_EQ(value(observation, "ght_os_support_deadline_timestamp_seconds"),
            to_seconds(day("2028-06-30")));
}

TEST(SupportJudge, AReleaseThatIsNotInTheTableIsUnknown) {
  Findings findings = debian12();
  findings.release.reset();
  expect_verdict(at("2026-12-01", findings), Verdict::unknown, reasons::not_in_table);
  findings.os.version.clear();
  expect_verdict(at("2026-12-01", findings), Verdict::unknown, reasons::unnumbered);
  EXPECT_FALSE(value(at("2026-12-01", findings), "ght_os_support_deadline_timestamp_seconds"));
}

TEST(SupportJudge, AnEndThatIsNotKnownIsUnknownOnlyPastWhatIs) {
  Findings findings = debian12();
  findings.release->ends = {.standard = end_on(day("2027-07-11"))};
  expect_verdict(at("2026-12-01", findings), Verdict::good, reasons::maintained);
  const Observation later = at("2027-07-11", findings);
  expect_verdict(later, Verdict::unknown, reasons::end_unknown);
  EXPECT_FALSE(value(later, "ght_os_support_deadline_timestamp_seconds"));
  findings.release->ends = {};
  expect_verdict(at("2026-12-01", findings), Verdict::unknown, reasons::end_unknown);
}

TEST(SupportJudge, AnOldTableProvesNothingGood) {
  Rules with = rules();
  with.max_table_age = 400 * 24h;
  expect_verdict(support::judge(debian12(), with, day("2026-11-30") + 400 * 24h), Verdict::good,
                 reasons::ends_soon);
  const Observation old = support::judge(debian12(), with, day("2026-11-30") + 400 * 24h + 1ms);
  expect_verdict(old, Verdict::unknown, reasons::table_old);
  EXPECT_EQ(value(old, "ght_support_table_timestamp_seconds"), to_seconds(day("2026-11-30")));
  EXPECT_EQ(value(old, "ght_support_table_limit_seconds"), 400 * 86400.0);
  expect_verdict(at("2028-06-30", debian12(), with), Verdict::bad, reasons::ended);
}

TEST(SupportJudge, ATableFromTheFutureIsAWrongClock) {
  expect_verdict(at("2026-11-28"), Verdict::good, reasons::maintained);
  const Observation observation = at("2026-11-27");
  expect_verdict(observation, Verdict::unknown, reasons::table_future);
  EXPECT_THAT(observation.samples, testing::IsEmpty());
  Findings findings = debian12();
  findings.software = {software(Origin::other, {})};
  findings.software[0].written = day("2029-01-01");
  expect_verdict(at("2026-12-01", findings), Verdict::unknown, reasons::table_future);
}

TEST(SupportJudge, AContractHoldsForItsReleaseOnlyAndDoesNotAge) {
  Rules with = rules();
  with.max_table_age = 400 * 24h;
  with.contract_release = "debian 12";
  with.contract_lts = day("2033-06-30");
  expect_verdict(at("2030-01-01", debian12(), with), Verdict::good, reasons::maintained);
  expect_verdict(at("2033-06-30", debian12(), with), Verdict::bad, reasons::ended);
  EXPECT_EQ(
      value(at("2030-01-01", debian12(), with), "ght_os_support_end_timestamp_seconds", "lts"),
      to_seconds(day("2033-06-30")));
  with.contract_release = "debian 11";
  expect_verdict(at("2030-01-01", debian12(), with), Verdict::bad, reasons::ended);
  Findings unlisted = debian12();
  unlisted.release.reset();
  unlisted.os.version = "11.2";
  with.contract_release = "debian 11.2";
  expect_verdict(at("2030-01-01", unlisted, with), Verdict::good, reasons::maintained);
}

TEST(SupportJudge, AContractForOnePhaseDoesNotStandForTheTableOfTheOther) {
  Rules with = rules();
  with.max_table_age = 400 * 24h;
  with.contract_release = "debian 12";
  with.contract_standard = day("2027-01-01");
  expect_verdict(at("2028-02-01", debian12(), with), Verdict::unknown, reasons::table_old);
}

TEST(SupportJudge, SoftwareOfTheReleaseEndsWithIt) {
  Findings findings = debian12();
  findings.software = {software(Origin::release, {})};
  const char* family = "ght_software_support_end_timestamp_seconds";
  EXPECT_EQ(value(at("2026-12-01", findings), family, "lts"), to_seconds(day("2028-06-30")));
  expect_verdict(at("2026-12-01", findings), Verdict::good, reasons::maintained);
}

TEST(SupportJudge, SoftwarePastItsEndIsReportedOrBad) {
  Findings findings = debian12();
  findings.software = {
      software(Origin::other, {.standard = end_on(day("2025-11-13")), .lts = none})};
  const Observation reported = at("2026-12-01", findings);
  expect_verdict(reported, Verdict::good, reasons::software_reported);
  EXPECT_EQ(reported.reason.value, ReasonValue("postgresql 13 (2025-11-13)"));
  Rules with = rules();
  with.software_counts = true;
  expect_verdict(at("2026-12-01", findings, with), Verdict::bad, reasons::software_ended);
}

TEST(SupportJudge, WhereSoftwareCountsAnUnknownEndIsNotGood) {
  Findings findings = debian12();
  findings.software = {software(Origin::distribution, {})};
  expect_verdict(at("2026-12-01", findings), Verdict::good, reasons::maintained);
  Rules with = rules();
  with.software_counts = true;
  expect_verdict(at("2026-12-01", findings, with), Verdict::unknown, reasons::software_unknown);
  EXPECT_EQ(value(at("2026-12-01", findings), "ght_software_info", "distribution"), 1);
}

TEST(SupportJudge, WhereSoftwareCountsItsTableMayBeTooOldAsWell) {
  Findings findings = debian12();
  findings.software = {
      software(Origin::other, {.standard = end_on(day("2040-01-01")), .lts = none})};
  findings.software[0].written = day("2020-01-01");
  Rules with = rules();
  with.max_table_age = 400 * 24h;
  expect_verdict(at("2026-12-01", findings, with), Verdict::good, reasons::maintained);
  with.software_counts = true;
  expect_verdict(at("2026-12-01", findings, with), Verdict::unknown, reasons::table_old);
}

TEST(SupportJudge, DatesOfOtherMillenniaOverflowNothing) {
  Findings findings = debian12();
  findings.release->ends = {.standard = end_on(day("2999-12-31")), .lts = none};
  findings.release->written = findings.written = day("1990-01-01");
  Rules with = rules();
  with.max_table_age = 20 * 366 * 24h;
  expect_verdict(at("2026-12-01", findings, with), Verdict::unknown, reasons::table_old);
  findings.written = day("2999-12-31");
  expect_verdict(at("2026-12-01", findings, with), Verdict::unknown, reasons::table_future);
}

Settings settings() {
  Settings settings;
  settings.set("phase", std::string("lts"));
  settings.set("warn_before", Duration(180 * 24h));
  settings.set("max_table_age", Duration(400 * 24h));
  settings.set("software", std::string("report"));
  return settings;
}

TEST(Support, PlansItsHelperOnceWithRootAndTable) {
  const Collector* collector = find("support");
  ASSERT_NE(collector, nullptr);
  const auto first = collector->plan(settings(), {}, {});
  ASSERT_TRUE(first.ok());
  const auto& helper = std::get<RunHelper>(first.value().at(0));
  EXPECT_EQ(helper.program, "ght-support-state");
  EXPECT_THAT(helper.arguments, testing::IsEmpty());
  Settings with = settings();
  with.set("root", std::string("/srv/root"));
  with.set("table", std::string("/etc/ght-agent/support.json"));
  const auto second = collector->plan(with, {}, {});
  EXPECT_THAT(
      std::get<RunHelper>(second.value().at(0)).arguments,
      testing::ElementsAre("--root", "/srv/root", "--table", "/etc/ght-agent/support.json"));
  EXPECT_THAT(collector->plan(with, {HelperResult{}}, {}).value(), testing::IsEmpty());
}

TEST(Support, ContractSettingsThatCannotBeAreConfigurationErrors) {
  const std::vector<std::pair<std::vector<std::pair<std::string, std::string>>, std::string>>
      cases = {{{{"lts_end", "2031-06-31"}, {"release", "debian 11"}}, "lts_end"},
               {{{"standard_end", "31/12/2030"}, {"release", "debian 11"}}, "standard_end"},
               {{{"lts_end", "2031-06-30"}}, "release"},
               {{{"release", "debian 11"}}, "release"},
               {{{"standard_end", "2032-01-01"}, {"lts_end", "2031-06-30"}, {"release", "x 1"}},
                "lts_end"}};
  for (const auto& [given, wrong] : cases) {
    Settings with = settings();
    for (const auto& [key, text] : given) with.set(key, text);
    const auto plan = find("support")->plan(with, {}, {});
    ASSERT_FALSE(plan.ok()) << wrong;
    EXPECT_EQ(plan.error().about, wrong);
  }
}

Observation interpreted(const std::string& out) {
  HelperResult result;
  result.end = HelperEnd::exited;
  result.out = out;
  return find("support")->interpret(settings(), {result}, {}, day("2026-12-01"));
}

TEST(Support, AnAnswerThatIsNotUnderstoodIsUnknown) {
  const std::string whole = support::write_answer(debian12());
  EXPECT_EQ(interpreted(whole).verdict, Verdict::good);
  const std::pair<std::string, std::string> changes[] = {
      {"\"format\":1", "\"format\":2"},         {"\"packages\":400", "\"packages\":0"},
      {"\"packages\":400", "\"packages\":-1"},  {"\"lts\":\"2028", "\"lts\":\"20x8"},
      {"\"id\":\"debian\"", "\"id\":\"\""},     {"\"id\":\"debian\"", "\"id\":\"a\\nb\""},
      {"\"cycle\":\"12\"", "\"cycle\":12"},     {"\"software\":[]", "\"software\":{}"},
      {"\"software\":[]", "\"software\":[{}]"}, {"\"release\":{", "\"releases\":{"},
  };
  for (const auto& [from, to] : changes) {
    std::string text = whole;
    const std::size_t place = text.find(from);
    ASSERT_NE(place, std::string::npos) << from;
    const Observation observation = interpreted(text.replace(place, from.size(), to));
    expect_verdict(observation, Verdict::unknown, ght::reasons::helper_output_unreadable);
    EXPECT_THAT(observation.samples, testing::IsEmpty());
  }
  for (std::size_t length = 0; length + 1 < whole.size(); ++length) {
    EXPECT_EQ(interpreted(whole.substr(0, length)).verdict, Verdict::unknown) << length;
  }
}

}  // namespace
}  // namespace ght::collectors
