#include <gtest/gtest.h>

#include <algorithm>

#include "agent/core/collector.h"
#include "agent/core/text.h"
#include "collectors/backup/restic/restic_read.h"
#include "collectors/registry.h"

namespace ght::collectors::restic {
namespace {

using namespace std::chrono_literals;

const Collector& collector() {
  return *find("restic");
}

Settings settings() {
  Settings given;
  given.set("repository", "/srv/restic/dpi");
  given.set("password_file", "/etc/ght-agent/restic.pass");
  given.set("rpo", Duration(26h));
  return given;
}

const std::string id(64, 'a');

std::string snapshot(const std::string& more = "") {
  return R"({"time":"2026-11-23T02:00:00.123456789+01:00","id":")" + id +
         R"(","hostname":"srv","paths":["/srv/dpi"])" + more + "}";
}

HelperResult answer(const std::string& out) {
  HelperResult result;
  result.end = HelperEnd::exited;
  result.out = out;
  return result;
}

RunHelper only_step(const Result<Plan>& plan) {
  EXPECT_TRUE(plan.ok());
  EXPECT_FALSE(plan.value().empty());
  return std::get<RunHelper>(plan.value().back());
}

using Texts = std::vector<std::string>;

TEST(Restic, ReadsWithoutLockCacheOrSecret) {
  const RunHelper step = only_step(collector().plan(settings(), {}, {}));
  EXPECT_EQ(step.program, "restic");
  EXPECT_EQ(step.arguments, (Texts{"snapshots", "--latest=1", "--json", "--no-lock", "--no-cache",
                                   "--repo=/srv/restic/dpi"}));
  EXPECT_EQ(step.environment, (std::vector<std::pair<std::string, std::string>>{
                                  {"RESTIC_PASSWORD_FILE", "/etc/ght-agent/restic.pass"}}));
}

TEST(Restic, FiltersAreGivenToRestic) {
  Settings given = settings();
  given.set("restic_host", "srv-dpi-01");
  given.set("tags", Texts{"nuit", "base"});
  given.set("paths", Texts{"/srv/dpi", "C:\\Donnees"});
  const RunHelper step = only_step(collector().plan(given, {}, {}));
  EXPECT_EQ(step.arguments, (Texts{"snapshots", "--latest=1", "--host=srv-dpi-01",
                                   "--tag=nuit,base", "--path=/srv/dpi", "--json", "--no-lock",
                                   "--no-cache", "--repo=/srv/restic/dpi"}));
}

TEST(Restic, AnAddressWithAPasswordGoesIntoAFile) {
  Settings given = settings();
  given.set("repository", "rest:https://agent:geheim@host:8000/dpi/");
  const Result<Plan> refused = collector().plan(given, {}, {});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().about, "repository");
  EXPECT_FALSE(refused.error().text().contains("geheim"));

  given.set("repository", "Sauvegarde DPI");
  given.set("repository_file", "/etc/ght-agent/restic.repository");
  const RunHelper step = only_step(collector().plan(given, {}, {}));
  EXPECT_EQ(step.arguments.back(), "--no-cache");
  EXPECT_EQ(step.environment.back(),
            (std::pair<std::string, std::string>{"RESTIC_REPOSITORY_FILE",
                                                 "/etc/ght-agent/restic.repository"}));
}

TEST(Restic, SettingsThatCannotWorkAreRefusedByName) {
  for (const char* repository : {"restic/dpi", "dpi", "ftp:host", "-r", "rest:host"}) {
    Settings given = settings();
    given.set("repository", repository);
    const Result<Plan> plan = collector().plan(given, {}, {});
    ASSERT_FALSE(plan.ok()) << repository;
    EXPECT_EQ(plan.error().about, "repository");
  }
  Settings given = settings();
  given.set("tags", Texts{"a,b"});
  ASSERT_FALSE(collector().plan(given, {}, {}).ok());
  EXPECT_EQ(collector().plan(given, {}, {}).error().about, "tags");
}

TEST(Restic, TheSizeIsMeasuredOnceForEachSnapshot) {
  const Evidence listed = {RecordsResult(), answer("[" + snapshot() + "]")};
  const auto plan = [&](const std::string& memory) {
    return collector().plan(settings(), listed, Memory{memory}).value();
  };
  const RunHelper stats = only_step(plan(""));
  EXPECT_EQ(stats.arguments[0], "stats");
  EXPECT_EQ(stats.arguments[2], id);
  EXPECT_TRUE(plan(R"({"own":{")" + id + R"(":5}})").empty());
  EXPECT_TRUE(plan(R"({"own":{")" + id + R"(":null}})").empty());
  EXPECT_EQ(plan(R"({"own":{")" + std::string(64, 'b') + R"(":5}})").size(), 1U);
  Settings with_minimum = settings();
  with_minimum.set("min_size", std::int64_t{1});
  EXPECT_EQ(collector()
                .plan(with_minimum, listed, Memory{R"({"own":{")" + id + R"(":null}})"})
                .value()
                .size(),
            1U)
      << "the verdict depends on it";
}

