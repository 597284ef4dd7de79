#include <gtest/gtest.h>

#include "agent/core/collector.h"
#include "agent/core/text.h"
#include "collectors/backup/barman/barman_read.h"
#include "collectors/registry.h"

namespace ght::collectors::barman {
namespace {

using namespace std::chrono_literals;
using Texts = std::vector<std::string>;

const Collector& collector() {
  return *find("barman");
}

WallTime at(const char* rfc3339) {
  return *parse_rfc3339(rfc3339);
}

Settings settings() {
  Settings given;
  given.set("server", "dpi");
  given.set("home", "/var/lib/barman");
  given.set("rpo", Duration(26h));
  return given;
}

HelperResult helper(const std::string& out, int code = 0, const std::string& err = "") {
  HelperResult result;
  result.end = HelperEnd::exited;
  result.out = out;
  result.code = code;
  result.err = err;
  return result;
}

std::string entry(const std::string& id, const std::string& status) {
  return R"({"backup_id": ")" + id + R"(", "status": ")" + status + R"("})";
}

std::string list(const std::string& entries) {
  return R"({"dpi": [)" + entries + "]}";
}

std::string show(const std::string& id, const std::string& begun,
                 const std::string& status = "DONE") {
  return R"({"dpi": {"backup_id": ")" + id + R"(", "status": ")" + status +
         R"(", "base_backup_information": {"begin_time_timestamp": ")" + begun +
         R"(", "end_time_timestamp": "1795987300", "disk_usage_bytes": 5}}})";
}

constexpr const char* done = "20261129T222100";  // in Paris: 2026-11-29T21:21:00Z
constexpr const char* done_begun = "1795987260";

Evidence evidence(const std::vector<HelperResult>& answers) {
  Evidence all = {RecordsResult{.failure = "", .backups = {{"dpi", {}}}}};
  for (const HelperResult& each : answers) all.emplace_back(each);
  return all;
}

std::vector<Texts> commands(const Result<Plan>& plan) {
  std::vector<Texts> all;
  if (!plan.ok()) return all;
  for (const Step& step : plan.value()) {
    const auto* helper = std::get_if<RunHelper>(&step);
    if (helper == nullptr) continue;
    all.push_back({helper->program});
    all.back().insert(all.back().end(), helper->arguments.begin(), helper->arguments.end());
  }
  return all;
}

TEST(Barman, AsksForTheListAndThenForWhatMatters) {
  Settings given = settings();
  given.set("config", "/etc/ght-agent/barman.conf");
  const auto plan = [&](const std::string& out) {
    return commands(collector().plan(given, evidence({helper(out)}), {}));
  };
  const auto barman = [](const Texts& words) {
    Texts all = {"barman", "--config", "/etc/ght-agent/barman.conf", "--format", "json"};
    all.insert(all.end(), words.begin(), words.end());
    return all;
  };
  EXPECT_EQ(commands(collector().plan(given, {}, {})),
            std::vector<Texts>{barman({"list-backup", "dpi"})});
  EXPECT_EQ(plan(list(entry(done, "DONE"))),
            std::vector<Texts>{barman({"show-backup", "dpi", done})});
  const std::string failed = "20261130T010000";
  EXPECT_EQ(plan(list(entry(failed, "FAILED") + "," + entry(done, "DONE"))),
            (std::vector<Texts>{barman({"show-backup", "dpi", done}),
                                barman({"show-backup", "dpi", failed})}));
  EXPECT_EQ(plan(list(entry(done, "DONE") + "," + entry("20261128T010000", "FAILED"))),
            std::vector<Texts>{barman({"show-backup", "dpi", done})})
      << "what failed before does not matter";
  EXPECT_EQ(plan(list("")), (std::vector<Texts>{{"ls", "-ar", "/var/lib/barman/dpi"},
                                                {"ls", "-ar", "/var/lib/barman/dpi/base"}}));
  EXPECT_TRUE(plan("").empty());
}

