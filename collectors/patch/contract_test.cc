#include "collectors/patch/contract.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "collectors/patch/families.h"

namespace ght::collectors::patch {
namespace {

using std::chrono_literals::operator""h;
using std::chrono_literals::operator""min;
using std::chrono_literals::operator""s;
using testing::Contains;
using testing::Key;
using testing::Not;
using testing::Pair;

const WallTime now = WallTime(1795000000s);
const Rules rules = {.max_security_age = 24h * 7, .max_metadata_age = 48h};

Source source(const std::string& name, bool security) {
  Source source;
  source.name = name;
  source.security = security;
  source.read = true;
  source.confirmed = now - 1h;
  source.published = now - 24h * 3;
  return source;
}

// Security and main source, refreshed an hour ago; nothing pending.
PatchState healthy() {
  PatchState state;
  state.sources = {source("debian-security", true), source("debian", false)};
  return state;
}

// "openssl:amd64"
Update security_update(const std::string& id, bool withheld = false) {
  return {.id = id, .package = id.substr(0, id.find(':')), .security = true, .withheld = withheld};
}

Observation judged(const PatchState& state, const Memory& before = {}, WallTime at = now) {
  return judge(state, rules, before, at);
}

// "name/label" -> value
std::map<std::string, double> values(const Observation& observation) {
  std::map<std::string, double> values;
  for (const Sample& sample : observation.samples) {
    std::string key(sample.family->name);
    for (const std::string& label : sample.label_values) key += "/" + label;
    EXPECT_TRUE(values.emplace(key, sample.value).second) << "twice: " << key;
  }
  return values;
}

void expect_unknown(const Observation& observation, std::string_view code) {
  EXPECT_EQ(observation.verdict, Verdict::unknown);
  EXPECT_EQ(observation.reason.code, code);
  for (const Sample& sample : observation.samples) {
    EXPECT_NE(sample.family, &pending_family);
    EXPECT_NE(sample.family, &withheld_family);
  }
}

TEST(PatchContract, NothingPendingIsGoodWithZeroesThatAreEvidence) {
  const Observation observation = judged(healthy());
  EXPECT_EQ(observation.verdict, Verdict::good);
  EXPECT_EQ(observation.reason.code, reasons::up_to_date);
  const std::map<std::string, double> expected = {
      {"ght_patch_pending_updates/security", 0},
      {"ght_patch_pending_updates/other", 0},
      {"ght_patch_withheld_updates/security", 0},
      {"ght_patch_withheld_updates/other", 0},
      {"ght_patch_waived_updates", 0},
      {"ght_patch_metadata_timestamp_seconds", to_seconds(now - 1h)},
      {"ght_patch_metadata_limit_seconds", 48.0 * 3600}};
  EXPECT_EQ(values(observation), expected);
}

TEST(PatchContract, ASecurityUpdateIsGoodUntilItsAgeIsOver) {
  PatchState state = healthy();
  state.updates = {security_update("openssl:amd64"), {.id = "vim:amd64"}};
  const Observation first = judged(state);
  EXPECT_EQ(first.verdict, Verdict::good);
  EXPECT_EQ(first.reason.code, reasons::pending);
  EXPECT_EQ(values(first).at("ght_patch_pending_updates/security"), 1);
  EXPECT_EQ(values(first).at("ght_patch_pending_updates/other"), 1);
  EXPECT_EQ(values(first).at("ght_patch_security_limit_seconds"), 7 * 86400.0);
  for (Source& each : state.sources) each.confirmed = now + 24h * 7;
  const Observation last_good = judged(state, first.memory, now + 24h * 7);
  EXPECT_EQ(last_good.verdict, Verdict::good);
  const Observation late = judged(state, last_good.memory, now + 24h * 7 + 1s);
  EXPECT_EQ(late.verdict, Verdict::bad);
  EXPECT_EQ(late.reason.code, reasons::overdue);
  EXPECT_EQ(std::get<std::string>(late.reason.value), "1 (openssl:amd64)");
  EXPECT_EQ(std::get<Duration>(late.reason.expected), 1s);
  EXPECT_EQ(values(late).at("ght_patch_security_due_timestamp_seconds"), to_seconds(now + 24h * 7));
  EXPECT_EQ(values(late).at("ght_patch_oldest_pending_security_timestamp_seconds"),
            to_seconds(now));
}

TEST(PatchContract, AnInstalledUpdateIsForgotten) {
  PatchState state = healthy();
  state.updates = {security_update("openssl:amd64")};
  const Memory memory = judged(state).memory;
  const Observation installed = judged(healthy(), memory, now + 1h);
  EXPECT_EQ(installed.memory.json, "");
  EXPECT_THAT(values(installed),
              Not(Contains(Key("ght_patch_oldest_pending_security_timestamp_seconds"))));
}

TEST(PatchContract, AgeDoesNotStartAgainWhenASourceWasOutOfSight) {
  PatchState state = healthy();
  state.updates = {security_update("openssl:amd64")};
  Memory memory = judged(state).memory;
  PatchState blind = healthy();
  blind.sources[0].read = false;
  const Observation unseen = judged(blind, memory, now + 1h);
  expect_unknown(unseen, reasons::source_not_read);
  EXPECT_THAT(values(unseen), testing::IsEmpty());
  const Observation again = judged(state, unseen.memory, now + 2h);
  EXPECT_EQ(values(again).at("ght_patch_oldest_pending_security_timestamp_seconds"),
            to_seconds(now));
}

TEST(PatchContract, WithheldSecurityUpdatesGrowOldToo) {
  PatchState state = healthy();
  state.updates = {security_update("openssl:amd64", true)};
  const Observation first = judged(state);
  EXPECT_EQ(first.verdict, Verdict::good);
  EXPECT_EQ(first.reason.code, reasons::withheld);
  EXPECT_EQ(values(first).at("ght_patch_pending_updates/security"), 0);
  EXPECT_EQ(values(first).at("ght_patch_withheld_updates/security"), 1);
  EXPECT_EQ(judged(state, first.memory, now + 24h * 8).verdict, Verdict::bad);
}

TEST(PatchContract, OldMetadataOfASecuritySourceIsUnknownAndGivesNoCounts) {
  PatchState state = healthy();
  state.sources[0].confirmed = now - 48h - 1s;
  const Observation observation = judged(state);
  expect_unknown(observation, reasons::metadata_old);
  EXPECT_EQ(values(observation).at("ght_patch_metadata_timestamp_seconds"),
            to_seconds(now - 48h - 1s));
  state.sources[0].confirmed = now - 48h;
  EXPECT_EQ(judged(state).verdict, Verdict::good);
}

TEST(PatchContract, OverdueStaysBadHoweverOldTheMetadata) {
  PatchState state = healthy();
  state.updates = {security_update("openssl:amd64")};
  const Observation late = judged(state, judged(state).memory, now + 24h * 30);
  EXPECT_EQ(late.verdict, Verdict::bad);
  EXPECT_THAT(values(late), Not(Contains(Key("ght_patch_pending_updates/security"))));
  EXPECT_THAT(values(late), Contains(Pair("ght_patch_oldest_pending_security_timestamp_seconds",
                                          to_seconds(now))));
}

TEST(PatchContract, AStaleOtherSourceLeavesSecurityKnownAndOtherUnknown) {
  PatchState state = healthy();
  state.sources[1].confirmed = now - 24h * 90;
  const Observation observation = judged(state);
  EXPECT_EQ(observation.verdict, Verdict::good);
  EXPECT_EQ(observation.reason.code, reasons::up_to_date_in_part);
  EXPECT_THAT(values(observation), Contains(Pair("ght_patch_pending_updates/security", 0)));
  EXPECT_THAT(values(observation), Not(Contains(Key("ght_patch_pending_updates/other"))));
}

TEST(PatchContract, WithoutASecuritySourceNothingPendingMeansNothing) {
  PatchState state = healthy();
  state.sources.erase(state.sources.begin());
  expect_unknown(judged(state), reasons::no_security_source);
  expect_unknown(judged({}), reasons::no_security_source);
}

TEST(PatchContract, DatesOfOtherMillenniaOverflowNothing) {
  for (const WallDuration away :
       {std::chrono::hours(24) * 365 * 7000, -std::chrono::hours(24) * 365 * 1900}) {
    PatchState state = healthy();
    for (Source& source : state.sources) source.confirmed = source.published = now + away;
    EXPECT_EQ(judged(state).verdict, Verdict::unknown);
  }
}

TEST(PatchContract, TheOldestSecuritySourceCounts) {
  PatchState state = healthy();
  state.sources.push_back(source("esm", true));
  state.sources.back().confirmed = now - 24h;
  EXPECT_EQ(values(judged(state)).at("ght_patch_metadata_timestamp_seconds"),
            to_seconds(now - 24h));
  state.sources.back().confirmed = std::nullopt;
  const Observation observation = judged(state);
  expect_unknown(observation, reasons::metadata_age_unknown);
  EXPECT_THAT(values(observation), testing::IsEmpty());
}

TEST(PatchContract, MetadataPastItsSignedValidityIsUnknown) {
  PatchState state = healthy();
  state.sources[0].valid_until = now - 1s;
  expect_unknown(judged(state), reasons::metadata_expired);
  state.sources[0].valid_until = now + 1s;
  EXPECT_EQ(judged(state).verdict, Verdict::good);
}

TEST(PatchContract, ADateInTheFutureIsUnknownAndTeachesNothing) {
  PatchState state = healthy();
  state.updates = {security_update("openssl:amd64")};
  state.sources[1].confirmed = now + 6min;
  const Memory before{.json = R"({"first_seen":{"zlib1g:amd64":1794000000}})"};
  Observation observation = judged(state, before);
  expect_unknown(observation, reasons::clock_wrong);
  EXPECT_THAT(observation.samples, testing::IsEmpty());
  EXPECT_EQ(observation.memory, before);
  state.sources[1].confirmed = now + 4min;
  EXPECT_EQ(judged(state).verdict, Verdict::good);
  state.sources[0].published = now + 24h;
  expect_unknown(judged(state, before), reasons::clock_wrong);
}

TEST(PatchContract, AFirstSeenDateInTheFutureBecomesNow) {
  PatchState state = healthy();
  state.updates = {security_update("openssl:amd64")};
  const Observation observation =
      judged(state, {.json = R"({"first_seen":{"openssl:amd64":1999999999}})"});
  EXPECT_EQ(values(observation).at("ght_patch_oldest_pending_security_timestamp_seconds"),
            to_seconds(now));
}

TEST(PatchContract, BrokenDependenciesAreUnknown) {
  PatchState state = healthy();
  state.broken = 2;
  expect_unknown(judged(state), reasons::dependencies_broken);
}

TEST(PatchContract, EveryReasonHasItsTwoTexts) {
  for (const ReasonText& text : joined(reasons::common_texts, reasons::installation_texts,
                                       reasons::dependency_texts, reasons::automatic_texts)) {
    EXPECT_TRUE(text.code.starts_with("patch_")) << text.code;
    EXPECT_FALSE(text.fr.empty() || text.en.empty()) << text.code;
    for (const char* place : {"{value}", "{expected}"}) {
      EXPECT_EQ(text.fr.contains(place), text.en.contains(place)) << text.code << place;
    }
  }
}

}  // namespace
}  // namespace ght::collectors::patch
