#include "collectors/backup/borg/borg_restore.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/core/text.h"

namespace ght::collectors::borg {
namespace {

using backup::FoundCopy;
using backup::ListedEntry;
using Kind = ListedEntry::Kind;
using testing::Contains;
using testing::ElementsAre;

const std::string id(64, 'a');
const std::string hash(64, '5');
const FoundCopy copy = {.name = {.backup = "dpi", .repository = "/srv/borg/dpi"},
                        .id = id,
                        .title = "dpi-2026-11-23",
                        .begun = {}};
const backup::RestorePlace place = {.target = "/tmp/place/files",
                                    .selection = "/tmp/place/selection"};

Settings settings() {
  Settings given;
  given.set("repository", "/srv/borg/dpi");
  given.set("passphrase_file", "/etc/ght-agent/borg.pass");
  given.set("relocation_allowed", false);
  return given;
}

HelperResult answer(std::string out, int code = 0) {
  HelperResult result;
  result.end = HelperEnd::exited;
  result.code = code;
  result.out = std::move(out);
  return result;
}

std::string listing(const std::string& archives, const std::string& mode = "repokey-blake2") {
  return R"({"encryption":{"mode":")" + mode +
         R"("},"repository":{"last_modified":"2026-11-24T02:00:00.000000"},"archives":[)" +
         archives + "]}";
}

std::string archive(char digit, const std::string& name, const std::string& start) {
  return R"({"id":")" + std::string(64, digit) + R"(","name":")" + name + R"(","start":")" + start +
         R"("})";
}

std::string found(const Settings& given, const std::string& out) {
  const auto answered = restore_tool.find_copy(given, "dpi", answer(out));
  const auto* reason = std::get_if<Reason>(&answered);
  return reason == nullptr ? std::get<FoundCopy>(answered).title : std::string(reason->code);
}

TEST(BorgRestore, TriesTheNewestCompleteArchiveOfTheCheck) {
  const std::string archives = archive('1', "dpi-1", "2026-11-22T02:00:00.000000") + "," +
                               archive('2', "dpi-2", "2026-11-23T02:00:00.000000") + "," +
                               archive('3', "dpi-3.checkpoint", "2026-11-24T02:00:00.000000") +
                               "," + archive('4', "labo", "2026-11-24T03:00:00.000000");
  Settings given = settings();
  given.set("archive_glob", "dpi-*");
  EXPECT_EQ(found(given, listing(archives)), "dpi-2");
  EXPECT_EQ(found(settings(), listing(archives)), "labo");
  given.set("archive_glob", "other-*");
  EXPECT_EQ(found(given, listing(archives)), "backup_never");
}

TEST(BorgRestore, TriesNothingThatIsNotWhatItShouldBe) {
  const std::string one = archive('1', "dpi-1", "2026-11-22T02:00:00.000000");
  EXPECT_EQ(found(settings(), listing(one, "none")), "borg_not_encrypted");
  EXPECT_EQ(found(settings(), listing(archive('1', "{now}", "2026-11-22T02:00:00.000000"))),
            "helper_output_unreadable");
  EXPECT_EQ(found(settings(), "{}"), "helper_output_unreadable");
}

Kind kind_of(const std::string& record) {
  const auto entry = restore_tool.read_entry(record, copy);
  EXPECT_TRUE(entry.ok()) << record;
  return entry.ok() ? entry.value().kind : Kind::other;
}

