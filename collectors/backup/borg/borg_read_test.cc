#include "collectors/backup/borg/borg_read.h"

#include <gtest/gtest.h>

#include "agent/core/limits.h"
#include "agent/core/text.h"
#include "collectors/backup/borg/borg_series.h"

namespace ght::collectors::borg {
namespace {

using namespace std::chrono_literals;

const std::string id(64, 'a');

std::string archive(const std::string& name, const std::string& start, char digit = 'a') {
  return R"({"archive":")" + name + R"(","barchive":")" + name + R"(","id":")" +
         std::string(64, digit) + R"(","name":")" + name + R"(","start":")" + start +
         R"(","time":")" + start + "\"}";
}

std::string listing(const std::string& archives, const std::string& mode = "repokey",
                    const std::string& modified = "2026-11-23T01:10:00.000000") {
  return R"({"archives":[)" + archives + R"(],"encryption":{"mode":")" + mode +
         R"("},"repository":{"id":")" + id + R"(","last_modified":")" + modified +
         R"(","location":"/srv/borg/dpi"}})";
}

TEST(BorgRead, AListIsReadWholeOrNotAtAll) {
  const auto one = read_listing(listing(archive("dpi-é", "2026-11-23T01:00:00.000000")));
  ASSERT_TRUE(one.ok()) << one.error().text();
  ASSERT_EQ(one.value().archives.size(), 1U);
  EXPECT_EQ(one.value().archives[0].name, "dpi-é");
  EXPECT_EQ(one.value().archives[0].id, id);
  EXPECT_EQ(format_rfc3339(one.value().archives[0].start), "2026-11-23T01:00:00Z");
  EXPECT_TRUE(one.value().encrypted);
  EXPECT_EQ(format_rfc3339(one.value().last_modified), "2026-11-23T01:10:00Z");
  EXPECT_TRUE(read_listing(listing("")).value().archives.empty());
  EXPECT_FALSE(read_listing(listing("", "none")).value().encrypted);
  for (const char* broken : {"", " ", "null", "[]", "{}", "{", R"({"archives":[]})"}) {
    EXPECT_FALSE(read_listing(broken).ok()) << broken;
  }
  EXPECT_FALSE(read_listing(listing("null")).ok());
  EXPECT_FALSE(read_listing(listing(archive("", "2026-11-23T01:00:00"))).ok());
  EXPECT_FALSE(read_listing(listing(archive("dpi", "yesterday"))).ok());
  EXPECT_FALSE(read_listing(listing(archive("dpi", "2026-11-23T01:00:00", 'g'))).ok());
  EXPECT_FALSE(read_listing(listing(archive("a", "2026-11-23T01:00:00") + ",{}")).ok());
}

TEST(BorgRead, AnErrorNamesThePlace) {
  const auto bad = read_listing(listing(archive("dpi", "yesterday")));
  ASSERT_FALSE(bad.ok());
  EXPECT_EQ(bad.error().text(),
            "borg list: start: expected a time such as 2026-11-23T02:00:00.000000");
}

// Both sides of the autumn change: 02:30 twice in Paris, one hour apart in UTC.
TEST(BorgRead, TimesAreOfUtcUnlessTheySayOtherwise) {
  const auto read = [](const std::string& start) {
    return format_rfc3339(read_listing(listing(archive("a", start))).value().archives[0].start);
  };
  EXPECT_EQ(read("2026-10-25T00:30:00.000000"), "2026-10-25T00:30:00Z");
  EXPECT_EQ(read("2026-10-25T01:30:00.000000"), "2026-10-25T01:30:00Z");
  EXPECT_EQ(read("2026-10-25T01:30:00"), "2026-10-25T01:30:00Z");
  EXPECT_EQ(read("2026-10-25T02:30:00.250000+02:00"), "2026-10-25T00:30:00.250Z");
  EXPECT_EQ(read("2026-10-25T02:30:00.250000+01:00"), "2026-10-25T01:30:00.250Z");
}

TEST(BorgRead, DetailsAreReadWholeOrNotAtAll) {
  const auto json = [](const std::string& end, const std::string& bytes) {
    return R"({"archive":{"id":")" + id + R"(","start":"2026-11-23T01:00:00.000000","end":")" +
           end + R"("},"bytes":)" + bytes + R"(,"entries":3})";
  };
  const auto whole = read_details(json("2026-11-23T01:02:03.000000", "300014"));
  ASSERT_TRUE(whole.ok()) << whole.error().text();
  EXPECT_EQ(whole.value().id, id);
  EXPECT_EQ(whole.value().duration, Duration(123s));
  EXPECT_EQ(whole.value().size, 300014U);
  EXPECT_FALSE(read_details(json("2026-11-23T00:59:59.000000", "1")).value().duration.has_value());
  EXPECT_FALSE(read_details(json("2026-11-23T01:02:03", "-1")).ok());
  EXPECT_FALSE(read_details(json("2026-11-23T01:02:03", "1.5")).ok());
  EXPECT_FALSE(read_details(json("", "1")).ok());
  EXPECT_FALSE(read_details("").ok());
  EXPECT_FALSE(read_details("{}").ok());
}

