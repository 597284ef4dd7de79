// Helpers that misbehave.
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/stat.h>

#include "agent/io/process.h"
#include "agent/io/process_test_support.h"

namespace ght::io {
namespace {

using namespace std::chrono_literals;
using test::eventually;
using testing::HasSubstr;

class ProcessFaults : public ProcessTest {};

TEST_F(ProcessFaults, DeadlineKillsWhatIgnoresSigterm) {
  const HelperResult result = run(shell("trap '' TERM HUP INT; echo $$; sleep 60; sleep 60"), 1s);
  EXPECT_EQ(result.end, HelperEnd::timed_out);
  EXPECT_GE(result.elapsed, 1s);
  EXPECT_LT(result.elapsed, 5s);
  EXPECT_FALSE(alive(std::stoi(result.out)));
}

TEST_F(ProcessFaults, DeadlineKillsAllThatItForked) {
  const std::string list = folder_.file("pids");
  const HelperResult result =
      run(shell("for i in 1 2 3 4 5 6 7 8 9 10; do sleep 60 & echo $! >> " + list +
                "; (sleep 60; true) & echo $! >> " + list + "; done; echo ready; wait"),
          4s);  // twenty forks on a busy machine
  EXPECT_EQ(result.end, HelperEnd::timed_out);
  EXPECT_EQ(result.out, "ready\n");
  EXPECT_EQ(pids("pids").size(), 20U);
  EXPECT_TRUE(eventually([&] { return all_dead(pids("pids")); }));
}

TEST_F(ProcessFaults, DeadlineReachesAGroupOfItsOwnInTheSession) {
  // As restic does with its ssh.
  const RunHelper step = {.program = "/bin/bash",
                          .arguments = {"-c", "set -m; sleep 60 & echo $!; wait"}};
  const HelperResult result = run(step, 1s);
  EXPECT_EQ(result.end, HelperEnd::timed_out);
  const pid_t grandchild = std::stoi(result.out);
  EXPECT_TRUE(eventually([&] { return !alive(grandchild); }));
}

TEST_F(ProcessFaults, AGrandchildWithThePipeHoldsUpNobody) {
  const HelperResult result = run(shell("sleep 60 & echo $!; exit 4"));
  EXPECT_EQ(result.end, HelperEnd::exited);
  EXPECT_EQ(result.code, 4);
  EXPECT_LT(result.elapsed, 5s);
  const pid_t grandchild = std::stoi(result.out);
  EXPECT_TRUE(eventually([&] { return !alive(grandchild); }));
}

TEST_F(ProcessFaults, ADaemonWithThePipeHoldsUpNobody) {
  const std::string list = folder_.file("pids");
  const HelperResult result =
      run(shell("setsid sh -c 'echo $$ > " + list + "; exec sleep 60' & while [ ! -s " + list +
                " ]; do :; done; echo done"));
  EXPECT_EQ(result.end, HelperEnd::exited);
  EXPECT_EQ(result.out, "done\n");
  EXPECT_LT(result.elapsed, 5s);
  ASSERT_EQ(pids("pids").size(), 1U);
  EXPECT_EQ(::kill(pids("pids").front(), SIGKILL), 0) << "out of the runner's reach, by contract";
}

TEST_F(ProcessFaults, WhatItLeavesInItsGroupEndsWithIt) {
  const HelperResult result = run(shell("sleep 60 >/dev/null 2>&1 & echo $!"));
  EXPECT_EQ(result.end, HelperEnd::exited);
  const pid_t left = std::stoi(result.out);
  EXPECT_TRUE(eventually([&] { return !alive(left); }));
}

TEST_F(ProcessFaults, EndlessOutputIsCutAtTheLimit) {
  RunHelper step = {.program = "yes", .max_output = 100'000};
  const HelperResult result = run(step);
  EXPECT_EQ(result.end, HelperEnd::output_limit);
  EXPECT_EQ(result.out.size(), 100'000U);
  const HelperResult gigabyte = run(shell("head -c 1G /dev/zero"));
  EXPECT_EQ(gigabyte.end, HelperEnd::output_limit);
  EXPECT_EQ(gigabyte.out.size(), limits::helper_output);
}

TEST_F(ProcessFaults, EndlessErrorsAreCutAtTheLimit) {
  const HelperResult result = run(shell("echo fine; yes trouble >&2"));
  EXPECT_EQ(result.end, HelperEnd::output_limit);
  EXPECT_EQ(result.err.size(), limits::helper_error_output);
  EXPECT_THAT(result.err, HasSubstr("trouble\ntrouble"));
}

TEST_F(ProcessFaults, ExactlyTheLimitIsRead) {
  for (const bool grandchild : {false, true}) {
    const std::string tail = grandchild ? "sleep 60 & exit 0" : "exit 0";
    RunHelper step = shell("head -c 300000 /dev/zero; " + tail);
    step.max_output = 300'000;
    const HelperResult whole = run(step);
    EXPECT_EQ(whole.end, HelperEnd::exited);
    EXPECT_EQ(whole.out.size(), 300'000U);
    step.max_output = 299'999;
    EXPECT_EQ(run(step).end, HelperEnd::output_limit);
  }
  const HelperResult large = run(shell("head -c 4194304 /dev/zero"));
  EXPECT_EQ(large.end, HelperEnd::exited);
  EXPECT_EQ(large.out.size(), limits::helper_output);
}

TEST_F(ProcessFaults, ClosedOutputDoesNotMeanTheEnd) {
  const HelperResult result = run(shell("exec >&- 2>&-; sleep 60"), 300ms);
  EXPECT_EQ(result.end, HelperEnd::timed_out);
}

TEST_F(ProcessFaults, DeathBeforeTheDeadlineCountsThoughTheLoopWasHeldUp) {
  const std::string gate = folder_.file("gate");
  ASSERT_EQ(::mkfifo(gate.c_str(), 0600), 0);
  std::optional<HelperResult> got;
  const MonoTime deadline = mono_now() + 300ms;
  begin(shell("read word < " + gate + "; echo in time"), "check", 300ms,
        [&](const HelperResult& result) { got = result; });
  io_.poll();
  std::ofstream(gate) << "go\n";
  siginfo_t info{};
  ASSERT_TRUE(eventually([&] {  // the loop stands still meanwhile
    return ::waitid(P_ALL, 0, &info, WEXITED | WNOWAIT | WNOHANG) == 0 && info.si_pid != 0 &&
           mono_now() > deadline + 50ms;
  }));
  work_until([&] { return got.has_value(); });
  EXPECT_EQ(got->end, HelperEnd::exited);
  EXPECT_EQ(got->out, "in time\n");
}

TEST_F(ProcessFaults, PlacesAreGivenInOrder) {
  options_.at_once = 1;
  const std::string order = folder_.file("order");
  for (const char* name : {"1", "2", "3", "4", "5"}) {
    begin(shell(std::string("echo ") + name + " >> " + order), name, 60s, [](const auto&) {});
  }
  work_until([&] { return running_ == 0; });
  EXPECT_EQ(pids("order"), (std::vector<pid_t>{1, 2, 3, 4, 5}));
}

TEST_F(ProcessFaults, WaitingForAPlaceCountsAgainstTheDeadline) {
  options_.at_once = 1;
  std::optional<HelperResult> waited;
  begin(shell("sleep 60"), "slow", 700ms, [](const auto&) {});
  begin(shell("echo ran > " + folder_.file("ran")), "late", 100ms,
        [&](const HelperResult& result) { waited = result; });
  work_until([&] { return waited.has_value(); });
  EXPECT_EQ(waited->end, HelperEnd::timed_out);
  EXPECT_THAT(waited->detail, HasSubstr("no free place among 1"));
  EXPECT_EQ(running_, 1) << "it gave up while the first still ran";
  EXPECT_EQ(run(shell("echo after")).out, "after\n") << "the queue goes on";
  EXPECT_FALSE(std::filesystem::exists(folder_.file("ran")));
}

TEST_F(ProcessFaults, WhatCannotBeKilledIsQuarantinedAndHarmsNobodyElse) {
  options_.at_once = 1;
  options_.kill_signal = SIGTERM;  // pending, without effect, while the process is stopped
  options_.reap_grace = 100ms;
  const HelperResult stuck = run(shell("echo $$; kill -STOP $$; sleep 60"), 1s, "nfs");
  EXPECT_EQ(stuck.end, HelperEnd::stuck);
  const pid_t pid = std::stoi(stuck.out);
  EXPECT_EQ(runner().quarantined(), std::vector<pid_t>{pid});

  const HelperResult again = run(shell("echo never"), 60s, "nfs");
  EXPECT_EQ(again.end, HelperEnd::stuck);
  EXPECT_EQ(again.out, "");
  EXPECT_THAT(again.detail, HasSubstr("still stuck"));
  EXPECT_EQ(run(shell("echo fine"), 60s, "other").out, "fine\n") << "its place was given back";
  EXPECT_TRUE(alive(pid));

  ::kill(pid, SIGCONT);
  work_until([&] { return runner().quarantined().empty(); });
  EXPECT_TRUE(no_children()) << "reaped";
  EXPECT_EQ(run(shell("echo back"), 60s, "nfs").out, "back\n");
}

TEST_F(ProcessFaults, KillAllEndsTheRunningAndStartsNoMore) {
  options_.at_once = 2;
  std::vector<HelperResult> ends;
  for (const char* owner : {"a", "b", "c"}) {
    begin(shell("echo $$ >> " + folder_.file("pids") + "; sleep 60"), owner, 60s,
          [&](const HelperResult& result) { ends.push_back(result); });
  }
  work_until([&] { return pids("pids").size() == 2; });
  runner().kill_all();
  work_until([&] { return running_ == 0; });
  ASSERT_EQ(ends.size(), 3U);
  EXPECT_EQ(ends[0].end, HelperEnd::not_started);
  EXPECT_THAT(ends[0].detail, HasSubstr("the agent is stopping"));
  EXPECT_EQ(ends[1].end, HelperEnd::signalled);
  EXPECT_EQ(ends[1].code, SIGKILL);
  EXPECT_EQ(ends[2].end, HelperEnd::signalled);
  EXPECT_TRUE(all_dead(pids("pids")));
  EXPECT_EQ(run(shell("true")).end, HelperEnd::not_started);
}

TEST_F(ProcessFaults, TheDestructorLeavesNothingBehind) {
  options_.kill_signal = SIGTERM;
  options_.reap_grace = 2s;  // also how long the destructor waits for the deaths
  const HelperResult stuck = run(shell("echo $$; kill -STOP $$"), 1s, "stuck");
  ASSERT_EQ(stuck.end, HelperEnd::stuck);
  begin(shell("trap '' TERM; echo $$ >> " + folder_.file("pids") + "; while :; do sleep 1; done"),
        "busy", 60s, [](const auto&) {});
  work_until([&] { return pids("pids").size() == 1; });
  runner_.reset();
  EXPECT_FALSE(alive(std::stoi(stuck.out)));
  EXPECT_TRUE(all_dead(pids("pids")));
  EXPECT_TRUE(no_children());
  work_until([&] { return running_ == 0; });
}

}  // namespace
}  // namespace ght::io
