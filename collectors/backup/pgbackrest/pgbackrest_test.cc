#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "agent/core/collector.h"
#include "agent/core/text.h"
#include "collectors/backup/pgbackrest/pgbackrest_copies.h"
#include "collectors/backup/pgbackrest/pgbackrest_known.h"
#include "collectors/backup/pgbackrest/pgbackrest_read.h"
#include "collectors/registry.h"

namespace ght::collectors::pgbackrest {
namespace {

using namespace std::chrono_literals;
using Json = nlohmann::json;
using Texts = std::vector<std::string>;

const Collector& collector() {
  return *find("pgbackrest");
}

WallTime at(const char* rfc3339) {
  return *parse_rfc3339(rfc3339);
}

Settings settings() {
  Settings given;
  given.set("stanza", "dpi");
  given.set("rpo", Duration(26h));
  return given;
}

Json repo(int key, int code = 0) {
  return {{"key", key}, {"cipher", "none"}, {"status", {{"code", code}, {"message", "message"}}}};
}

Json backup(const char* label, int repo, std::int64_t start, const char* first = "1",
            const char* last = "2") {
  const std::string wal(23, '0');
  return {{"label", label},
          {"database", {{"id", 1}, {"repo-key", repo}}},
          {"timestamp", {{"start", start}, {"stop", start + 60}}},
          {"info", {{"size", 1000}}},
          {"error", false},
          {"reference", nullptr},
          {"archive", {{"start", wal + first}, {"stop", wal + last}}}};
}

constexpr std::int64_t day_start = 1'795'910'400;  // 2026-11-29T00:00:00Z
constexpr const char* full = "20261129-000000F";
constexpr const char* increment = "20261129-000000F_20261129-120000I";

// One stanza with repo1, a full backup and an increment.
Json stanza() {
  const std::string wal(23, '0');
  Json newer = backup(increment, 1, day_start + 43'200, "3", "4");
  newer["reference"] = {full};
  return {{"name", "dpi"},
          {"repo", {repo(1)}},
          {"db", {{{"id", 1}, {"repo-key", 1}}}},
          {"backup", {backup(full, 1, day_start), newer}},
          {"archive",
           {{{"database", {{"id", 1}, {"repo-key", 1}}}, {"min", wal + "1"}, {"max", wal + "9"}}}},
          {"status", {{"code", 0}, {"lock", {{"backup", {{"held", false}}}}}, {"message", "ok"}}}};
}

std::string answer(const Json& stanza) {
  return Json::array({stanza}).dump();
}

Stanza read(const Json& json) {
  auto result = read_info(answer(json), "dpi");
  EXPECT_TRUE(result.ok()) << (result.ok() ? "" : result.error().text());
  return result.ok() ? std::move(result).value() : Stanza{};
}

HelperResult helper(const std::string& out) {
  HelperResult result;
  result.end = HelperEnd::exited;
  result.out = out;
  return result;
}

Evidence evidence(const Json& listing, const std::vector<Json>& looks) {
  Evidence all = {RecordsResult{.failure = "", .backups = {{"dpi", {}}}}, helper(answer(listing))};
  for (const Json& look : looks) all.emplace_back(helper(answer(look)));
  return all;
}

Json look_at(const Json& listing, std::size_t backup) {
  Json look = listing;
  look["backup"] = {listing["backup"][backup]};
  return look;
}

std::vector<Texts> arguments(const Result<Plan>& plan) {
  std::vector<Texts> all;
  if (!plan.ok()) return all;
  for (const Step& step : plan.value()) {
    if (const auto* helper = std::get_if<RunHelper>(&step)) {
      EXPECT_EQ(helper->program, "pgbackrest");
      EXPECT_TRUE(helper->environment.empty());
      all.push_back(helper->arguments);
    }
  }
  return all;
}

TEST(PgBackRest, AsksForTheStanzaAndThenForTheNewestCopyOfEachRepository) {
  Settings given = settings();
  given.set("config", "/etc/pgbackrest/dpi.conf");
  const Texts first = {"info", "--output=json", "--stanza=dpi", "--config=/etc/pgbackrest/dpi.conf",
                       "--log-level-file=off"};
  EXPECT_EQ(arguments(collector().plan(given, {}, {})), std::vector<Texts>{first});
  Json two = stanza();
  two["repo"].push_back(repo(2));
  two["db"].push_back({{"id", 1}, {"repo-key", 2}});
  two["backup"].push_back(backup("20261128-000000F", 2, day_start - 86'400));
  two["archive"].push_back(two["archive"][0]);
  two["archive"][1]["database"]["repo-key"] = 2;
  Texts of_one = first;
  of_one.insert(of_one.end(), {"--repo=1", std::string("--set=") + increment});
  Texts of_two = first;
  of_two.insert(of_two.end(), {"--repo=2", "--set=20261128-000000F"});
  EXPECT_EQ(arguments(collector().plan(given, evidence(two, {}), {})),
            (std::vector<Texts>{of_one, of_two}));
  EXPECT_TRUE(collector().plan(given, evidence(two, {two, two}), {}).value().empty());
}

TEST(PgBackRest, SettingsThatCannotWorkAreRefusedByName) {
  for (const char* name : {"dpi base", "dpi;x", "d/pi", "é"}) {
    Settings given = settings();
    given.set("stanza", name);
    const Result<Plan> plan = collector().plan(given, {}, {});
    ASSERT_FALSE(plan.ok()) << name;
    EXPECT_EQ(plan.error().about, "stanza");
  }
  Settings given = settings();
  given.set("repos", std::vector<std::int64_t>{});
  ASSERT_FALSE(collector().plan(given, {}, {}).ok());
  EXPECT_EQ(collector().plan(given, {}, {}).error().about, "repos");
}

TEST(PgBackRest, ALabelThatIsNoneIsNotAnArgument) {
  for (const char* label : {"", "latest", "--repo=9", "20261129-000000", "20261129-000000X",
                            "20261129-000000F_20261129-120000F", "20261129-000000F_x"}) {
    Json json = stanza();
    json["backup"][1]["label"] = label;
    EXPECT_FALSE(read_info(answer(json), "dpi").ok()) << label;
  }
}

TEST(PgBackRest, OneWholeStanzaOrNothing) {
  EXPECT_EQ(read(stanza()).backups.size(), 2U);
  for (const char* broken : {"", "null", "{}", "[]", "[1]", "[{}]", "[{},{}]", "[]x"}) {
    EXPECT_FALSE(read_info(broken, "dpi").ok()) << broken;
  }
  EXPECT_FALSE(read_info(answer(stanza()), "other").ok());
  for (const char* part :
       {"/repo", "/db", "/backup", "/archive", "/status", "/status/lock", "/backup/0/timestamp",
        "/backup/0/error", "/backup/0/archive", "/backup/0/database", "/repo/0/status/code"}) {
    Json json = stanza();
    json[Json::json_pointer(part)] = nullptr;
    EXPECT_FALSE(read_info(answer(json), "dpi").ok()) << part;
  }
}

TEST(PgBackRest, ACodeThatIsNotKnownIsNotUnderstood) {
  for (const int code : {4, 5, 7, 98, 100}) {
    Json json = stanza();
    json["repo"][0]["status"]["code"] = code;
    EXPECT_FALSE(read_info(answer(json), "dpi").ok()) << code;
  }
}

TEST(PgBackRest, ForeignBytesInAMessageDoNotHideTheRest) {
  Json json = stanza();
  json["repo"].push_back(repo(2, 99));
  std::string text = answer(json);
  const std::size_t place = text.rfind("\"message\":\"message\"");
  text.replace(place, 19, "\"message\":\"[FormatError] at line 1: \xf0\xc2;\x1e\x02\x7f \\n x\"");
  const auto read = read_info(text, "dpi");
  ASSERT_TRUE(read.ok()) << read.error().text();
  EXPECT_EQ(repo_reason(read.value().repos[1])->value,
            ReasonValue(std::string("[FormatError] at line 1: ??;???")));
}

TEST(PgBackRest, TheDurationOfABrokenClockIsLeftOut) {
  Json json = stanza();
  EXPECT_EQ(read(json).backups[0].duration, Duration(60s));
  json["backup"][0]["timestamp"]["stop"] = 253'402'300'799;
  EXPECT_FALSE(read(json).backups[0].duration.has_value());
  json["backup"][0]["timestamp"]["stop"] = day_start - 1;
  EXPECT_FALSE(read_info(answer(json), "dpi").ok());
}

TEST(PgBackRest, ACopyNeedsItsLogItsReferencesAndGoodPages) {
  const auto why = [](const Json& json) {
    const Stanza all = read(json);
    const auto reason = incomplete(all, all.backups.at(1));
    return reason ? std::string(reason->code) : "";
  };
  EXPECT_EQ(why(stanza()), "");
  Json json = stanza();
  json["backup"][1]["error"] = true;
  EXPECT_EQ(why(json), "pgbackrest_page_errors");
  json = stanza();
  json["backup"][1]["reference"] = {"20261101-000000F"};
  EXPECT_EQ(why(json), "pgbackrest_reference_missing");
  json = stanza();
  json["archive"][0]["max"] = std::string(23, '0') + "3";
  EXPECT_EQ(why(json), "pgbackrest_wal_missing");
  json["archive"][0]["max"] = std::string(23, '0') + "4";
  EXPECT_EQ(why(json), "") << "exactly what it needs";
  json["archive"][0]["min"] = std::string(23, '0') + "4";
  EXPECT_EQ(why(json), "pgbackrest_wal_missing");
  json["archive"][0]["min"] = json["archive"][0]["max"] = nullptr;
  EXPECT_EQ(why(json), "pgbackrest_wal_missing");
  json["backup"][1]["archive"] = {{"start", nullptr}, {"stop", nullptr}};
  EXPECT_EQ(why(json), "") << "a backup of a stopped database needs none";
  json = stanza();
  json["archive"][0]["max"] = "000000020000000000000001";
  EXPECT_EQ(why(json), "") << "a later timeline";
}

TEST(PgBackRest, ABackupOfAnotherRepositoryOrAFormerDatabaseIsNoCopy) {
  Json json = stanza();
  json["db"].push_back({{"id", 2}, {"repo-key", 1}});
  EXPECT_TRUE(copies_in(read(json), 1).complete.empty()) << "before the upgrade";
  EXPECT_EQ(copies_in(read(json), 1).newest, nullptr);
  json = stanza();
  json["backup"][0]["database"]["repo-key"] = 2;
  const Stanza all = read(json);
  EXPECT_TRUE(copies_in(all, 1).complete.empty()) << "its full backup is elsewhere";
  EXPECT_NE(copies_in(all, 1).newest, nullptr);
}

TEST(PgBackRest, WhatFailedIsSaidInWordsToActUpon) {
  const auto reason = [](int code, const char* err) {
    HelperResult result;
    result.end = HelperEnd::exited;
    result.code = code;
    result.err = err;
    const auto found = failure_reason(result);
    return found ? std::string(found->code) : "";
  };
  EXPECT_EQ(reason(55, "ERROR: [055]: unable to open missing file '/x' for read\n"),
            "pgbackrest_configuration");
  EXPECT_EQ(reason(37, "WARN: x\nERROR: [037]: info command requires option: repo2-cipher-pass\n"),
            "pgbackrest_configuration");
  EXPECT_EQ(reason(41, "ERROR: [041]: unable to open file '/x' for read: [13] Permission denied"),
            "pgbackrest_permission");
  EXPECT_EQ(reason(25, "ERROR: [025]: assert"), "pgbackrest_failed");
  EXPECT_EQ(reason(1, ""), "");
  EXPECT_EQ(reason(0, "WARN: configuration file contains invalid option 'x'"), "");
}

TEST(PgBackRest, AnotherCopyInTheSecondAnswerProvesNothing) {
  const WallTime now = at("2026-11-29T20:00:00Z");
  const Json listing = stanza();
  const auto verdict = [&](const Json& look) {
    return collector().interpret(settings(), evidence(listing, {look}), {}, now).verdict;
  };
  EXPECT_EQ(verdict(look_at(listing, 1)), Verdict::good);
  EXPECT_EQ(verdict(look_at(listing, 0)), Verdict::unknown);
  EXPECT_EQ(verdict(listing), Verdict::unknown);
  Json elsewhere = look_at(listing, 1);
  elsewhere["repo"][0]["key"] = 2;
  EXPECT_EQ(verdict(elsewhere), Verdict::unknown);
}

TEST(PgBackRest, AFullBackupMayBeAskedForApart) {
  const Json listing = stanza();
  const auto judge = [&](Duration max_age, const char* now) {
    Settings given = settings();
    given.set("full_max_age", max_age);
    return collector().interpret(given, evidence(listing, {look_at(listing, 1)}), {}, at(now));
  };
  EXPECT_EQ(judge(20h, "2026-11-29T20:00:00Z").verdict, Verdict::good) << "exactly as old";
  const Observation old = judge(20h, "2026-11-29T20:00:01Z");
  EXPECT_EQ(old.verdict, Verdict::bad);
  EXPECT_EQ(old.reason,
            (Reason{"pgbackrest_full_too_old", Duration(20h + 1s), Duration(20h), {}, {}}));
  EXPECT_EQ(judge(20h, "2026-12-09T20:00:01Z").reason.code, "backup_too_old") << "worse first";
}

TEST(PgBackRest, RepositoriesThatDisagreeAboutTheDatabaseProveNothing) {
  Json listing = stanza();
  listing["status"]["code"] = 5;
  const Observation observation =
      collector().interpret(settings(), evidence(listing, {}), {}, at("2026-11-29T20:00:00Z"));
  EXPECT_EQ(observation.verdict, Verdict::unknown);
  EXPECT_EQ(observation.reason.code, "pgbackrest_database_mismatch");
  EXPECT_TRUE(collector().plan(settings(), evidence(listing, {}), {}).value().empty());
}

TEST(PgBackRest, WhatIsRememberedIsTheSameAsAValueAndAsText) {
  const Known known = {.repos = {1, 256},
                       .running_since = at("2026-11-29T20:00:00Z"),
                       .running_after = "20261129-200500F"};
  EXPECT_EQ(as_memory(recall(as_memory(known))), as_memory(known));
  EXPECT_EQ(recall(Json::parse(as_memory(known).dump())).repos, known.repos);
}

TEST(PgBackRest, ARunIsFollowedFromWhenItIsSeen) {
  const WallTime seen = at("2026-11-29T20:00:00Z");
  Json listing = stanza();
  listing["status"]["lock"]["backup"]["held"] = true;
  Known known;
  follow_running(known, read(listing), seen);
  EXPECT_EQ(known.running_since, seen);
  known = recall(as_memory(known));
  follow_running(known, read(listing), seen + 10min);
  EXPECT_EQ(known.running_since, seen);
  listing["backup"].push_back(backup("20261129-200500F", 1, day_start + 72'300));
  follow_running(known, read(listing), seen + 20min);
  EXPECT_EQ(known.running_since, seen + 20min) << "that one has ended, another runs";
  follow_running(known, read(listing), seen - 1h);
  EXPECT_EQ(known.running_since, seen - 1h) << "the clock was set back";
  follow_running(known, read(stanza()), seen + 30min);
  EXPECT_FALSE(known.running_since.has_value());
}

}  // namespace
}  // namespace ght::collectors::pgbackrest
