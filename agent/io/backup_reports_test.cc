#include "agent/io/backup_reports.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "agent/core/limits.h"
#include "agent/core/text.h"
#include "tests/support/files.h"

namespace ght::io {
namespace {

using End = BackupRun::End;
namespace fs = std::filesystem;

WallTime at(int second) {
  return wall_from_unix_ms(1'795'000'000'000 + second * 1000LL);
}

class BackupReports : public testing::Test {
 protected:
  void SetUp() override {
    directory_ = backup_reports_directory(state_.path().string());
    ASSERT_TRUE(prepare_backup_reports(directory_).ok());
  }
  std::vector<BackupRun> runs(std::string_view backup = "dpi") {
    auto read = read_backup_runs(directory_, backup);
    EXPECT_TRUE(read.ok()) << read.error().text();
    return read.ok() ? read.value() : std::vector<BackupRun>();
  }
  void write(const BackupRun& run, std::string_view backup = "dpi") {
    const auto written = write_backup_run(directory_, backup, run);
    ASSERT_TRUE(written.ok()) << written.error().text();
  }

  test::TempDir state_;
  std::string directory_;
};

TEST_F(BackupReports, ARunIsReadAsItWasWritten) {
  EXPECT_TRUE(runs().empty()) << "nobody told anything";
  const BackupRun whole = {.begun = at(0),
                           .ended = at(60),
                           .end = End::partial,
                           .held = true,
                           .detail = "exit status 3 « é »",
                           .size = 1U << 30,
                           .changed_files = 0.25};
  write(whole);
  EXPECT_EQ(runs(), std::vector<BackupRun>{whole});
  write({.begun = at(100), .ended = at(110), .end = End::success});
  EXPECT_EQ(runs().size(), 2U);
  EXPECT_TRUE(runs("other").empty());
  EXPECT_EQ(fs::status(directory_).permissions() & fs::perms::others_all, fs::perms::none);
}

TEST_F(BackupReports, AStrictUmaskDoesNotHideItFromTheAgent) {
  const mode_t before = ::umask(077);
  const BackupRunLock lock = BackupRunLock::take(directory_, "dpi");
  write({.begun = at(0), .end = End::success});
  ::umask(before);
  for (const auto& entry : fs::directory_iterator(directory_)) {
    EXPECT_NE(entry.status().permissions() & fs::perms::group_read, fs::perms::none)
        << entry.path();
  }
}

TEST_F(BackupReports, TheEndReplacesTheBeginning) {
  write({.begun = at(0), .end = End::running});
  EXPECT_EQ(runs()[0].end, End::running);
  write({.begun = at(0), .ended = at(9), .end = End::failed, .detail = "signal 9"});
  ASSERT_EQ(runs().size(), 1U);
  EXPECT_EQ(runs()[0].end, End::failed);
}

TEST_F(BackupReports, OnlyTheNewestFewAreKept) {
  for (int i = 0; i < 50; ++i) write({.begun = at(i), .ended = at(i), .end = End::success});
  ASSERT_EQ(runs().size(), limits::backup_runs);
  EXPECT_EQ(runs().back().begun, at(49));
  EXPECT_EQ(runs().front().begun, at(30));
}

TEST_F(BackupReports, ARunWhoseProcessesAreGoneIsLost) {
  {
    const BackupRunLock lock = BackupRunLock::take(directory_, "dpi");
    ASSERT_TRUE(lock.held());
    EXPECT_FALSE(BackupRunLock::take(directory_, "dpi").held()) << "one at a time";
    write({.begun = at(0), .end = End::running, .held = true});
    EXPECT_EQ(runs()[0].end, End::running);
  }
  EXPECT_EQ(runs()[0].end, End::lost);
  write({.begun = at(0), .end = End::running, .held = false});
  EXPECT_EQ(runs()[0].end, End::running) << "told from elsewhere: there is no process to look at";
  write({.begun = at(5), .ended = at(6), .end = End::success});
  EXPECT_EQ(runs()[0].end, End::lost) << "another run came after it";
}

TEST_F(BackupReports, AChildKeepsTheLockOfItsDeadParent) {
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe(pipe.data()), 0);
  std::optional<BackupRunLock> lock = BackupRunLock::take(directory_, "dpi");
  const pid_t child = ::fork();
  if (child == 0) {
    char byte = 0;
    ::close(pipe[1]);
    static_cast<void>(::read(pipe[0], &byte, 1));
    ::_exit(0);
  }
  write({.begun = at(0), .end = End::running, .held = true});
  lock.reset();
  EXPECT_EQ(runs()[0].end, End::running);
  ::close(pipe[1]);
  ::close(pipe[0]);
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_EQ(runs()[0].end, End::lost);
}

TEST_F(BackupReports, NamesOfAnyKindStayInTheFolder) {
  for (const char* name :
       {"../../etc/passwd", ".hidden", "a/b", "é à", "host:8000", "%2F", "x\ny"}) {
    write({.begun = at(1), .ended = at(2), .end = End::success}, name);
    EXPECT_EQ(runs(name).size(), 1U) << name;
  }
  for (const auto& entry : fs::directory_iterator(directory_)) {
    EXPECT_TRUE(entry.is_regular_file()) << entry.path();
  }
  EXPECT_EQ(std::distance(fs::directory_iterator(state_.path().string()), fs::directory_iterator()),
            1);
}

TEST_F(BackupReports, WhatIsDamagedIsAnErrorAndTheNextRunBeginsAnew) {
  for (const char* text : {"", "{", "[]", "{\"runs\":{}}", "{\"runs\":[{}]}",
                           "{\"runs\":[{\"begun_ms\":1,\"end\":\"well\"}]}"}) {
    std::ofstream(directory_ + "/dpi.json") << text;
    const auto read = read_backup_runs(directory_, "dpi");
    ASSERT_FALSE(read.ok()) << text;
    EXPECT_NE(read.error().text().find("dpi.json"), std::string::npos);
  }
  std::ofstream(directory_ + "/dpi.json") << std::string(limits::backup_report_bytes + 1, ' ');
  EXPECT_FALSE(read_backup_runs(directory_, "dpi").ok());
  write({.begun = at(1), .ended = at(2), .end = End::success});
  EXPECT_EQ(runs().size(), 1U);
  EXPECT_TRUE(fs::exists(directory_ + "/dpi.json.damaged"));
}

TEST_F(BackupReports, LinksAndPipesAreNotFollowed) {
  fs::create_symlink("/etc/hostname", directory_ + "/dpi.json");
  EXPECT_FALSE(read_backup_runs(directory_, "dpi").ok());
  ASSERT_EQ(::mkfifo((directory_ + "/pipe.json").c_str(), 0600), 0);
  EXPECT_FALSE(read_backup_runs(directory_, "pipe").ok()) << "and it does not wait for a writer";
  fs::create_symlink(state_.path().string() + "/elsewhere", directory_ + "/victim.guard");
  EXPECT_FALSE(write_backup_run(directory_, "victim", {.begun = at(1), .end = End::success}).ok());
  EXPECT_FALSE(fs::exists(state_.path().string() + "/elsewhere"));
}

TEST_F(BackupReports, AWriterThatWasStoppedIsNotWaitedForForEver) {
  write({.begun = at(1), .ended = at(2), .end = End::success});
  const int stopped = ::open((directory_ + "/dpi.guard").c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_GE(stopped, 0);
  ASSERT_EQ(::flock(stopped, LOCK_EX), 0);
  const auto refused = write_backup_run(directory_, "dpi", {.begun = at(3), .end = End::failed});
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().text().find("locked by another report"), std::string::npos);
  ::close(stopped);
  write({.begun = at(3), .ended = at(4), .end = End::failed});
  EXPECT_EQ(runs().size(), 2U);
}

TEST_F(BackupReports, WhatCannotBeWrittenIsAnError) {
  EXPECT_FALSE(write_backup_run(directory_ + "/missing", "dpi", {.begun = at(1)}).ok());
  EXPECT_FALSE(prepare_backup_reports(state_.path().string() + "/no/such").ok());
}

}  // namespace
}  // namespace ght::io