TEST(Restic, EachOfSeveralBackupsIsJudged) {
  Settings given = settings();
  std::vector<Settings> backups(2);
  backups[0].set("backup", "dpi");
  backups[0].set("restic_host", "srv");
  backups[1].set("backup", "pacs");
  backups[1].set("restic_host", "srv-pacs");
  given.set("backups", backups);
  const Result<Plan> plan = collector().plan(given, {}, {});
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ(std::get<ReadRecords>(plan.value()[0]).backups, (Texts{"dpi", "pacs"}));
  const Evidence evidence = {
      RecordsResult(), answer("[" + snapshot(R"(,"summary":{"total_bytes_processed":5})") + "]")};
  const Observation seen =
      collector().interpret(given, evidence, {}, parse_rfc3339("2026-11-23T04:00:00Z").value());
  EXPECT_EQ(seen.verdict, Verdict::bad) << "the fresh one does not hide the other";
  EXPECT_EQ(seen.reason.code, "backup_never");
  EXPECT_EQ(seen.reason.subject, "pacs");
  backups[1].set("tags", Texts{"nuit"});
  given.set("backups", backups);
  const RunHelper all = only_step(collector().plan(given, {}, {}));
  EXPECT_EQ(all.arguments[1], "--json") << "restic's newest may have another tag";
  backups[1].set("backup", "dpi");
  given.set("backups", backups);
  EXPECT_EQ(collector().plan(given, {}, {}).error().about, "backups");
  given.set("tags", Texts{"nuit"});
  EXPECT_EQ(collector().plan(given, {}, {}).error().about, "tags");
}

TEST(Restic, ASnapshotWithAForeignIdIsNotAnArgument) {
  for (const char* foreign : {"", "latest", "--repo=/elsewhere", "0123"}) {
    const std::string json =
        R"([{"time":"2026-11-23T02:00:00Z","id":")" + std::string(foreign) + "\"}]";
    EXPECT_FALSE(read_snapshots(json).ok()) << foreign;
    EXPECT_TRUE(collector().plan(settings(), {RecordsResult(), answer(json)}, {}).value().empty());
  }
}

TEST(Restic, SnapshotsAreReadWholeOrNotAtAll) {
  const auto one = read_snapshots("[" + snapshot() + "]");
  ASSERT_TRUE(one.ok()) << one.error().text();
  EXPECT_EQ(format_rfc3339(one.value()[0].time), "2026-11-23T01:00:00.123Z");
  EXPECT_TRUE(read_snapshots("[]").value().empty());
  EXPECT_TRUE(read_snapshots("[" + snapshot(R"(,"tags":null)") + "]").ok());
  for (const char* broken : {"", " ", "null", "{}", "[", "[]x", "[[]]", "[null]", "[{}]", "[1]"}) {
    EXPECT_FALSE(read_snapshots(broken).ok()) << broken;
  }
  EXPECT_FALSE(read_snapshots("[" + snapshot() + R"(,{"id":"x"}])").ok());
  EXPECT_FALSE(read_snapshots("[" + snapshot(R"(,"tags":[1])") + "]").ok());
}

TEST(Restic, ADoubtfulSummaryIsLeftOut) {
  const auto read = [](const std::string& summary) {
    return read_snapshots("[" + snapshot(",\"summary\":" + summary) + "]").value()[0];
  };
  const Snapshot backwards = read(
      R"({"backup_start":"2026-11-23T02:00:00Z","backup_end":"2026-11-23T01:59:59Z","total_bytes_processed":-1})");
  EXPECT_FALSE(backwards.duration.has_value());
  EXPECT_FALSE(backwards.size.has_value());
  const Snapshot empty = read(R"({"total_bytes_processed":0})");
  EXPECT_EQ(empty.size, 0U);
  EXPECT_FALSE(read("null").size.has_value());
  EXPECT_FALSE(read("[]").size.has_value());
}

TEST(Restic, ASizeOfNoSnapshotIsNoSize) {
  EXPECT_EQ(read_size(R"({"total_size":7,"snapshots_count":1})").value(), 7U);
  EXPECT_FALSE(read_size(R"({"total_size":0,"snapshots_count":0})").ok());
  EXPECT_FALSE(read_size(R"({"total_size":0})").ok());
  EXPECT_FALSE(read_size(R"({"snapshots_count":1})").ok());
  EXPECT_FALSE(read_size("").ok());
}

TEST(Restic, WordsThatSayWhy) {
  const auto code = [](const std::string& words, int status = 1) {
    HelperResult result = answer("");
    result.code = status;
    result.err = words;
    const auto reason = failure_reason(result);
    return reason ? std::string(reason->code) : "";
  };
  EXPECT_EQ(code("subprocess ssh: ssh: connect to host nas port 22: Connection refused\nFatal: "
                 "unable to open repository: unable to start the sftp session, error: EOF"),
            "restic_unreachable");
  EXPECT_EQ(code("subprocess ssh: u@nas: Permission denied (publickey).\nFatal: unable to start "
                 "the sftp session"),
            "restic_permission");
  EXPECT_EQ(code("Fatal: unable to open config file: client.Head: dial tcp: lookup nas: no such "
                 "host\nIs there a repository at the following location?"),
            "restic_unreachable");
  EXPECT_EQ(code("Fatal: unable to open config file: <config/> does not exist"),
            "restic_no_repository");
  EXPECT_EQ(code("Fatal: unable to open config file: 500 Internal Server Error"), "");
  EXPECT_EQ(code("", 11), "restic_locked");
  EXPECT_EQ(code("unknown flag: --latest"), "");
  EXPECT_EQ(code("Fatal: wrong password or no key found", 0), "") << "it ended well";
}

TEST(Restic, AttemptsThatSucceededInTheEndLeaveNoGap) {
  HelperResult result = answer("[]");
  EXPECT_EQ(warning(result), "");
  result.err =
      "subprocess ssh: Authorised users only\n"
      "List(snapshot) returned error, retrying after 552ms: connection reset\n";
  EXPECT_EQ(warning(result), "");
  result.err += "could not load snapshots: open /srv: permission denied\n";
  EXPECT_EQ(warning(result), "could not load snapshots: open /srv: permission denied");
  result.err = std::string(limits::helper_error_output, '\n');
  EXPECT_NE(warning(result), "") << "the message may stand where nothing was kept";
}

}  // namespace
}  // namespace ght::collectors::restic