TEST(Barman, AServerIsOneNameAndNoOption) {
  for (const char* name : {"all", "-q", "--help", "a b", "a/b"}) {
    Settings given = settings();
    given.set("server", name);
    const Result<Plan> plan = collector().plan(given, {}, {});
    ASSERT_FALSE(plan.ok()) << name;
    EXPECT_EQ(plan.error().about, "server");
  }
}

TEST(Barman, ListsAreReadWholeOrNotAtAll) {
  EXPECT_TRUE(read_list(list(""), "dpi").value().empty());
  const auto two =
      read_list(list(entry("20261128T010000", "DONE") + "," + entry(done, "FAILED")), "dpi");
  ASSERT_TRUE(two.ok());
  EXPECT_EQ(two.value()[0].id, done) << "newest first, however they come";
  for (const char* broken : {"", "[]", "{}", R"({"labo": []})", R"({"dpi": {}})", R"({"dpi": [1]})",
                             R"({"dpi": [{}]})", R"({"dpi": []}x)", R"({"dpi": [)"}) {
    EXPECT_FALSE(read_list(broken, "dpi").ok()) << broken;
  }
  for (const char* id : {"", "latest", "--help", "20261329T010000", "20261129T250000",
                         "20261129-010000", "20261129T0100000", "2026112 T010000"}) {
    EXPECT_FALSE(read_list(list(entry(id, "DONE")), "dpi").ok()) << id;
  }
  EXPECT_FALSE(read_list(list(entry(done, "HUHU")), "dpi").ok());
}

TEST(Barman, TimesAreDigitsInTexts) {
  EXPECT_EQ(*read_backup(show(done, done_begun), "dpi", done).value().begun,
            at("2026-11-29T21:21:00Z"));
  for (const char* begun :
       {"", "x", "-1", "1795987260.5", " 1795987260", "99999999999999999999", "1795999999"}) {
    EXPECT_FALSE(read_backup(show(done, begun), "dpi", done).ok()) << begun;
  }
  EXPECT_FALSE(read_backup(show(done, done_begun), "dpi", "20261128T010000").ok());
  EXPECT_FALSE(read_backup(show(done, done_begun), "labo", done).ok());
  EXPECT_FALSE(read_backup(show(done, done_begun).replace(9, 1, "x"), "dpi", done).ok());
}

TEST(Barman, AFailureIsDatedByTheOffsetOfTheNewestCopy) {
  const std::string failed = "20261129T233000";  // in Paris: 22:30 UTC
  const Evidence all = evidence({helper(list(entry(failed, "FAILED") + "," + entry(done, "DONE"))),
                                 helper(show(done, done_begun)), helper("", 1)});
  const Observation observation =
      collector().interpret(settings(), all, {}, at("2026-11-29T23:00:00Z"));
  EXPECT_EQ(observation.verdict, Verdict::bad);
  EXPECT_EQ(observation.reason,
            (Reason{"backup_failed", failed, at("2026-11-29T22:30:00Z"), {}, {}}))
      << "without the answer about it, its name";
  const Observation early = collector().interpret(settings(), all, {}, at("2026-11-29T22:00:00Z"));
  EXPECT_EQ(early.reason.code, "backup_failed") << "summer time does not excuse it";
  EXPECT_EQ(early.reason.expected, ReasonValue(at("2026-11-29T22:00:00Z")));
}

