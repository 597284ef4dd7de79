#include "agent/io/process.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <filesystem>
#include <sstream>

#include "agent/io/process_fd.h"
#include "agent/io/process_test_support.h"

namespace ght::io {
namespace {

using namespace std::chrono_literals;
using test::eventually;
using testing::HasSubstr;

TEST_F(ProcessTest, GivesOutputErrorsAndExitStatus) {
  for (const int code : {0, 1, 3, 127, 255}) {
    const HelperResult result =
        run(shell("echo answer; echo trouble >&2; exit " + std::to_string(code)));
    EXPECT_EQ(result.end, HelperEnd::exited);
    EXPECT_EQ(result.code, code);
    EXPECT_EQ(result.out, "answer\n");
    EXPECT_EQ(result.err, "trouble\n");
    EXPECT_GT(result.elapsed, 0s);
  }
}

TEST_F(ProcessTest, TellsTheSignalThatKilledIt) {
  const HelperResult segv = run(shell("echo part; kill -SEGV $$"));
  EXPECT_EQ(segv.end, HelperEnd::signalled);
  EXPECT_EQ(segv.code, SIGSEGV);
  EXPECT_EQ(segv.out, "part\n");
  EXPECT_EQ(run(shell("kill -KILL $$")).code, SIGKILL);
}

TEST_F(ProcessTest, EnvironmentIsExactlyWhatWasPromised) {
  ::setenv("GHT_TEST_SECRET", "must-not-leak", 1);
  options_.cache_directory = "/var/cache/somewhere";
  const HelperResult result =
      run({.program = "/usr/bin/env", .environment = {{"RESTIC_PASSWORD_FILE", "/etc/p"}}});
  ::unsetenv("GHT_TEST_SECRET");
  EXPECT_EQ(result.out,
            "LC_ALL=C\nPATH=/usr/sbin:/usr/bin:/sbin:/bin\nRESTIC_PASSWORD_FILE=/etc/p\n"
            "XDG_CACHE_HOME=/var/cache/somewhere\n");
}

TEST_F(ProcessTest, StandsInRootWithNoInputAndNoForeignDescriptor) {
  const int leaky = ::fcntl(::open("/", O_RDONLY | O_CLOEXEC), F_DUPFD, 50);  // no O_CLOEXEC
  ASSERT_GE(leaky, 50);
  const HelperResult result = run(shell("pwd; readlink /proc/self/fd/0; cat; ls /proc/self/fd"));
  ::close(leaky);
  EXPECT_EQ(result.out, "/\n/dev/null\n0\n1\n2\n3\n");  // 3 is the directory that ls reads
}

TEST_F(ProcessTest, SignalsAreAsAtLogin) {
  sigset_t blocked;
  sigset_t before;
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGUSR1);
  ::pthread_sigmask(SIG_BLOCK, &blocked, &before);
  const auto pipe_before = ::signal(SIGPIPE, SIG_IGN);
  const HelperResult result =
      run({.program = "grep", .arguments = {"-E", "^Sig(Blk|Ign)", "/proc/self/status"}});
  ::signal(SIGPIPE, pipe_before);
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  EXPECT_THAT(result.out, HasSubstr("SigBlk:\t0000000000000000"));
  // glibc keeps its own two, 32 and 33, ignored.
  EXPECT_THAT(result.out, HasSubstr("SigIgn:\t0000000180000000"));
}

TEST_F(ProcessTest, LeadsItsOwnSession) {
  // Fields 5 and 6 of stat: process group and session.
  const HelperResult result = run(shell("echo $$; cut -d' ' -f5,6 /proc/$$/stat"));
  std::istringstream words(result.out);
  int pid = 0;
  int group = 0;
  int session = 0;
  words >> pid >> group >> session;
  EXPECT_NE(pid, 0);
  EXPECT_EQ(group, pid);
  EXPECT_EQ(session, pid);
}

TEST_F(ProcessTest, ANameIsLookedForInTheHelperDirectoryFirst) {
  options_.helper_directory = script("env", "echo ours");
  EXPECT_EQ(run({.program = "env"}).out, "ours\n");
  EXPECT_EQ(run({.program = "uname", .arguments = {"-s"}}).out, "Linux\n");
}

TEST_F(ProcessTest, WhatCannotBeStartedSaysWhy) {
  options_.helper_directory = folder_.path().string();
  folder_.write("plain", "#!/bin/sh\n");
  std::filesystem::create_directory(folder_.path() / "directory");
  script("orphan", "echo", "#!/no/such/interpreter");
  script("garbage", "", "\x01\x02");
  const auto detail = [&](const std::string& program) {
    const HelperResult result = run({.program = program});
    EXPECT_EQ(result.end, HelperEnd::not_started) << program;
    return result.detail;
  };
  EXPECT_EQ(detail("no-such-helper"), "no-such-helper: not found in " + options_.helper_directory +
                                          ", /usr/sbin, /usr/bin, /sbin, /bin");
  EXPECT_THAT(detail("plain"), HasSubstr("plain is not executable by this user"));
  EXPECT_THAT(detail("directory"), HasSubstr("directory is a directory"));
  EXPECT_EQ(detail("/no/such/program"), "/no/such/program: No such file or directory");
  EXPECT_EQ(detail("/dev/null"), "/dev/null: is not a regular file");
  EXPECT_THAT(detail("bin/relative"), HasSubstr("expected an absolute path"));
  EXPECT_EQ(detail(""), "helper: no program is named");
  EXPECT_THAT(detail("orphan"), HasSubstr("interpreter or loader"));
  EXPECT_THAT(detail("garbage"), HasSubstr("neither a program of this machine"));
}

TEST_F(ProcessTest, NulBytesAndBrokenVariablesAreRefused) {
  const std::string nul("a\0b", 3);
  EXPECT_EQ(run({.program = "true", .arguments = {nul}}).end, HelperEnd::not_started);
  EXPECT_EQ(run({.program = "true", .environment = {{"A=B", "c"}}}).end, HelperEnd::not_started);
  EXPECT_EQ(run({.program = "true", .environment = {{"A", nul}}}).end, HelperEnd::not_started);
}

TEST_F(ProcessTest, AFileBeingWrittenIsNotStarted) {
  const std::string program = folder_.file("busy");
  std::filesystem::copy_file("/bin/true", program);
  const int writer = ::open(program.c_str(), O_WRONLY | O_CLOEXEC);
  ASSERT_GE(writer, 0);
  const HelperResult result = run({.program = program});
  ::close(writer);
  EXPECT_EQ(result.end, HelperEnd::not_started);
  EXPECT_THAT(result.detail, HasSubstr("the file is being written"));
  EXPECT_EQ(run({.program = program}).end, HelperEnd::exited);
}

TEST_F(ProcessTest, WithoutFreeDescriptorsNothingIsStartedAndNothingLeaks) {
  run({.program = "/bin/true"});  // the loop has opened its own
  const std::set<std::string> open_before = descriptors();
  rlimit before{};
  ::getrlimit(RLIMIT_NOFILE, &before);
  const rlimit low{100, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &low), 0);
  std::vector<Fd> fill;  // every number below the limit
  for (int fd = 0; (fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0;) fill.emplace_back(fd);
  std::vector<HelperResult> results;
  for (int spare = 0; spare <= 4; ++spare) {
    results.push_back(run({.program = "/bin/true"}));
    fill.pop_back();
  }
  ::setrlimit(RLIMIT_NOFILE, &before);
  fill.clear();
  for (int spare = 0; spare < 4; ++spare) {  // two pipes need four
    EXPECT_EQ(results[spare].end, HelperEnd::not_started) << spare;
    EXPECT_THAT(results[spare].detail, HasSubstr("Too many open files")) << spare;
  }
  EXPECT_EQ(results[4].end, HelperEnd::exited);
  EXPECT_EQ(descriptors(), open_before);
}

TEST_F(ProcessTest, HundredsOfHelpersLeaveNoDescriptorAndNoZombie) {
  run({.program = "/bin/true"});
  const auto before = descriptors();
  int good = 0;
  for (int i = 0; i < 400; ++i) {
    begin(shell("echo $$"), "check-" + std::to_string(i), 60s, [&](const HelperResult& result) {
      good += result.end == HelperEnd::exited && !result.out.empty() ? 1 : 0;
    });
  }
  work_until([&] { return running_ == 0; });
  EXPECT_EQ(good, 400);
  EXPECT_EQ(descriptors(), before);
  EXPECT_TRUE(no_children());
}

TEST_F(ProcessTest, ExitStatusesSurviveAnIgnoredSigchld) {
  const auto before = ::signal(SIGCHLD, SIG_IGN);
  const HelperResult result = run(shell("exit 7"));
  ::signal(SIGCHLD, before);
  EXPECT_EQ(result.end, HelperEnd::exited);
  EXPECT_EQ(result.code, 7);
}

}  // namespace
}  // namespace ght::io
