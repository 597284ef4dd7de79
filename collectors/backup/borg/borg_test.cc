#include <gtest/gtest.h>

#include "agent/core/collector.h"
#include "agent/core/text.h"
#include "collectors/backup/borg/borg_setup.h"
#include "collectors/registry.h"

namespace ght::collectors::borg {
namespace {

using namespace std::chrono_literals;
using Texts = std::vector<std::string>;
using Environment = std::vector<std::pair<std::string, std::string>>;

const Collector& collector() {
  return *find("borg");
}

Settings settings() {
  Settings given;
  given.set("repository", "/srv/borg/dpi");
  given.set("passphrase_file", "/etc/ght-agent/borg.pass");
  given.set("archive_glob", "dpi-*");
  given.set("measure", true);
  given.set("checkpoint_silence", Duration(3h));
  given.set("relocation_allowed", false);
  given.set("rpo", Duration(26h));
  return given;
}

const WallTime morning = *parse_rfc3339("2026-11-23T07:00:00Z");

std::string archive(const std::string& name, char digit) {
  return R"({"id":")" + std::string(64, digit) + R"(","name":")" + name +
         R"(","start":"2026-11-23T01:00:00.000000"})";
}

std::string listing(const std::string& archives) {
  return R"({"archives":[)" + archives + R"(],"encryption":{"mode":"repokey"},"repository":{)" +
         R"("last_modified":"2026-11-23T01:10:00.000000"}})";
}

std::string details(char digit) {
  return R"({"archive":{"id":")" + std::string(64, digit) +
         R"(","start":"2026-11-23T01:00:00.000000","end":"2026-11-23T01:10:00.000000"},)" +
         R"("bytes":7,"entries":1})";
}

HelperResult answer(const std::string& out, HelperEnd end = HelperEnd::exited) {
  HelperResult result;
  result.end = end;
  result.out = out;
  return result;
}

RunHelper step_of(const Result<Plan>& plan, std::size_t number) {
  EXPECT_TRUE(plan.ok());
  EXPECT_LT(number, plan.value().size());
  return std::get<RunHelper>(plan.value().at(number));
}

RunHelper list_step(const Settings& given) {
  return step_of(collector().plan(given, {}, {}), 1);
}

TEST(Borg, ReadsWithoutLockOrSecretInUtc) {
  const RunHelper step = list_step(settings());
  EXPECT_EQ(step.program, "borg");
  EXPECT_EQ(step.arguments, (Texts{"list", "--json", "--log-json", "--bypass-lock",
                                   "--consider-checkpoints", "--last=2000", "/srv/borg/dpi"}));
  EXPECT_EQ(
      step.environment,
      (Environment{{"TZ", "UTC"}, {"BORG_PASSCOMMAND", "/bin/cat '/etc/ght-agent/borg.pass'"}}));
}

