#include "collectors/backup/restic/restic_restore.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/core/text.h"

namespace ght::collectors::restic {
namespace {

using backup::FoundCopy;
using backup::ListedEntry;
using Kind = ListedEntry::Kind;
using testing::ElementsAre;

const std::string id(64, 'a');
const FoundCopy copy = {
    .name = {.backup = "dpi", .repository = "/srv/restic/dpi"}, .id = id, .title = id, .begun = {}};

Settings settings() {
  Settings given;
  given.set("repository", "/srv/restic/dpi");
  given.set("password_file", "/etc/ght-agent/restic.pass");
  return given;
}

HelperResult answer(std::string out, std::string err = "") {
  HelperResult result;
  result.end = HelperEnd::exited;
  result.out = std::move(out);
  result.err = std::move(err);
  return result;
}

std::string snapshot(char digit, const std::string& time, const std::string& host) {
  return R"({"time":")" + time + R"(","id":")" + std::string(64, digit) + R"(","hostname":")" +
         host + R"(","paths":["/srv"]})";
}

std::string code_of(const Settings& given, const std::string& name, const HelperResult& listed) {
  const auto found = restore_tool.find_copy(given, name, listed);
  const auto* reason = std::get_if<Reason>(&found);
  return reason == nullptr ? std::get<FoundCopy>(found).id.substr(0, 1) : std::string(reason->code);
}

TEST(ResticRestore, TriesTheCopyThatTheCheckLooksAt) {
  const HelperResult listed = answer("[" + snapshot('1', "2026-11-22T02:00:00Z", "ward") + "," +
                                     snapshot('2', "2026-11-23T02:00:00Z", "ward") + "," +
                                     snapshot('3', "2026-11-24T02:00:00Z", "other") + "]");
  EXPECT_EQ(code_of(settings(), "dpi", listed), "3");
  Settings filtered = settings();
  filtered.set("restic_host", "ward");
  EXPECT_EQ(code_of(filtered, "dpi", listed), "2");
  filtered.set("restic_host", "nobody");
  EXPECT_EQ(code_of(filtered, "dpi", listed), "backup_never");
}

TEST(ResticRestore, FindsNoCopyInAnAnswerThatIsNotWhole) {
  EXPECT_EQ(code_of(settings(), "dpi", answer("[]")), "backup_never");
  EXPECT_EQ(code_of(settings(), "dpi", answer("[]", "could not load snapshot 12ab")),
            "backup_partly_read");
  EXPECT_EQ(code_of(settings(), "dpi", answer("[")), "helper_output_unreadable");
  HelperResult refused = answer("", "Fatal: wrong password or no key found");
  refused.code = 1;
  EXPECT_EQ(code_of(settings(), "dpi", refused), "restic_wrong_password");
}

Kind kind_of(const std::string& record) {
  const auto entry = restore_tool.read_entry(record, copy);
  EXPECT_TRUE(entry.ok()) << record;
  return entry.ok() ? entry.value().kind : Kind::damaged;
}

TEST(ResticRestore, ReadsTheListOfFiles) {
  EXPECT_EQ(kind_of(R"({"struct_type":"snapshot","id":")" + id + R"("})"), Kind::other);
  EXPECT_EQ(kind_of(R"({"struct_type":"node","type":"dir","path":"/a"})"), Kind::other);
  EXPECT_EQ(kind_of(R"({"struct_type":"node","type":"symlink","path":"/a","size":3})"),
            Kind::other);
  EXPECT_EQ(kind_of(R"({"struct_type":"node","type":"file","path":"/a","size":0})"), Kind::other);
  EXPECT_EQ(kind_of(R"({"struct_type":"node","type":"file","path":"/a\ufffd","size":3})"),
            Kind::unnamable);
  const auto entry = restore_tool.read_entry(
      R"({"struct_type":"node","type":"file","path":"/srv/a b","size":300})", copy);
  ASSERT_TRUE(entry.ok());
  EXPECT_EQ(entry.value().kind, Kind::file);
  EXPECT_EQ(entry.value().file, (backup::CopyFile{.path = "srv/a b", .size = 300}));
}

TEST(ResticRestore, RefusesWhatIsNoListOfThisCopy) {
  for (const std::string& record :
       {std::string("hello"), std::string("{}"), std::string("[]"), std::string(),
        R"({"struct_type":"snapshot","id":")" + std::string(64, 'b') + R"("})",
        std::string(R"({"struct_type":"node","path":"/a","size":3})"),
        std::string(R"({"struct_type":"node","type":"file","path":"/a","size":-3})"),
        std::string(R"({"struct_type":"node","type":"file","path":"a","size":3})")}) {
    EXPECT_FALSE(restore_tool.read_entry(record, copy).ok()) << record;
  }
}

TEST(ResticRestore, NamesEachFileByAPatternOfItsOwn) {
  const RunHelper step =
      restore_tool.restore(settings(), copy, {{.path = R"(srv/a[1]*?\b)", .size = 1}},
                           {.target = "/tmp/place/files", .selection = ""});
  EXPECT_EQ(step.program, "restic");
  EXPECT_THAT(step.arguments, ElementsAre("restore", id, "--verify", "--target=/tmp/place/files",
                                          R"(--include=/srv/a\[1]\*\?\\b)", "--no-lock",
                                          "--no-cache", "--repo=/srv/restic/dpi"));
  EXPECT_THAT(step.environment,
              ElementsAre(testing::Pair("RESTIC_PASSWORD_FILE", "/etc/ght-agent/restic.pass")));
}

TEST(ResticRestore, CountsWhatResticCompared) {
  const auto compared = [](const std::string& out) {
    const auto count = restore_tool.compared(answer(out));
    return count.ok() ? static_cast<int>(count.value()) : -1;
  };
  EXPECT_EQ(compared("restoring <Snapshot> to /t\nverifying files in /t\n"
                     "finished verifying 12 files in /t (took 1ms)\n"),
            12);
  EXPECT_EQ(compared("finished verifying 0 files in /t (took 0s)\n"), 0);
  EXPECT_EQ(compared("restoring <Snapshot> to /t\n"), -1);
  EXPECT_EQ(compared("finished verifying all files in /t\n"), -1);
  EXPECT_EQ(compared("finished verifying 12"), -1);
}

TEST(ResticRestore, OnlyAFreshExclusiveLockIsInTheWay) {
  const auto now = *parse_rfc3339("2026-11-23T04:00:00Z");
  const auto locked = [&](const std::string& lock) {
    return restore_tool.is_locked({answer(id + "\n"), answer(lock)}, now);
  };
  EXPECT_TRUE(locked(R"({"time":"2026-11-23T03:55:00Z","exclusive":true})"));
  EXPECT_FALSE(locked(R"({"time":"2026-11-23T03:55:00Z","exclusive":false})"));
  EXPECT_FALSE(locked(R"({"time":"2026-11-23T03:25:00Z","exclusive":true})"));
  EXPECT_TRUE(locked(R"({"exclusive":true})"));
  EXPECT_FALSE(locked(""));
}

TEST(ResticRestore, LooksAtEachLockOnce) {
  EXPECT_EQ(restore_tool.look_for_locks(settings(), {}).size(), 1U);
  EXPECT_EQ(restore_tool.look_for_locks(settings(), {answer(id + "\n" + id + "\nhello\n")}).size(),
            2U);
  EXPECT_TRUE(restore_tool.look_for_locks(settings(), {answer("")}).empty());
  EXPECT_TRUE(restore_tool.look_for_locks(settings(), {answer(id), answer("{}")}).empty());
}

}  // namespace
}  // namespace ght::collectors::restic