TEST(BorgRestore, ReadsTheListOfFiles) {
  EXPECT_EQ(kind_of(id + "/0/d/healthy/srv"), Kind::other);
  EXPECT_EQ(kind_of(id + "/4/l/healthy/srv/link"), Kind::other);
  EXPECT_EQ(kind_of(id + "/0/-/healthy/srv/empty"), Kind::other);
  EXPECT_EQ(kind_of(id + "/4/-/broken/srv/a"), Kind::damaged);
  EXPECT_EQ(kind_of(id + "/4/-/healthy/srv/a\nb"), Kind::unnamable);
  EXPECT_EQ(kind_of(id + "/4/-/healthy/srv/a "), Kind::unnamable);
  EXPECT_EQ(kind_of(id + "/4/-/healthy/srv/?t?"), Kind::unnamable);
  EXPECT_EQ(kind_of(id + "/4/-/healthy/srv/\xE9t\xE9"), Kind::unnamable);
  const auto entry = restore_tool.read_entry(id + "/300/-/healthy/srv/a b", copy);
  ASSERT_TRUE(entry.ok());
  EXPECT_EQ(entry.value().kind, Kind::file);
  EXPECT_EQ(entry.value().file, (backup::CopyFile{.path = "srv/a b", .size = 300}));
}

TEST(BorgRestore, RefusesWhatIsNoListOfThisArchive) {
  for (const std::string& record :
       {std::string(), std::string("hello"), id + "/4/-/healthy/", id + "/4/-/ill/a",
        id + "/four/-/healthy/a", id + "/-4/-/healthy/a", id + "/4/file/healthy/a",
        std::string(64, 'b') + "/4/-/healthy/a"}) {
    EXPECT_FALSE(restore_tool.read_entry(record, copy).ok()) << record;
  }
}

TEST(BorgRestore, ReadsHashes) {
  const auto file = restore_tool.read_hash(id + "/300/" + hash + "/healthy/srv/a/b", copy);
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(file.value(), (backup::CopyFile{.path = "srv/a/b", .size = 300, .sha256 = hash}));
  EXPECT_FALSE(restore_tool.read_hash(id + "/300//healthy/srv/a", copy).ok());
  EXPECT_FALSE(restore_tool.read_hash(id + "/300/" + hash + "/broken/srv/a", copy).ok());
}

TEST(BorgRestore, NamesAndSecretsAreInNoArgument) {
  const std::vector<backup::CopyFile> files = {{.path = "srv/DUPONT", .size = 1}};
  const RunHelper step = restore_tool.restore(settings(), copy, files, place);
  EXPECT_EQ(step.program, "borg");
  EXPECT_THAT(step.arguments,
              ElementsAre("extract", "--log-json", "--bypass-lock", "--noflags", "--noacls",
                          "--noxattrs", "--numeric-ids", "--patterns-from=/tmp/place/selection",
                          "/srv/borg/dpi::dpi-2026-11-23"));
  EXPECT_THAT(step.environment,
              Contains(testing::Pair("BORG_PASSCOMMAND", "/bin/cat '/etc/ght-agent/borg.pass'")));
  EXPECT_EQ(restore_tool.selection(files), "+ pf:srv/DUPONT\n- fm:*\n");
  EXPECT_THAT(restore_tool.hash_files(settings(), copy, place).arguments,
              Contains("--patterns-from=/tmp/place/selection"));
}

TEST(BorgRestore, LooksForTheLockOfARepositoryOfThisHost) {
  const Plan look = restore_tool.look_for_locks(settings(), {});
  ASSERT_EQ(look.size(), 1U);
  EXPECT_THAT(std::get<RunHelper>(look.front()).arguments,
              ElementsAre("-e", "/srv/borg/dpi/lock.exclusive"));
  EXPECT_TRUE(restore_tool.look_for_locks(settings(), {answer("", 1)}).empty());
  Settings remote = settings();
  remote.set("repository", "ssh://borg@nas/srv/borg");
  EXPECT_TRUE(restore_tool.look_for_locks(remote, {}).empty());
  EXPECT_TRUE(restore_tool.is_locked({answer("")}, {}));
  EXPECT_FALSE(restore_tool.is_locked({answer("", 1)}, {}));
  EXPECT_FALSE(restore_tool.is_locked({}, {}));
}

}  // namespace
}  // namespace ght::collectors::borg
