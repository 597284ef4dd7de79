#include "collectors/backup/veeam/veeam_jobs.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "agent/core/text.h"

namespace ght::collectors::veeam {
namespace {

using namespace std::chrono_literals;
using End = BackupRun::End;

const WallTime now = parse_rfc3339("2026-11-23T04:30:00Z").value();

Job job(Outcome outcome, WallDuration age, Status status = Status::idle) {
  return {.id = "id",
          .name = "Nuit",
          .type = "VSphereBackup",
          .repository = "depot",
          .not_understood = "",
          .status = status,
          .outcome = outcome,
          .last_run = now - age,
          .duration = 10min,
          .processed = 1000};
}

struct Outcomes {
  backup::Reading reading;
  Recall after;
};

// One look at one job.
Outcomes look(const Job& seen, const Recall& before = {}, WallTime at = now,
              const Wanted& wanted = {.server = "vbr"}) {
  Walk list;
  list.jobs = {seen};
  Judged found = judged(wanted, list, before, at);
  EXPECT_EQ(found.items.size(), 1U);
  const auto* reading = std::get_if<backup::Reading>(&found.items.at(0).state);
  EXPECT_NE(reading, nullptr) << std::get<Reason>(found.items.at(0).state).code;
  // What is remembered goes through its text each time.
  Recall after;
  after.jobs = found.jobs;
  return {.reading = reading == nullptr ? backup::Reading{} : *reading,
          .after = recall(remember(after))};
}

TEST(VeeamJob, SuccessIsACopyThatBeganWithTheSession) {
  const auto [reading, after] = look(job(Outcome::success, 6h));
  ASSERT_TRUE(reading.newest.has_value());
  EXPECT_EQ(reading.newest->begun, now - 6h);
  EXPECT_EQ(reading.newest->duration, 10min);
  EXPECT_EQ(reading.newest->size, 1000U);
  ASSERT_TRUE(reading.last_run.has_value());
  EXPECT_EQ(reading.last_run->end, End::success);
  EXPECT_FALSE(reading.running_since.has_value());
  EXPECT_EQ(reading.gap, "");
  EXPECT_EQ(after.jobs.at("id").copy->begun, now - 6h);
}

TEST(VeeamJob, ARunningSessionHidesNothingThatWasSeen) {
  const auto first = look(job(Outcome::success, 24h), {}, now - 1h);
  const auto [reading, after] = look(job(Outcome::none, 10min, Status::running), first.after);
  EXPECT_EQ(reading.newest->begun, now - 24h);
  EXPECT_EQ(reading.last_run->end, End::success);
  EXPECT_EQ(reading.running_since, now - 10min);
  EXPECT_EQ(reading.gap, "");
  EXPECT_EQ(after.jobs.at("id").copy->begun, now - 24h);
}

TEST(VeeamJob, AResultThatStandsThereWhileASessionRunsIsNotTakenForItsOwn) {
  for (const Outcome outcome : {Outcome::success, Outcome::failed, Outcome::warning}) {
    const auto [reading, after] = look(job(outcome, 10min, Status::running));
    EXPECT_FALSE(reading.newest.has_value());
    EXPECT_FALSE(reading.last_run.has_value());
    EXPECT_NE(reading.gap, "");
  }
}

TEST(VeeamJob, ALastRunThatIsStillTheOneBeforeIsNoBeginning) {
  const auto first = look(job(Outcome::success, 2h), {}, now - 1h);
  const auto [reading, after] = look(job(Outcome::none, 2h, Status::running), first.after);
  EXPECT_FALSE(reading.running_since.has_value());
  EXPECT_EQ(reading.newest->begun, now - 2h);
}

TEST(VeeamJob, AFailureLeavesTheCopyBefore) {
  const auto first = look(job(Outcome::success, 24h), {}, now - 12h);
  const auto [reading, after] = look(job(Outcome::failed, 1h), first.after);
  EXPECT_EQ(reading.newest->begun, now - 24h);
  EXPECT_EQ(reading.last_run->end, End::failed);
  EXPECT_EQ(reading.last_run->begun, now - 1h);
  // Its retry is under way, then over.
  const auto retry = look(job(Outcome::none, 5min, Status::running), after);
  EXPECT_EQ(retry.reading.last_run->end, End::failed);
  EXPECT_EQ(retry.reading.newest->begun, now - 24h);
  const auto healed = look(job(Outcome::success, 5min), retry.after, now + 1h);
  EXPECT_EQ(healed.reading.last_run->end, End::success);
  EXPECT_EQ(healed.reading.newest->begun, now - 5min);
}

TEST(VeeamJob, AFailureThatIsSeenFirstSaysNothingOfTheCopyBefore) {
  const auto [reading, after] = look(job(Outcome::failed, 1h));
  EXPECT_FALSE(reading.newest.has_value());
  EXPECT_EQ(reading.last_run->end, End::failed);
  EXPECT_NE(reading.gap, "") << "no copy is not claimed";
}

TEST(VeeamJob, AWarningCountsAsTheSettingSays) {
  EXPECT_EQ(look(job(Outcome::warning, 1h)).reading.last_run->end, End::partial);
  const Wanted mild{.server = "vbr", .warning_is_good = true};
  EXPECT_EQ(look(job(Outcome::warning, 1h), {}, now, mild).reading.last_run->end, End::success);
  Job nothing = job(Outcome::warning, 1h);
  nothing.processed = 0;
  EXPECT_EQ(look(nothing, {}, now, mild).reading.last_run->end, End::partial);
  nothing.processed.reset();
  EXPECT_EQ(look(nothing, {}, now, mild).reading.last_run->end, End::success)
      << "before revision 1.3 nobody says";
}

TEST(VeeamJob, WhatWasNotWatchedIsNotKnown) {
  const auto first = look(job(Outcome::failed, 60h), {}, now - 50h);
  const auto [reading, after] = look(job(Outcome::none, 10min, Status::running), first.after);
  EXPECT_FALSE(reading.last_run.has_value()) << "there may have been a session in between";
  EXPECT_NE(reading.gap, "");
}

TEST(VeeamJob, NeverRanForgets) {
  const auto first = look(job(Outcome::success, 24h), {}, now - 12h);
  Job never = job(Outcome::none, 1h, Status::disabled);
  never.last_run.reset();
  const auto [reading, after] = look(never, first.after);
  EXPECT_FALSE(reading.newest.has_value());
  EXPECT_EQ(reading.gap, "") << "this is known";
  EXPECT_FALSE(after.jobs.at("id").copy.has_value());
}

TEST(VeeamJob, ASessionWithoutAResultIsNone) {
  const auto first = look(job(Outcome::success, 24h), {}, now - 12h);
  const auto [reading, after] = look(job(Outcome::none, 1h), first.after);
  EXPECT_EQ(reading.newest->begun, now - 24h);
  EXPECT_NE(reading.gap, "");
}

TEST(VeeamMemory, IsWhatItWasOrNothing) {
  Recall kept{.revision = "1.3-rev2", .since = now, .jobs = {}};
  kept.jobs["a"] = {.name = "Nuit",
                    .repository = "depot",
                    .copy = backup::Copy{.begun = now - 24h, .duration = 90s, .size = 5},
                    .ended = backup::Run{.begun = now - 1h, .end = End::partial, .detail = "w"},
                    .idle = now};
  kept.jobs["b"] = {.name = "Autre", .repository = "", .copy = {}, .ended = {}, .idle = WallTime{}};
  EXPECT_EQ(remember(recall(remember(kept))), remember(kept));
  for (const char* damaged :
       {"null", "[]", "7", R"({"jobs":7,"revision":7})", R"({"jobs":{"a":7}})",
        R"({"jobs":{"a":{"name":"","repository":"","idle":1}}})",
        R"({"jobs":{"a":{"name":"x","repository":"\u0000","idle":1}}})",
        R"({"jobs":{"a":{"name":"x","repository":"y","idle":-1}}})"}) {
    const Recall recalled = recall(nlohmann::json::parse(damaged));
    EXPECT_TRUE(recalled.jobs.empty()) << damaged;
    EXPECT_EQ(recalled.revision, "") << damaged;
  }
  const Recall partly = recall(nlohmann::json::parse(
      R"({"jobs":{"a":{"name":"x","repository":"y","idle":1,"copy":[1,-1],"ended":[1,"won","d"]}}})"));
  EXPECT_FALSE(partly.jobs.at("a").copy || partly.jobs.at("a").ended);
  const Recall wordless = recall(nlohmann::json::parse(
      R"({"jobs":{"a":{"name":"x","repository":"y","idle":1,"ended":[1,"failed",""]}}})"));
  EXPECT_FALSE(wordless.jobs.at("a").ended) << "a failure is always said in words";
}

TEST(VeeamMemory, OfAsManyJobsAsACheckMayHaveFits) {
  Recall most{.revision = "1.3-rev2", .since = now, .jobs = {}};
  for (std::size_t i = 0; i < jobs_of_check; ++i) {
    most.jobs["0b9c3a5e-5d0c-4a2b-9d53-3f1f6d1c0" + std::to_string(100 + i)] = {
        .name = "Sauvegarde de nuit du serveur d'imagerie " + std::to_string(i),
        .repository = "depot-immuable-du-site-sud",
        .copy = backup::Copy{.begun = now, .duration = 123456789ms, .size = 123456789012345},
        .ended = backup::Run{.begun = now, .end = End::failed, .detail = "lastResult Failed"},
        .idle = now};
  }
  EXPECT_LT(remember(most).dump().size(), 32U << 10U) << "the other half is for the histories";
}

}  // namespace
}  // namespace ght::collectors::veeam
