#include "agent/io/restore_folder.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <optional>

#include "tests/support/files.h"

namespace ght::io {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

bool yes() {
  return true;
}

mode_t rights(const std::string& path) {
  struct stat facts{};
  EXPECT_EQ(::lstat(path.c_str(), &facts), 0) << path;
  return facts.st_mode & 07777;
}

class RestoreFolderTest : public testing::Test {
 protected:
  std::string parent() const { return folder_.path().string(); }
  std::size_t entries() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(parent()), fs::directory_iterator()));
  }
  RestoreFolder made() const {
    auto made = RestoreFolder::make(parent());
    GHT_CHECK(made.ok());
    return std::move(made).value();
  }

  test::TempDir folder_;
};

TEST_F(RestoreFolderTest, IsForItsOwnerAloneAndGoneAtTheEnd) {
  {
    const RestoreFolder folder = made();
    EXPECT_EQ(rights(folder.path()), 0700U);
    const auto inner = folder.make_folder("files");
    const auto file = folder.write("selection", "text");
    ASSERT_TRUE(inner.ok() && file.ok());
    EXPECT_EQ(rights(inner.value()), 0700U);
    EXPECT_EQ(rights(file.value()), 0600U);
    EXPECT_EQ(test::read_file(file.value()), "text");
    EXPECT_FALSE(folder.write("selection", "again").ok());
  }
  EXPECT_EQ(entries(), 0U);
}

TEST_F(RestoreFolderTest, RemovesWhatForbidsIt) {
  RestoreFolder folder = made();
  const std::string inner = folder.make_folder("closed").value();
  fs::create_directories(inner + "/deep/deeper");
  ASSERT_TRUE(folder.write("closed/deep/file", "x").ok());
  ::chmod((inner + "/deep").c_str(), 0);
  ::chmod(inner.c_str(), 0500);
  EXPECT_TRUE(folder.remove().ok());
  EXPECT_EQ(entries(), 0U);
}

TEST_F(RestoreFolderTest, RemovesLinksAndNotWhatTheyPointTo) {
  const std::string outside = folder_.write("outside/file", "kept");
  ::chmod((parent() + "/outside").c_str(), 0500);
  RestoreFolder folder = made();
  fs::create_symlink(parent() + "/outside", folder.path() + "/link");
  fs::create_symlink("/", folder.path() + "/top");
  EXPECT_TRUE(folder.remove().ok());
  EXPECT_EQ(test::read_file(outside), "kept");
  EXPECT_EQ(rights(parent() + "/outside"), 0500U);
}

TEST_F(RestoreFolderTest, ALeftoverIsRemovedAndOneInUseIsNot) {
  const RestoreFolder used = made();
  const std::string left = parent() + "/.ght-restore-test-aBc123";
  fs::create_directories(left + "/files");
  const std::string other = parent() + "/.ght-restore-test-notes-of-mine";
  fs::create_directory(other);
  fs::create_symlink(other, parent() + "/.ght-restore-test-aBc124");
  EXPECT_THAT(remove_left_restores(parent()), IsEmpty());
  EXPECT_FALSE(fs::exists(left));
  EXPECT_TRUE(fs::exists(other));
  EXPECT_TRUE(fs::exists(used.path()));
}

TEST_F(RestoreFolderTest, APlaceThatOthersMayChangeIsRefused) {
  fs::create_directories(parent() + "/shared/inner");
  ::chmod((parent() + "/shared").c_str(), 0777);
  for (const char* place : {"/shared", "/shared/inner"}) {
    const auto refused = RestoreFolder::make(parent() + place);
    ASSERT_FALSE(refused.ok()) << place;
    EXPECT_THAT(refused.error().text(), HasSubstr("lead the restore elsewhere"));
  }
  ::chmod((parent() + "/shared").c_str(), 01777);
  EXPECT_TRUE(RestoreFolder::make(parent() + "/shared").ok());
  EXPECT_FALSE(RestoreFolder::make(parent() + "/nowhere").ok());
}

TEST_F(RestoreFolderTest, HashesWhatIsThere) {
  folder_.write("a/b/file", "abc");
  const auto digest = digest_below(parent(), "a/b/file", yes);
  ASSERT_TRUE(digest.ok());
  EXPECT_EQ(digest.value().size, 3U);
  EXPECT_EQ(digest.value().sha256,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  ::chmod(folder_.file("a/b/file").c_str(), 0);
  ::chmod(folder_.file("a/b").c_str(), 0);
  EXPECT_TRUE(digest_below(parent(), "a/b/file", yes).ok());
  EXPECT_FALSE(digest_below(parent(), "a/b/file", [] { return false; }).ok());
}

TEST_F(RestoreFolderTest, HashesNothingElsewhere) {
  folder_.write("outside/file", "abc");
  fs::create_directory(parent() + "/place");
  fs::create_symlink(parent() + "/outside", parent() + "/place/folder");
  fs::create_symlink(parent() + "/outside/file", parent() + "/place/file");
  ASSERT_EQ(::mkfifo((parent() + "/place/pipe").c_str(), 0600), 0);
  for (const char* path :
       {"folder/file", "file", "../outside/file", "/etc/passwd", "pipe", "missing", "."}) {
    EXPECT_FALSE(digest_below(parent() + "/place", path, yes).ok()) << path;
  }
}

}  // namespace
}  // namespace ght::io