TEST(BorgGlob, MatchesAsBorgDoes) {
  EXPECT_TRUE(matches("*", "dpi-2026-11-23T02:00:00"));
  EXPECT_TRUE(matches("dpi-*", "dpi-"));
  EXPECT_TRUE(matches("*-nuit-*", "srv-nuit-nuit-1"));
  EXPECT_FALSE(matches("dpi-*", "labo-dpi-1"));
  EXPECT_FALSE(matches("dpi", "dpi-1"));
  EXPECT_FALSE(matches("", "dpi"));
  EXPECT_TRUE(matches("dpi-????", "dpi-2026"));
  EXPECT_FALSE(matches("dpi-????", "dpi-202"));
  EXPECT_TRUE(matches("imag?rie", "imagérie")) << "a character, not a byte";
  EXPECT_TRUE(matches("[a-d]pi-[0-9]", "dpi-7"));
  EXPECT_FALSE(matches("[!a-d]pi-*", "dpi-7"));
  EXPECT_TRUE(matches("a[]]b", "a]b"));
  EXPECT_TRUE(matches("a[b", "a[b"));
  EXPECT_TRUE(matches("a[*]b", "a*b"));
  EXPECT_FALSE(matches("a[*]b", "axb"));
  EXPECT_FALSE(matches("*", "a/b"));
  EXPECT_FALSE(matches(std::string(200, '*') + "b", std::string(2000, 'a'))) << "and it ends";
}

WallTime at(const char* text) {
  return *parse_rfc3339(text);
}

Series series(const std::string& archives, const char* now = "2026-11-23T04:00:00Z",
              const char* modified = "2026-11-23T03:50:00") {
  return series_of(read_listing(listing(archives, "repokey", modified)).value(), "dpi-*", 3h,
                   at(now));
}

TEST(BorgSeries, TheNewestByItsDateNotByItsPlace) {
  const Series found = series(archive("dpi-b", "2026-11-23T01:00:00") + "," +
                              archive("labo-c", "2026-11-23T02:00:00") + "," +
                              archive("dpi-a", "2026-11-22T01:00:00"));
  ASSERT_TRUE(found.newest.has_value());
  EXPECT_EQ(found.newest->name, "dpi-b");
  EXPECT_FALSE(found.unfinished.has_value());
  EXPECT_FALSE(series(archive("labo-c", "2026-11-23T02:00:00")).newest.has_value());
}

TEST(BorgSeries, ACheckpointIsNeverComplete) {
  const Series found = series(archive("dpi-a", "2026-11-22T01:00:00") + "," +
                              archive("dpi-b.checkpoint", "2026-11-23T01:00:00"));
  EXPECT_EQ(found.newest->name, "dpi-a");
  ASSERT_TRUE(found.unfinished.has_value());
  EXPECT_EQ(found.unfinished->name, "dpi-b.checkpoint");
  EXPECT_FALSE(found.interrupted) << "it may still be running";
  const Series only = series(archive("dpi-b.checkpoint.2", "2026-11-23T01:00:00"));
  EXPECT_FALSE(only.newest.has_value());
  EXPECT_TRUE(only.unfinished.has_value());
}

TEST(BorgSeries, ACheckpointBeforeTheNewestIsThePast) {
  EXPECT_FALSE(series(archive("dpi-a.checkpoint", "2026-11-22T01:00:00") + "," +
                      archive("dpi-b", "2026-11-23T01:00:00"))
                   .unfinished.has_value());
}

TEST(BorgSeries, SilenceMeansThatItWasCutOff) {
  const std::string archives = archive("dpi-b.checkpoint", "2026-11-23T01:00:00");
  EXPECT_FALSE(series(archives, "2026-11-23T04:00:00Z", "2026-11-23T01:00:00").interrupted);
  EXPECT_TRUE(series(archives, "2026-11-23T04:00:01Z", "2026-11-23T01:00:00").interrupted);
}

TEST(BorgSeries, AnotherArchiveThatBeganLaterMeansThatItWasCutOff) {
  const std::string unfinished = archive("dpi-b.checkpoint", "2026-11-23T01:00:00") + ",";
  EXPECT_TRUE(series(unfinished + archive("labo", "2026-11-23T01:06:00")).interrupted);
  EXPECT_FALSE(series(unfinished + archive("labo", "2026-11-23T01:04:00")).interrupted)
      << "clocks of two clients";
  EXPECT_FALSE(series(unfinished + archive("labo", "2027-11-23T01:00:00")).interrupted)
      << "a date in the future";
}

