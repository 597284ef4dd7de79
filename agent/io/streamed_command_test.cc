#include "agent/io/streamed_command.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <fstream>
#include <optional>
#include <string>

#include "agent/io/clock.h"
#include "tests/support/files.h"
#include "tests/support/poll.h"

namespace ght::io {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// The process's signals as they were before a test made its Interrupts.
class StreamedCommand : public testing::Test {
 protected:
  StreamedCommand() {
    ::sigprocmask(SIG_BLOCK, nullptr, &mask_);
    ::sigaction(SIGPIPE, nullptr, &pipe_);
    interrupts_.emplace();
    EXPECT_EQ(::mkfifo(folder_.file("never").c_str(), 0600), 0);
    forever_ = "cat " + folder_.file("never");
  }
  ~StreamedCommand() override {
    interrupts_.reset();
    ::sigaction(SIGPIPE, &pipe_, nullptr);
    ::sigprocmask(SIG_SETMASK, &mask_, nullptr);
    EXPECT_TRUE(::waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD);
  }

  static RunHelper shell(const std::string& text) {
    return {.program = "sh", .arguments = {"-c", text}};
  }

  HelperResult run(const RunHelper& step, Duration time = 60s) {
    return run_kept(step, options_, *interrupts_, mono_now() + time);
  }

  // A zombie that its new parent has not reaped yet is dead.
  bool dead(const std::string& file) {
    std::ifstream in(folder_.file(file));
    pid_t pid = 0;
    EXPECT_TRUE(in >> pid);
    return test::eventually([&] {
      std::ifstream status("/proc/" + std::to_string(pid) + "/status");
      std::string line;
      while (std::getline(status, line) && !line.starts_with("State:")) {
      }
      return line.empty() || line.contains("Z (zombie)") || line.contains("X (dead)");
    });
  }

  test::TempDir folder_;
  std::string forever_;  // a command that reads what nobody writes
  HelperOptions options_;
  std::optional<Interrupts> interrupts_;
  sigset_t mask_{};
  struct sigaction pipe_{};
};

TEST_F(StreamedCommand, GivesOutputErrorsAndHowItEnded) {
  const HelperResult result = run(shell("echo answer; echo trouble >&2; exit 3"));
  EXPECT_EQ(result.end, HelperEnd::exited);
  EXPECT_EQ(result.code, 3);
  EXPECT_EQ(result.out, "answer\n");
  EXPECT_EQ(result.err, "trouble\n");
  const HelperResult killed = run(shell("kill -SEGV $$"));
  EXPECT_EQ(killed.end, HelperEnd::signalled);
  EXPECT_EQ(killed.code, SIGSEGV);
}

TEST_F(StreamedCommand, StandsWhereItIsToldWithNothingOfOurs) {
  options_.working_directory = folder_.path().string();
  const HelperResult result = run(shell("pwd; cat; env | sort"));
  EXPECT_EQ(result.out, folder_.path().string() +
                            "\nLC_ALL=C\nPATH=/usr/sbin:/usr/bin:/sbin:/bin\nPWD=" +
                            folder_.path().string() + "\n");
}

TEST_F(StreamedCommand, SaysWhatIsMissing) {
  const HelperResult result = run({.program = "no-such-program"});
  EXPECT_EQ(result.end, HelperEnd::not_started);
  EXPECT_THAT(result.detail, HasSubstr("no-such-program: not found in"));
}

TEST_F(StreamedCommand, KillsAtTheDeadlineWhateverItStarted) {
  const std::string file = folder_.file("pid");
  const MonoTime began = mono_now();
  const HelperResult result =
      run(shell("trap '' TERM; " + forever_ + " & echo $! >" + file + "; wait"), 300ms);
  EXPECT_EQ(result.end, HelperEnd::timed_out);
  EXPECT_LT(mono_now() - began, 5s);
  EXPECT_TRUE(dead("pid"));
}

TEST_F(StreamedCommand, WaitsForNoGrandchildThatHoldsItsOutput) {
  const std::string file = folder_.file("pid");
  const HelperResult result = run(shell(forever_ + " & echo $! >" + file + "; echo done; exit 0"));
  EXPECT_EQ(result.end, HelperEnd::exited);
  EXPECT_EQ(result.out, "done\n");
  EXPECT_TRUE(dead("pid"));
}

TEST_F(StreamedCommand, EndsWhatSaysTooMuch) {
  RunHelper endless = {.program = "cat", .arguments = {"/dev/zero"}};
  endless.max_output = 1000;
  const HelperResult result = run(endless);
  EXPECT_EQ(result.end, HelperEnd::output_limit);
  EXPECT_LT(result.out.size(), 1000U + (64U << 10));
  EXPECT_EQ(run(shell("cat /dev/zero >&2")).end, HelperEnd::output_limit);
}

TEST_F(StreamedCommand, HandsOnMoreThanItEverKeeps) {
  std::size_t seen = 0;
  const HelperResult result =
      run_streamed({.program = "head", .arguments = {"-c", "50M", "/dev/zero"}}, options_,
                   *interrupts_, mono_now() + 60s, [&](std::string_view piece) {
                     seen += piece.size();
                     return true;
                   });
  EXPECT_EQ(result.end, HelperEnd::exited);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(seen, 50U << 20);
}

TEST_F(StreamedCommand, AnInterruptEndsItAndStays) {
  const std::string file = folder_.file("pid");
  const auto text =
      "echo $$ >" + file + "; kill -TERM " + std::to_string(::getpid()) + "; exec " + forever_;
  const HelperResult result = run(shell(text));
  EXPECT_EQ(result.end, HelperEnd::signalled);
  EXPECT_EQ(result.code, SIGTERM);
  EXPECT_TRUE(dead("pid"));
  EXPECT_EQ(interrupts_->caught(), SIGTERM);
  EXPECT_EQ(run(shell("exit 0")).end, HelperEnd::signalled);
  sigset_t term;
  sigemptyset(&term);
  sigaddset(&term, SIGTERM);
  EXPECT_EQ(::sigwaitinfo(&term, nullptr), SIGTERM);  // it must not reach the next test
}

TEST_F(StreamedCommand, DiesWithUs) {
  const std::string file = folder_.file("pid");
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    run(shell("echo $$ >" + file + "; mv " + file + " " + file + ".whole; exec " + forever_));
    ::_exit(0);
  }
  EXPECT_TRUE(test::eventually([&] { return std::ifstream(file + ".whole").good(); }));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_TRUE(dead("pid.whole"));
}

}  // namespace
}  // namespace ght::io
