#include "collectors/backup/contract.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "agent/core/text.h"
#include "collectors/backup/recollection.h"

namespace ght::collectors::backup {
namespace {

using namespace std::chrono_literals;
using End = BackupRun::End;
using ToolRun = ::ght::collectors::backup::Run;

const Name dpi = {"dpi", "/srv/restic/dpi"};

WallTime at(std::string_view text) {
  return parse_rfc3339(text).value();
}

const WallTime now = at("2026-11-23T04:00:00Z");

Settings terms(Duration rpo = 26h) {
  Settings settings;
  settings.set("rpo", rpo);
  return settings;
}

Copy copy_of(std::string_view begun, std::optional<std::uint64_t> size = std::nullopt) {
  return {.begun = at(begun), .size = size};
}

Item item(std::optional<Copy> newest, std::string gap = "") {
  return {.name = dpi, .state = Reading{.newest = std::move(newest), .gap = std::move(gap)}};
}

Evidence told(BackupRecords records = {}) {
  RecordsResult result;
  result.backups["dpi"] = std::move(records);
  return {result};
}

Observation judged(const Settings& settings, const Item& one, const Evidence& evidence = told(),
                   const Memory& before = {}, WallTime when = now) {
  return conclude(settings, evidence, {one}, nullptr, before, when);
}

std::optional<double> value(const Observation& observation, const Family& family,
                            const std::string& repository = dpi.repository) {
  for (const Sample& sample : observation.samples) {
    if (sample.family == &family && sample.label_values[1] == repository) return sample.value;
  }
  return std::nullopt;
}

TEST(BackupContract, FreshUntilExactlyTheRpo) {
  const Observation young = judged(terms(), item(copy_of("2026-11-23T01:00:00Z")));
  EXPECT_EQ(young.verdict, Verdict::good);
  EXPECT_EQ(young.reason, (Reason{"backup_fresh", Duration(3h), Duration(26h)}));
  EXPECT_EQ(value(young, family::last_success), 1795395600.0);
  EXPECT_EQ(value(young, family::rpo), 93600.0);
  for (const Family* absent :
       {&family::last_size, &family::last_duration, &family::last_run, &family::last_run_success,
        &family::running_since, &family::restore_test, &family::median_size,
        &family::changed_files}) {
    EXPECT_EQ(value(young, *absent), std::nullopt) << absent->name;
  }
  EXPECT_EQ(judged(terms(), item(copy_of("2026-11-22T02:00:00Z"))).verdict, Verdict::good);
  const Observation old = judged(terms(), item(copy_of("2026-11-22T01:59:59.999Z")));
  EXPECT_EQ(old.verdict, Verdict::bad);
  EXPECT_EQ(old.reason.code, "backup_too_old");
  EXPECT_TRUE(value(old, family::last_success).has_value());
}

TEST(BackupContract, NoCopyIsBadAndShownAsZero) {
  const Observation never = judged(terms(), item(std::nullopt));
  EXPECT_EQ(never.verdict, Verdict::bad);
  EXPECT_EQ(never.reason.code, "backup_never");
  EXPECT_EQ(value(never, family::last_success), 0.0);
}

TEST(BackupContract, TheFutureIsNotBelieved) {
  EXPECT_EQ(judged(terms(), item(copy_of("2026-11-23T04:05:00Z"))).verdict, Verdict::good);
  const Observation future = judged(terms(), item(copy_of("2026-11-23T04:05:00.001Z")));
  EXPECT_EQ(future.verdict, Verdict::bad);
  EXPECT_EQ(future.reason.code, "backup_in_future");
  EXPECT_EQ(judged(terms(), item(copy_of("9999-12-31T23:59:59Z"))).verdict, Verdict::bad);
  EXPECT_EQ(judged(terms(), item(copy_of("0001-01-01T00:00:00Z"))).reason.code, "backup_too_old");
}

TEST(BackupContract, AGapMakesAbsenceUnknownButNotPresence) {
  const Observation absent = judged(terms(), item(std::nullopt, "permission denied"));
  EXPECT_EQ(absent.verdict, Verdict::unknown);
  EXPECT_EQ(absent.reason, (Reason{"backup_partly_read", "permission denied"}));
  EXPECT_EQ(value(absent, family::last_success), std::nullopt) << "0 would say: never";
  EXPECT_EQ(judged(terms(), item(copy_of("2026-11-01T00:00:00Z"), "one")).verdict,
            Verdict::unknown);
  EXPECT_EQ(judged(terms(), item(copy_of("2026-11-23T01:00:00Z"), "one")).verdict, Verdict::good);
}

TEST(BackupContract, AThresholdNeedsWhatItJudges) {
  Settings wanted = terms();
  wanted.set("min_size", std::int64_t{1000});
  EXPECT_EQ(judged(wanted, item(copy_of("2026-11-23T01:00:00Z", 1000))).verdict, Verdict::good);
  const Observation small = judged(wanted, item(copy_of("2026-11-23T01:00:00Z", 999)));
  EXPECT_EQ(small.verdict, Verdict::bad);
  EXPECT_EQ(small.reason, (Reason{"backup_too_small", Bytes{999}, Bytes{1000}}));
  EXPECT_EQ(value(small, family::last_size), 999.0);
  for (const char* key :
       {"min_size", "max_size_change", "max_duration_change", "max_changed_files"}) {
    Settings one = terms();
    if (std::string_view(key) == "min_size") {
      one.set(key, std::int64_t{1});
    } else {
      one.set(key, 0.5);
    }
    const Observation unmeasured = judged(one, item(copy_of("2026-11-23T01:00:00Z")));
    EXPECT_EQ(unmeasured.verdict, Verdict::unknown) << key;
    EXPECT_EQ(unmeasured.reason, (Reason{"backup_not_measured", key}));
  }
}

TEST(BackupContract, ARunThatFailedSinceIsBad) {
  const Item fresh = item(copy_of("2026-11-23T01:00:00Z"));
  const auto reported = [&](End end, std::string_view begun, std::optional<WallTime> ended) {
    return judged(
        terms(), fresh,
        told({.runs = {
                  {.begun = at(begun), .ended = ended, .end = end, .detail = "exit status 3"}}}));
  };
  const Observation failed =
      reported(End::failed, "2026-11-23T02:00:00Z", at("2026-11-23T02:10:00Z"));
  EXPECT_EQ(failed.verdict, Verdict::bad);
  EXPECT_EQ(failed.reason, (Reason{"backup_failed", "exit status 3", at("2026-11-23T02:00:00Z")}));
  EXPECT_EQ(value(failed, family::last_run_success), 0.0);
  EXPECT_EQ(value(failed, family::last_success), 1795395600.0) << "the copy before is still there";

  // The copy was made by the run that was not complete: it does not count.
  const Observation partial =
      reported(End::partial, "2026-11-23T00:59:59Z", at("2026-11-23T01:30:00Z"));
  EXPECT_EQ(partial.verdict, Verdict::bad);
  EXPECT_EQ(partial.reason.code, "backup_partial");
  EXPECT_EQ(value(partial, family::last_success), std::nullopt);
  EXPECT_TRUE(recall(partial.memory).history.empty()) << "no copy is remembered";

  EXPECT_EQ(reported(End::lost, "2026-11-23T02:00:00Z", {}).reason.code, "backup_lost");
  EXPECT_EQ(reported(End::failed, "2026-11-22T02:00:00Z", at("2026-11-22T03:00:00Z")).verdict,
            Verdict::good)
      << "before the copy";
  EXPECT_EQ(reported(End::success, "2026-11-23T00:59:00Z", at("2026-11-23T01:10:00Z")).verdict,
            Verdict::good);
  const Observation both =
      judged(terms(), {.name = dpi,
                       .state = Reading{.newest = copy_of("2026-11-23T01:00:00Z"),
                                        .last_run = ToolRun{.begun = at("2026-11-23T03:00:00Z"),
                                                            .end = End::failed,
                                                            .detail = "E"}}});
  EXPECT_EQ(both.reason.code, "backup_failed") << "the tool's own word";
}

TEST(BackupContract, ARunOfTheFutureHidesNoFailure) {
  const BackupRun failed = {
      .begun = at("2026-11-23T02:00:00Z"), .ended = at("2026-11-23T02:10:00Z"), .end = End::failed};
  const BackupRun future = {.begun = at("2026-12-23T02:00:00Z"),
                            .ended = at("2026-12-23T02:10:00Z"),
                            .end = End::success};
  const Observation seen =
      judged(terms(), item(copy_of("2026-11-23T01:00:00Z")), told({.runs = {failed, future}}));
  EXPECT_EQ(seen.verdict, Verdict::bad);
  EXPECT_EQ(seen.reason.code, "backup_failed");
}

TEST(BackupContract, APlaceOfEveryRepositoryHasItsRpo) {
  Settings places = terms();
  Settings anywhere;
  anywhere.set("location", "off_site");
  anywhere.set("medium", "disk");
  anywhere.set("rpo", Duration(24h * 8));
  places.set("copies", std::vector<Settings>{anywhere});
  const Observation seen = judged(places, item(copy_of("2026-11-19T01:00:00Z")));
  EXPECT_EQ(seen.verdict, Verdict::good);
  EXPECT_EQ(value(seen, family::copies), 1.0);
  Item unread_through = item(copy_of("2026-11-23T01:00:00Z"));
  std::get<Reading>(unread_through.state).newest_unproven = Reason{.code = "damaged"};
  EXPECT_EQ(value(judged(places, unread_through), family::copies), std::nullopt);
}

TEST(BackupContract, ThePartialCopyHidesNotTheOneBefore) {
  const Observation first = judged(terms(), item(copy_of("2026-11-22T01:00:00Z")), told(), {},
                                   at("2026-11-22T04:00:00Z"));
  const BackupRecords partial = {.runs = {{.begun = at("2026-11-23T00:59:59Z"),
                                           .ended = at("2026-11-23T01:30:00Z"),
                                           .end = End::partial}}};
  const Observation then =
      judged(terms(), item(copy_of("2026-11-23T01:00:00Z")), told(partial), first.memory);
  EXPECT_EQ(value(then, family::last_success), to_seconds(at("2026-11-22T01:00:00Z")));
}

TEST(BackupContract, ARunningBackupIsShownAndMayTakeTooLong) {
  Settings limited = terms();
  limited.set("max_duration", Duration(1h));
  const BackupRecords records = {
      .runs = {{.begun = at("2026-11-23T02:59:00Z"), .end = End::running}}};
  const Item fresh = item(copy_of("2026-11-23T01:00:00Z"));
  EXPECT_EQ(judged(terms(), fresh, told(records)).verdict, Verdict::good);
  EXPECT_TRUE(value(judged(terms(), fresh, told(records)), family::running_since).has_value());
  EXPECT_EQ(judged(limited, fresh, told(records)).reason,
            (Reason{"backup_runs_too_long", Duration(61min), Duration(1h)}));
  // That nothing else is known does not excuse it.
  const Item hidden = {.name = dpi, .state = Reading{.gap = "only the run that is under way"}};
  EXPECT_EQ(judged(terms(), hidden, told(records)).reason.code, "backup_partly_read");
  EXPECT_EQ(judged(limited, hidden, told(records)).reason.code, "backup_runs_too_long");
}

TEST(BackupContract, UnknownForTooLongIsBad) {
  const Item unread = {.name = dpi, .state = Reason{.code = "helper_timeout"}};
  const Observation first = judged(terms(), unread);
  EXPECT_EQ(first.verdict, Verdict::unknown);
  EXPECT_FALSE(first.reason.unproven_since.has_value());
  const Observation at_limit = judged(terms(), unread, told(), first.memory, now + 26h);
  EXPECT_EQ(at_limit.verdict, Verdict::unknown);
  const Observation late = judged(terms(), unread, told(), at_limit.memory, now + 26h + 1ms);
  EXPECT_EQ(late.verdict, Verdict::bad);
  EXPECT_EQ(late.reason.code, "helper_timeout");
  EXPECT_EQ(late.reason.unproven_since, now);
  // Once something is learnt the account begins anew.
  const Observation good =
      judged(terms(), item(copy_of("2026-11-23T01:00:00Z")), told(), late.memory);
  EXPECT_EQ(judged(terms(), unread, told(), good.memory, now + 30h).verdict, Verdict::unknown);
  // A beginning in the future (the clock was set back) counts from now.
  EXPECT_EQ(judged(terms(), unread, told(), first.memory, now - 48h).verdict, Verdict::unknown);
  Settings patient = terms();
  patient.set("unknown_is_bad_after", Duration(48h));
  EXPECT_EQ(judged(patient, unread, told(), first.memory, now + 40h).verdict, Verdict::unknown);
}

TEST(BackupContract, WhatWasReportedMustBeReadable) {
  const Item fresh = item(copy_of("2026-11-23T01:00:00Z"));
  RecordsResult broken;
  broken.failure = "dpi.json: damaged";
  EXPECT_EQ(judged(terms(), fresh, {broken}).reason,
            (Reason{"backup_records_unread", "dpi.json: damaged"}));
  EXPECT_EQ(judged(terms(), fresh, {}).verdict, Verdict::unknown);
  EXPECT_EQ(judged(terms(1h), fresh, {broken}).verdict, Verdict::bad)
      << "that is certain all the same";
}

TEST(BackupContract, ACopyThatWasNotReadThroughProvesNoFreshness) {
  const Observation first = judged(terms(), item(copy_of("2026-11-22T01:00:00Z")), told(), {},
                                   at("2026-11-22T04:00:00Z"));
  Item damaged = item(copy_of("2026-11-23T01:00:00Z"));
  std::get<Reading>(damaged.state).newest_unproven = Reason{.code = "damaged"};
  EXPECT_EQ(value(judged(terms(), damaged), family::last_success), std::nullopt);
  const Observation then = judged(terms(), damaged, told(), first.memory);
  EXPECT_EQ(then.verdict, Verdict::unknown);
  EXPECT_EQ(value(then, family::last_success), to_seconds(at("2026-11-22T01:00:00Z")));
  const Observation old = judged(terms(1h), damaged);
  EXPECT_EQ(old.verdict, Verdict::bad);
  EXPECT_EQ(value(old, family::last_success), to_seconds(at("2026-11-23T01:00:00Z")));
}

TEST(BackupContract, RestoreTestsAreAskedFor) {
  Settings wanted = terms();
  wanted.set("restore_test_max_age", Duration(24h * 365));
  const Item fresh = item(copy_of("2026-11-23T01:00:00Z"));
  const auto with = [&](std::optional<RestoreTest> success, std::optional<RestoreTest> last) {
    return judged(wanted, fresh, told({.runs = {}, .last_test = last, .last_success = success}));
  };
  const Observation never = with({}, {});
  EXPECT_EQ(never.verdict, Verdict::bad);
  EXPECT_EQ(never.reason.code, "restore_test_never");
  EXPECT_EQ(value(never, family::restore_test), 0.0);
  const RestoreTest good = {.at = at("2026-05-01T08:00:00Z"), .success = true};
  EXPECT_EQ(with(good, good).verdict, Verdict::good);
  EXPECT_EQ(value(with(good, good), family::restore_test), to_seconds(good.at));
  const RestoreTest old = {.at = at("2025-11-22T08:00:00Z"), .success = true};
  EXPECT_EQ(with(old, old).reason.code, "restore_test_too_old");
  const RestoreTest failed = {.at = at("2026-06-01T08:00:00Z"), .success = false};
  EXPECT_EQ(with(good, failed).reason, (Reason{"restore_test_failed", failed.at}));
  const RestoreTest future = {.at = at("2027-06-01T08:00:00Z"), .success = true};
  EXPECT_EQ(with(future, future).reason.code, "restore_test_in_future");
}

TEST(BackupContract, ARestoreTestThatFailedIsBadEvenIfNoneWasAskedFor) {
  const Item fresh = item(copy_of("2026-11-23T01:00:00Z"));
  const RestoreTest failed = {.at = at("2026-06-01T08:00:00Z"), .success = false};
  const RestoreTest later = {.at = at("2026-06-02T08:00:00Z"), .success = true};
  const Observation bad = judged(terms(), fresh, told({.runs = {}, .last_test = failed}));
  EXPECT_EQ(bad.reason, (Reason{"restore_test_failed", failed.at}));
  EXPECT_EQ(value(bad, family::restore_test_success), 0.0);
  const Observation good =
      judged(terms(), fresh, told({.runs = {}, .last_test = later, .last_success = later}));
  EXPECT_EQ(good.verdict, Verdict::good);
  EXPECT_EQ(value(good, family::restore_test_success), 1.0);
}

TEST(BackupContract, DriftIsAWordAndBadOnlyWhenAsked) {
  Memory memory;
  Settings strict = terms();
  strict.set("max_size_change", 0.3);
  for (int day = 10; day < 17; ++day) {
    const WallTime then = at("2026-11-" + std::to_string(day) + "T01:00:00Z");
    memory = judged(terms(), item(Copy{.begun = then, .duration = 600s, .size = 1000U}), told(),
                    memory, then + 3h)
                 .memory;
  }
  const Copy shrunk = {.begun = at("2026-11-23T01:00:00Z"), .duration = 600s, .size = 400U};
  const Observation seen = judged(terms(), item(shrunk), told(), memory);
  EXPECT_EQ(seen.verdict, Verdict::good);
  EXPECT_EQ(seen.reason, (Reason{"backup_size_drift", Bytes{400}, Bytes{1000}}));
  EXPECT_EQ(value(seen, family::median_size), 1000.0);
  EXPECT_EQ(judged(strict, item(shrunk), told(), memory).verdict, Verdict::bad);
  Copy usual = shrunk;
  usual.size = 1100;
  EXPECT_EQ(judged(strict, item(usual), told(), memory).reason.code, "backup_fresh");
  Copy slow = usual;
  slow.duration = 2000s;
  EXPECT_EQ(judged(terms(), item(slow), told(), memory).reason.code, "backup_duration_drift");
  Copy changed = usual;
  changed.changed_files = 0.9;
  EXPECT_EQ(judged(terms(), item(changed), told(), memory).reason,
            (Reason{"backup_mass_change", std::int64_t{90}}));
  Settings afraid = terms();
  afraid.set("max_changed_files", 0.6);
  EXPECT_EQ(judged(afraid, item(changed), told(), memory).verdict, Verdict::bad);
  EXPECT_EQ(judged(terms(), item(shrunk)).reason.code, "backup_fresh") << "no history, no median";
}

TEST(BackupContract, TheWorstOfSeveralIsTheVerdict) {
  const Item near = {.name = {"dpi", "repo1"},
                     .state = Reading{.newest = copy_of("2026-11-23T01:00:00Z")}};
  const Item far = {.name = {"dpi", "repo2"},
                    .state = Reading{.newest = copy_of("2026-11-19T01:00:00Z")}};
  const Item lost = {.name = {"dpi", "repo3"}, .state = Reason{.code = "helper_timeout"}};
  const auto of = [&](const Settings& settings, const std::vector<Item>& items) {
    return conclude(settings, told(), items, nullptr, {}, now);
  };
  EXPECT_EQ(of(terms(), {near, far, lost}).reason.subject, "repo2");
  EXPECT_EQ(of(terms(), {near, lost}).verdict, Verdict::unknown);
  EXPECT_EQ(of(terms(), {}).verdict, Verdict::unknown) << "nothing was looked at";

  Settings places = terms();
  Settings on_site, off_site;
  on_site.set("repository", "repo1");
  on_site.set("location", "on_site");
  on_site.set("medium", "disk");
  off_site.set("repository", "repo2");
  off_site.set("location", "off_site");
  off_site.set("medium", "object");
  off_site.set("immutable", Duration(24h * 30));
  off_site.set("rpo", Duration(24h * 8));
  places.set("copies", std::vector<Settings>{on_site, off_site});
  const Observation seen = of(places, {near, far});
  EXPECT_EQ(seen.verdict, Verdict::good) << "the off-site copy has its own RPO";
  EXPECT_EQ(value(seen, family::copies, "repo2"), 1.0);
  EXPECT_EQ(value(seen, family::rpo, "repo2"), 8 * 86400.0);
  EXPECT_EQ(value(seen, family::immutable_until, "repo2"), to_seconds(at("2026-12-19T01:00:00Z")));
  const Observation missing = of(places, {near});
  EXPECT_EQ(missing.verdict, Verdict::bad);
  EXPECT_EQ(missing.reason, (Reason{"backup_copy_missing", "repo2"}));
}

TEST(BackupContract, TheMemoryIsBoundedAndSurvivesAnything) {
  Memory memory;
  for (int hour = 0; hour < 400; ++hour) {
    const WallTime then = now + std::chrono::hours(hour);
    memory = judged(terms(), item(Copy{.begun = then, .size = 1U}), told(), memory, then).memory;
  }
  EXPECT_EQ(recall(memory).history.at(key(dpi)).size(), history_copies + 1);
  EXPECT_LT(memory.json.size(), 2000U);
  for (const char* foreign : {"", "null", "[]", "{", R"({"items":[]})", R"({"items":{"a":{}}})",
                              R"({"items":{"a":[[1]]},"unknown_since":"x"})"}) {
    EXPECT_EQ(
        judged(terms(), item(copy_of("2026-11-23T01:00:00Z")), told(), Memory{foreign}).verdict,
        Verdict::good)
        << foreign;
  }
  const Observation kept = conclude(terms(), told(), {item(std::nullopt)}, {{"a", 1}}, {}, now);
  EXPECT_EQ(own_memory(kept.memory), nlohmann::json({{"a", 1}}));
  EXPECT_EQ(own_memory(judged(terms(), item(std::nullopt), told(), kept.memory).memory),
            nlohmann::json({{"a", 1}}));
}

}  // namespace
}  // namespace ght::collectors::backup