HelperResult answer(const std::string& err, int code = 2) {
  HelperResult result;
  result.end = HelperEnd::exited;
  result.code = code;
  result.err = err;
  return result;
}

std::string message(const std::string& msgid, const std::string& words,
                    const std::string& level = "ERROR") {
  return R"({"type":"log_message","time":1795986854.5,"message":")" + words + R"(","levelname":")" +
         level + R"(","name":"borg.archiver","msgid":")" + msgid + "\"}\n";
}

std::string code(const std::string& err) {
  const auto reason = failure_reason(answer(err));
  return reason ? std::string(reason->code) : "";
}

std::string value(const std::string& err) {
  const auto reason = failure_reason(answer(err));
  return reason ? std::get<std::string>(reason->value) : "";
}

TEST(BorgWords, ItsOwnNamesOfErrors) {
  EXPECT_EQ(code(message("PassphraseWrong", "passphrase ... is incorrect.")),
            "borg_wrong_passphrase");
  EXPECT_EQ(code(message("Repository.DoesNotExist", "Repository /x does not exist.")),
            "borg_no_repository");
  EXPECT_EQ(code(message("DoesNotExist", "Repository /x does not exist.")), "borg_no_repository");
  EXPECT_EQ(code(message("Archive.DoesNotExist", "Archive x does not exist")), "helper_failed");
  EXPECT_EQ(code(message("LockTimeout", "Failed to create/acquire the lock")), "borg_locked");
  EXPECT_EQ(code(message("Error", "Error: [Errno 30] Read-only file system: '/home/x/.config'")),
            "borg_base_dir");
  EXPECT_EQ(code(message("Error", "Error: Not allowed to bypass locking")), "helper_failed");
  EXPECT_EQ(code(""), "");
  EXPECT_FALSE(failure_reason(answer(message("LockTimeout", "x"), 0)).has_value());
}

TEST(BorgWords, WhatSshSaidTellsMore) {
  const std::string closed =
      message("ConnectionClosedWithHint", "Connection closed by remote host.");
  const auto ssh = [](const std::string& words) {
    return message("", "Remote: " + words, "WARNING");
  };
  const std::string refused = ssh("Authorised users only") +
                              ssh("ssh: connect to host nas port 22: Connection refused") + closed;
  EXPECT_EQ(code(refused), "borg_unreachable");
  EXPECT_EQ(value(refused), "Remote: ssh: connect to host nas port 22: Connection refused");
  EXPECT_EQ(code(ssh("borg@nas: Permission denied (publickey).") + closed), "borg_permission");
  EXPECT_EQ(value(closed), "Connection closed by remote host.");
}

TEST(BorgWords, OfATracebackTheLastLine) {
  const std::string denied =
      message("Exception", "Local Exception") +
      R"({"type":"log_message","message":"Traceback (most recent call last):\n  File \"x\", line 1, in main\nPermissionError: [Errno 13] Permission denied: '/srv/borg/config'\n\nPlatform: Linux srv\n","levelname":"ERROR","name":"borg.archiver"})";
  EXPECT_EQ(code(denied), "borg_permission");
  EXPECT_EQ(value(denied), "PermissionError: [Errno 13] Permission denied: '/srv/borg/config'");
}

// The head of a long traceback is kept, its end is not.
TEST(BorgWords, ALineThatWasCutIsReadAsItIs) {
  EXPECT_EQ(code(R"({"type":"log_message","message":"Traceback ... in replay_segments\n  sel)"),
            "borg_index");
}

TEST(BorgWords, WhatWasSaidUntilTheDeadlineIsWhyItDidNotEnd) {
  HelperResult result = answer(message("", "Remote: ssh: Permission denied", "WARNING"));
  result.end = HelperEnd::timed_out;
  ASSERT_TRUE(failure_reason(result).has_value());
  EXPECT_EQ(failure_reason(result)->code, "borg_permission");
  result.err.clear();
  EXPECT_FALSE(failure_reason(result).has_value());
}

TEST(BorgWords, ComplaintsOfARunThatEndedWell) {
  EXPECT_EQ(warning(answer("", 0)), "");
  EXPECT_EQ(warning(answer(R"x({"type":"question_env_answer","message":"yes (from X)"})x", 0)), "");
  EXPECT_EQ(warning(answer(message("", "Remote: Authorised users only", "WARNING"), 0)), "");
  EXPECT_EQ(warning(answer(message("", "manifest has an odd item", "WARNING"), 0)),
            "manifest has an odd item");
  EXPECT_NE(warning(answer(std::string(limits::helper_error_output, '\n'), 0)), "");
}

}  // namespace
}  // namespace ght::collectors::borg