TEST(Barman, OnlyADoneBackupIsACopy) {
  for (const char* status : {"EMPTY", "STARTED", "SYNCING", "WAITING_FOR_WALS"}) {
    const std::string newest = "20261129T233000";
    const Observation observation = collector().interpret(
        settings(),
        evidence({helper(list(entry(newest, status) + "," + entry(done, "DONE"))),
                  helper(show(done, done_begun))}),
        {}, at("2026-11-29T23:00:00Z"));
    EXPECT_EQ(observation.verdict, Verdict::good) << status << ": the one before is fresh";
    const Observation alone =
        collector().interpret(settings(), evidence({helper(list(entry(newest, status)))}), {},
                              at("2026-11-29T23:00:00Z"));
    EXPECT_EQ(alone.verdict, Verdict::bad) << status;
  }
  const Observation changed =
      collector().interpret(settings(),
                            evidence({helper(list(entry(done, "DONE"))),
                                      helper(show(done, done_begun, "WAITING_FOR_WALS"))}),
                            {}, at("2026-11-29T23:00:00Z"));
  EXPECT_EQ(changed.verdict, Verdict::unknown);
}

TEST(Barman, ARunIsFollowedFromWhenItIsSeen) {
  const Evidence all =
      evidence({helper(list(entry("20261129T233000", "STARTED") + "," + entry(done, "DONE"))),
                helper(show(done, done_begun))});
  Settings given = settings();
  given.set("max_duration", Duration(1h));
  const Observation first = collector().interpret(given, all, {}, at("2026-11-29T23:00:00Z"));
  EXPECT_EQ(first.verdict, Verdict::good);
  const Observation later =
      collector().interpret(given, all, first.memory, at("2026-11-30T00:00:01Z"));
  EXPECT_EQ(later.verdict, Verdict::bad);
  EXPECT_EQ(later.reason.code, "backup_runs_too_long");
}

TEST(Barman, AnEmptyListIsProvenByItsFolder) {
  const auto judge = [](const HelperResult& parent, const HelperResult& base) {
    const Observation observation = collector().interpret(
        settings(), evidence({helper(list("")), parent, base}), {}, at("2026-11-29T23:00:00Z"));
    return std::string(observation.reason.code);
  };
  const HelperResult denied = helper("", 2, "ls: cannot open directory: Permission denied\n");
  const HelperResult empty = helper("..\n.\n");
  EXPECT_EQ(judge(helper("wals\nerrors\n..\n.\n"), denied), "backup_never");
  EXPECT_EQ(judge(helper("wals\nbase\n..\n.\n"), empty), "backup_never");
  EXPECT_EQ(judge(helper("wals\nbase\n..\n.\n"), denied), "barman_folder");
  EXPECT_EQ(judge(denied, denied), "barman_folder");
  EXPECT_EQ(judge(empty, denied), "barman_folder");
  EXPECT_EQ(judge(helper("wals\nbase\n..\n.\n"), helper("20261129T222100\n..\n.\n")),
            "barman_not_listed");
  for (const char* cut : {"", "wals\n", "wals\nerrors\n..\n", "x..\n.\n", ".\n"}) {
    EXPECT_EQ(judge(helper(cut), denied), "helper_output_unreadable") << cut;
  }
}

TEST(Barman, WhatFailedIsSaidInWordsToActUpon) {
  const auto reason = [](const std::string& out, int code, const std::string& err = "") {
    const auto found = failure_reason(helper(out, code, err));
    return found ? std::string(found->code) : "";
  };
  EXPECT_EQ(reason(R"({"_ERROR": ["Unknown server 'x'"]})", 1), "barman_no_server");
  EXPECT_EQ(reason(R"({"_EXCEPTION": ["what\nSee log"], "dpi": []})", 0), "barman_failed")
      << "whatever the exit status";
  EXPECT_EQ(reason(R"({"_WARNING": ["Ignoring"], "dpi": []})", 0), "");
  EXPECT_EQ(reason("", 1, "ERROR: please run barman as 'barman' user"), "barman_wrong_user");
  EXPECT_EQ(reason("", 1), "");
  HelperResult slow = helper(R"({"_ERROR": ["Unknown server 'x'"]})", 0);
  slow.end = HelperEnd::timed_out;
  EXPECT_FALSE(failure_reason(slow).has_value());
}

}  // namespace
}  // namespace ght::collectors::barman