TEST(Borg, AFileNameIsNotSplitByBorg) {
  Settings given = settings();
  given.set("passphrase_file", "/etc/l'agent/phrase secrète");
  EXPECT_EQ(list_step(given).environment.at(1).second,
            R"(/bin/cat '/etc/l'"'"'agent/phrase secrète')");
}

TEST(Borg, EverySettingReachesBorg) {
  Settings given = settings();
  given.set("repository", "ssh://lecture@nas.example/srv/borg/dpi");
  given.set("remote_path", "borg12");
  given.set("key_file", "/etc/ght-agent/borg.key");
  given.set("borg_base_dir", "/var/lib/ght-agent/borg");
  given.set("relocation_allowed", true);
  given.set("ssh_key_file", "/etc/ght-agent/id");
  const RunHelper step = list_step(given);
  EXPECT_EQ(step.arguments.at(6), "--remote-path=borg12");
  EXPECT_EQ(step.arguments.back(), "ssh://lecture@nas.example/srv/borg/dpi");
  const Environment rest(step.environment.begin() + 2, step.environment.end());
  EXPECT_EQ(rest, (Environment{{"BORG_KEY_FILE", "/etc/ght-agent/borg.key"},
                               {"BORG_BASE_DIR", "/var/lib/ght-agent/borg"},
                               {"BORG_RELOCATED_REPO_ACCESS_IS_OK", "yes"},
                               {"BORG_RSH",
                                "ssh -o BatchMode=yes -o ConnectTimeout=20 -i "
                                "'/etc/ght-agent/id'"}}));
}

// Settings has no way to take a key away.
TEST(Borg, WithoutAPassphraseNoneIsAskedFor) {
  Settings given;
  given.set("repository", "/srv/borg/dpi");
  given.set("relocation_allowed", false);
  given.set("rpo", Duration(26h));
  EXPECT_EQ(list_step(given).environment,
            (Environment{{"TZ", "UTC"},
                         {"BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK", "yes"},
                         {"BORG_PASSPHRASE", ""}}));
}

std::string refused(const std::string& key, const std::string& value) {
  Settings given = settings();
  given.set(key, value);
  const Result<Plan> plan = collector().plan(given, {}, {});
  return plan.ok() ? "" : plan.error().about;
}

TEST(Borg, SettingsThatCannotWorkAreRefusedByName) {
  for (const char* repository : {"borg/dpi", "dpi", "-r", "host:/srv/borg", "sftp://host/srv",
                                 "/srv/borg::a", "/srv/borg/{hostname}"}) {
    EXPECT_EQ(refused("repository", repository), "repository") << repository;
  }
  EXPECT_EQ(refused("archive_glob", "{hostname}-*"), "archive_glob");
  EXPECT_EQ(refused("archive_glob", "a/b"), "archive_glob");
  Settings given = settings();
  given.set("repository", "ssh://agent:geheim@host/srv/borg");
  const Result<Plan> plan = collector().plan(given, {}, {});
  ASSERT_FALSE(plan.ok());
  EXPECT_FALSE(plan.error().text().contains("geheim"));
}

Settings several(const Texts& names) {
  Settings given;
  given.set("repository", "/srv/borg/dpi");
  given.set("measure", true);
  given.set("checkpoint_silence", Duration(3h));
  given.set("relocation_allowed", false);
  given.set("rpo", Duration(26h));
  std::vector<Settings> backups;
  for (const std::string& name : names) {
    Settings one;
    one.set("backup", name);
    one.set("archive_glob", name + "-*");
    backups.push_back(std::move(one));
  }
  given.set("backups", std::move(backups));
  return given;
}

TEST(Borg, SeveralBackupsAreOneRunOfBorg) {
  const Result<Plan> plan = collector().plan(several({"dpi", "labo"}), {}, {});
  ASSERT_TRUE(plan.ok());
  ASSERT_EQ(plan.value().size(), 2U);
  EXPECT_EQ(std::get<ReadRecords>(plan.value()[0]).backups, (Texts{"dpi", "labo"}));
  Settings twice = several({"dpi", "dpi"});
  EXPECT_EQ(collector().plan(twice, {}, {}).error().about, "backups");
  Settings mixed = several({"dpi"});
  mixed.set("archive_glob", "dpi-*");
  EXPECT_EQ(collector().plan(mixed, {}, {}).error().about, "archive_glob");
}

TEST(Borg, EachNewArchiveIsReadThroughOnce) {
  const Evidence listed = {RecordsResult(), answer(listing(archive("dpi-1", 'a')))};
  const auto plan = [&](const Settings& given, const std::string& own) {
    return collector().plan(given, listed, Memory{R"({"own":{)" + own + "}}"});
  };
  const std::string id(64, 'a');
  const RunHelper step = step_of(plan(settings(), ""), 0);
  EXPECT_EQ(step.program, "ght-borg-archive");
  EXPECT_EQ(step.arguments, (Texts{"/srv/borg/dpi", "dpi-*", id}));
  EXPECT_EQ(step.environment.at(0), (std::pair<std::string, std::string>{"TZ", "UTC"}));
  EXPECT_TRUE(plan(settings(), "\"" + id + R"(":{"size":5})").value().empty());
  EXPECT_TRUE(plan(settings(), "\"" + id + R"(":null)").value().empty()) << "given up";
  EXPECT_EQ(plan(settings(), R"("b":{"size":5})").value().size(), 1U);
  for (const char* threshold : {"max_size_change", "max_duration_change"}) {
    Settings judged = settings();
    judged.set(threshold, 0.5);
    EXPECT_EQ(plan(judged, "\"" + id + R"(":null)").value().size(), 1U) << threshold;
  }
  Settings never = settings();
  never.set("measure", false);
  EXPECT_TRUE(plan(never, "").value().empty());
}

TEST(Borg, AfterTheDeadlineOnlyTheOneThatSpentItIsGivenUp) {
  const Evidence evidence = {RecordsResult(),
                             answer(listing(archive("dpi-1", 'a') + "," + archive("labo-1", 'b'))),
                             answer("", HelperEnd::timed_out), answer("", HelperEnd::timed_out)};
  const Observation seen = collector().interpret(several({"dpi", "labo"}), evidence, {}, morning);
  EXPECT_EQ(seen.verdict, Verdict::unknown);
  EXPECT_TRUE(seen.memory.json.contains("\"" + std::string(64, 'a') + "\":null"));
  EXPECT_FALSE(seen.memory.json.contains(std::string(64, 'b')));
}

TEST(Borg, TheDetailsOfAnotherArchiveAreNotTakenForItsOwn) {
  const Evidence evidence = {RecordsResult(), answer(listing(archive("dpi-1", 'a'))),
                             answer(details('b'))};
  const Observation seen = collector().interpret(settings(), evidence, {}, morning);
  EXPECT_EQ(seen.verdict, Verdict::unknown);
  EXPECT_EQ(seen.reason.code, "borg_changed");
}

TEST(Borg, WhatWasFoundOutIsRemembered) {
  const Evidence first = {RecordsResult(), answer(listing(archive("dpi-1", 'a'))),
                          answer(details('a'))};
  const Observation seen = collector().interpret(settings(), first, {}, morning);
  EXPECT_EQ(seen.verdict, Verdict::good);
  const Evidence second = {first[0], first[1]};
  const Observation again = collector().interpret(settings(), second, seen.memory, morning);
  EXPECT_EQ(again.verdict, Verdict::good);
  EXPECT_EQ(again.memory, seen.memory);
  EXPECT_EQ(again.samples.size(), seen.samples.size());
}

// borg ends with a warning, and the archive is listed like any other.
TEST(Borg, AnArchiveWithoutAByteIsNoBackup) {
  std::string empty = details('a');
  empty.replace(empty.find(":7"), 2, ":0");
  const Evidence evidence = {RecordsResult(), answer(listing(archive("dpi-1", 'a'))),
                             answer(empty)};
  const Observation seen = collector().interpret(settings(), evidence, {}, morning);
  EXPECT_EQ(seen.verdict, Verdict::bad);
  EXPECT_EQ(seen.reason.code, "backup_partial");
}

// Further back there may be one that matches.
TEST(Borg, AListThatWasCutProvesNoAbsence) {
  std::string archives;
  for (std::size_t i = 0; i < most_listed; ++i) {
    archives += (i == 0 ? "" : ",") + archive("labo-1", 'a');
  }
  const Evidence evidence = {RecordsResult(), answer(listing(archives))};
  const Observation seen = collector().interpret(settings(), evidence, {}, morning);
  EXPECT_EQ(seen.verdict, Verdict::unknown);
  EXPECT_EQ(seen.reason.code, "backup_partly_read");
}

}  // namespace
}  // namespace ght::collectors::borg
