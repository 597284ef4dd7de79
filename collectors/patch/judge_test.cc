// What the contract says beside ages: severities, exploited vulnerabilities, waivers, interrupted
// installations, automatic ones.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "collectors/patch/contract.h"
#include "collectors/patch/families.h"

namespace ght::collectors::patch {
namespace {

using std::chrono_literals::operator""h;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""s;
using testing::HasSubstr;

const WallTime now = WallTime(1795000000s);
constexpr auto day = 24h;

Update update(const std::string& package) {
  return {.id = package + ":amd64", .package = package, .security = true};
}

PatchState state_with(std::vector<Update> updates) {
  PatchState state;
  state.updates = std::move(updates);
  state.sources.push_back({.name = "security",
                           .security = true,
                           .read = true,
                           .confirmed = now - 1h,
                           .published = {},
                           .valid_until = {}});
  return state;
}

// First seen so long ago.
Memory seen(const std::string& package, WallDuration ago) {
  const auto at = std::chrono::floor<std::chrono::seconds>((now - ago).time_since_epoch());
  return {.json =
              R"({"first_seen":{")" + package + R"(:amd64":)" + std::to_string(at.count()) + "}}"};
}

Rules week() {
  return {.max_security_age = 7 * day, .max_metadata_age = 2 * day, .max_catalogue_age = 60 * day};
}

double value(const Observation& observation, const Family& family, const std::string& label = "") {
  for (const Sample& sample : observation.samples) {
    if (sample.family != &family) continue;
    if (label.empty() || sample.label_values.front() == label) return sample.value;
  }
  return -1;
}

std::string text(const Observation& observation) {
  const auto* words = std::get_if<std::string>(&observation.reason.value);
  return words == nullptr ? "" : *words;
}

TEST(PatchJudge, AnAdvisoryThatSaysHowSevereItIsShortensOrLengthensTheTime) {
  Rules rules = week();
  rules.by_severity = {{Severity::critical, day}, {Severity::low, 90 * day}};
  PatchState state = state_with({update("openssl")});
  state.tells_severity = true;
  const Memory two_days = seen("openssl", 2 * day);
  EXPECT_EQ(judge(state, rules, two_days, now).verdict, Verdict::good);
  state.updates[0].severity = Severity::critical;
  const Observation critical = judge(state, rules, two_days, now);
  EXPECT_EQ(critical.verdict, Verdict::bad);
  EXPECT_EQ(std::get<Duration>(critical.reason.expected), day);
  EXPECT_EQ(value(critical, severity_family, "critical"), 1);
  EXPECT_EQ(value(critical, severity_family, "unknown"), 0);
  EXPECT_EQ(value(critical, due_family), to_seconds(now - day));
  state.updates[0].severity = Severity::low;
  EXPECT_EQ(judge(state, rules, seen("openssl", 80 * day), now).verdict, Verdict::good);
  state.tells_severity = false;
  EXPECT_EQ(value(judge(state, rules, {}, now), severity_family, "low"), -1);
}

TEST(PatchJudge, AnExploitedVulnerabilityIsCountedApartAndMayHaveAShorterTime) {
  PatchState state = state_with({update("openssl"), update("linux")});
  state.catalogue = Catalogue{.published = now - 30 * day};
  state.updates[1].exploited = {"CVE-2024-1086"};
  Rules rules = week();
  const Observation within = judge(state, rules, seen("linux", 3 * day), now);
  EXPECT_EQ(within.verdict, Verdict::good);
  EXPECT_EQ(text(within), "2 (linux:amd64 CVE-2024-1086, openssl:amd64)");
  EXPECT_EQ(value(within, exploited_family), 1);
  EXPECT_EQ(value(within, catalogue_family), to_seconds(now - 30 * day));
  rules.max_exploited_age = 2 * day;
  const Observation late = judge(state, rules, seen("linux", 3 * day), now);
  EXPECT_EQ(late.reason.code, reasons::overdue);
  EXPECT_EQ(text(late), "1 (linux:amd64 CVE-2024-1086)");
}

TEST(PatchJudge, ACatalogueThatCannotBeReadCountsNothingAndIsUnknown) {
  PatchState state = state_with({});
  EXPECT_EQ(value(judge(state, week(), {}, now), exploited_family), -1);
  state.catalogue = Catalogue{.fault = "kev.json: not a JSON document"};
  const Observation observation = judge(state, week(), {}, now);
  EXPECT_EQ(observation.verdict, Verdict::unknown);
  EXPECT_EQ(observation.reason.code, reasons::catalogue_unreadable);
  EXPECT_EQ(value(observation, exploited_family), -1);
  EXPECT_EQ(value(observation, pending_family, "security"), 0);
}

TEST(PatchJudge, WithoutItsCatalogueNobodyKnowsWhatIsDueFirst) {
  PatchState state = state_with({update("openssl")});
  state.catalogue = Catalogue{.fault = "kev.json: not a JSON document"};
  Rules rules = week();
  EXPECT_EQ(value(judge(state, rules, {}, now), due_family), to_seconds(now + 7 * day));
  rules.max_exploited_age = day;
  EXPECT_EQ(value(judge(state, rules, {}, now), due_family), -1);
}

Rules waived(const std::string& package, const std::string& advisory, WallTime end) {
  Rules rules = week();
  rules.waivers.push_back({.package = package,
                           .advisory = advisory,
                           .reason = "DPI 4.2 n'est pas validé avec elle",
                           .author = "A. Martin",
                           .end = end});
  return rules;
}

TEST(PatchJudge, AWaiverTakesAnUpdateOutOfTheVerdictAndKeepsItVisible) {
  const PatchState state = state_with({update("openssl")});
  const Memory old = seen("openssl", 30 * day);
  const Observation good = judge(state, waived("openssl", "", now + day), old, now);
  EXPECT_EQ(good.verdict, Verdict::good);
  EXPECT_EQ(good.reason.code, reasons::waived);
  EXPECT_EQ(text(good), "1 (openssl:amd64: DPI 4.2 n'est pas validé avec elle (A. Martin))");
  EXPECT_EQ(std::get<WallTime>(good.reason.expected), now + day);
  EXPECT_EQ(value(good, pending_family, "security"), 1);
  EXPECT_EQ(value(good, waived_family), 1);
  EXPECT_EQ(value(good, waiver_end_family), to_seconds(now + day));
  EXPECT_EQ(value(good, oldest_family), -1);
  EXPECT_EQ(value(good, due_family), -1);
  EXPECT_EQ(judge(state, waived("openssl:amd64", "", now + day), old, now).verdict, Verdict::good);
}

TEST(PatchJudge, AfterItsEndAWaiverChangesNothingAndTheAgeHasGoneOn) {
  const PatchState state = state_with({update("openssl")});
  const Memory old = seen("openssl", 30 * day);
  const Observation ended = judge(state, waived("openssl", "", now), old, now);
  EXPECT_EQ(ended.verdict, Verdict::bad);
  EXPECT_EQ(value(ended, waived_family), 0);
  EXPECT_EQ(value(ended, oldest_family), to_seconds(now - 30 * day));
  EXPECT_EQ(judge(state, waived("openssl-dev", "", now + day), old, now).verdict, Verdict::bad);
}

TEST(PatchJudge, AWaivedAdvisoryCoversOnlyUpdatesWithoutAnother) {
  PatchState state = state_with({update("kernel")});
  const Memory old = seen("kernel", 30 * day);
  Rules rules = waived("", "RLSA-2026:1", now + 9 * day);
  EXPECT_EQ(judge(state, rules, old, now).verdict, Verdict::bad) << "no advisory is known";
  state.updates[0].advisories = {"RLSA-2026:1"};
  EXPECT_EQ(judge(state, rules, old, now).verdict, Verdict::good);
  state.updates[0].advisories.push_back("RLSA-2026:2");
  EXPECT_EQ(judge(state, rules, old, now).verdict, Verdict::bad);
  rules.waivers.push_back(rules.waivers[0]);
  rules.waivers[1].advisory = "RLSA-2026:2";
  rules.waivers[1].end = now + 2 * day;
  const Observation both = judge(state, rules, old, now);
  EXPECT_EQ(both.verdict, Verdict::good);
  EXPECT_EQ(value(both, waiver_end_family), to_seconds(now + 2 * day));
}

TEST(PatchJudge, AnInterruptedInstallationIsBadAndOneUnderWayHasAnHour) {
  PatchState state = state_with({});
  state.unfinished = {.reason = "tool_interrupted", .packages = {"postgresql-15"}};
  const Observation interrupted = judge(state, week(), {}, now);
  EXPECT_EQ(interrupted.verdict, Verdict::bad);
  EXPECT_EQ(interrupted.reason.code, "tool_interrupted");
  EXPECT_EQ(value(interrupted, interrupted_family), 1);
  state.busy = true;
  const Observation begun = judge(state, week(), {}, now);
  EXPECT_EQ(begun.verdict, Verdict::good);
  EXPECT_EQ(judge(state, week(), begun.memory, now + 1h).verdict, Verdict::good);
  const Observation stuck = judge(state, week(), begun.memory, now + 1h + 1s);
  EXPECT_EQ(stuck.verdict, Verdict::bad);
  EXPECT_EQ(stuck.reason.code, reasons::stuck);
  state.unfinished->packages.clear();
  EXPECT_EQ(judge(state, week(), stuck.memory, now + 1h + 1s).memory.json, "");
}

TEST(PatchJudge, ADoubtOfTheToolGivesNoCountsAndForgetsNothing) {
  PatchState state = state_with({});
  state.doubt = Reason{.code = "tool_doubt", .value = "extra"};
  const Observation doubtful = judge(state, week(), seen("openssl", 2 * day), now);
  EXPECT_EQ(doubtful.verdict, Verdict::unknown);
  EXPECT_EQ(doubtful.reason.code, "tool_doubt");
  EXPECT_EQ(value(doubtful, pending_family), -1);
  EXPECT_EQ(doubtful.memory, seen("openssl", 2 * day)) << "it may only be out of sight";
  state.sources[0].read = false;
  EXPECT_EQ(judge(state, week(), {}, now).reason.code, reasons::source_not_read);
  state.updates = {update("openssl")};
  EXPECT_EQ(judge(state, week(), seen("openssl", 8 * day), now).verdict, Verdict::bad);
}

TEST(PatchJudge, ACatalogueThatIsTooOldSaysNothing) {
  PatchState state = state_with({update("openssl")});
  Rules rules = week();
  rules.max_exploited_age = 3 * day;
  state.catalogue = Catalogue{.published = now - 60 * day};
  EXPECT_EQ(value(judge(state, rules, {}, now), exploited_family), 0);
  state.catalogue->published = now - 60 * day - 1s;
  const Observation old = judge(state, rules, {}, now);
  EXPECT_EQ(old.verdict, Verdict::unknown);
  EXPECT_EQ(old.reason.code, reasons::catalogue_old);
  EXPECT_EQ(value(old, exploited_family), -1) << "0 would say that it was looked for";
  EXPECT_EQ(value(old, due_family), -1) << "an exploited one would be due earlier";
  EXPECT_EQ(value(old, pending_family, "security"), 1);
  EXPECT_EQ(value(old, catalogue_family), to_seconds(now - 60 * day - 1s));
  EXPECT_EQ(judge(state, rules, seen("openssl", 8 * day), now).verdict, Verdict::bad);
  state.catalogue->published = now + 6min;
  EXPECT_EQ(judge(state, rules, {}, now).reason.code, reasons::clock_wrong);
  EXPECT_EQ(judge(state, rules, seen("openssl", 8 * day), now).verdict, Verdict::bad)
      << "its clock is not ours";
}

TEST(PatchJudge, ADamagedDatabaseIsBadAndTeachesNothing) {
  const PatchState state = {.database_fault = "status: cut short"};
  const Memory before = seen("openssl", day);
  const Observation observation = judge(state, week(), before, now);
  EXPECT_EQ(observation.verdict, Verdict::bad);
  EXPECT_EQ(observation.reason.code, reasons::database_broken);
  EXPECT_TRUE(observation.samples.empty());
  EXPECT_EQ(observation.memory, before);
}

TEST(PatchJudge, AutomaticUpdatesAreReportedAndJudgedOnlyWhenAskedFor) {
  PatchState state = state_with({});
  state.automatic = Automatic{.enabled = false, .why_not = "APT::Periodic::Unattended-Upgrade"};
  Rules rules = week();
  const Observation off = judge(state, rules, {}, now);
  EXPECT_EQ(off.verdict, Verdict::good);
  EXPECT_EQ(value(off, automatic_family), 0);
  rules.automatic = true;
  EXPECT_EQ(judge(state, rules, {}, now).reason.code, reasons::automatic_off);
  state.automatic = Automatic{.enabled = true, .last_success = now - 3 * day};
  EXPECT_EQ(judge(state, rules, {}, now).verdict, Verdict::good);
  rules.max_automatic_age = 2 * day;
  const Observation late = judge(state, rules, {}, now);
  EXPECT_EQ(late.reason.code, reasons::automatic_old);
  EXPECT_EQ(value(late, automatic_run_family), to_seconds(now - 3 * day));
  state.automatic->last_success = now + 6min;
  EXPECT_EQ(judge(state, rules, {}, now).reason.code, reasons::clock_wrong);
}

TEST(PatchJudge, AutomaticUpdatesThatNeverRanHaveTheirTimeFromTheFirstLook) {
  PatchState state = state_with({});
  state.automatic = Automatic{.enabled = true};
  Rules rules = week();
  rules.automatic = true;
  rules.max_automatic_age = 2 * day;
  const Observation first = judge(state, rules, {}, now);
  EXPECT_EQ(first.verdict, Verdict::good);
  state.sources[0].confirmed = now + 2 * day;
  EXPECT_EQ(judge(state, rules, first.memory, now + 2 * day).verdict, Verdict::good);
  const Observation late = judge(state, rules, first.memory, now + 2 * day + 1s);
  EXPECT_EQ(late.verdict, Verdict::bad);
  EXPECT_EQ(late.reason.code, reasons::automatic_never);
}

}  // namespace
}  // namespace ght::collectors::patch
