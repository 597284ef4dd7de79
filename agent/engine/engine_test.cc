#include "agent/engine/engine.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "agent/core/reasons.h"
#include "agent/engine/engine_test_support.h"

namespace ght::test {
namespace {

using namespace std::chrono_literals;

RunHelper echo(const char* word) {
  return {.program = "/bin/echo", .arguments = {word}, .environment = {}};
}

Result<Plan> plan(const Settings& settings, const Evidence& so_far, const Memory&) {
  const std::string& mode = settings.get<std::string>("mode");
  if (mode == "plan_error") return Error{"settings.mode", "is no good"};
  if (mode == "endless") return Plan{echo("again")};
  if (mode == "two_rounds" && so_far.size() < 2) return Plan{echo(so_far.empty() ? "1" : "2")};
  if (mode == "hang" && so_far.empty()) {
    return Plan{RunHelper{.program = "/bin/sleep", .arguments = {"1000"}, .environment = {}}};
  }
  return Plan{};
}

Observation interpret(const Settings& settings, const Evidence& evidence, const Memory& before,
                      WallTime) {
  const std::string& mode = settings.get<std::string>("mode");
  if (mode == "throws") throw std::runtime_error("a library did");
  Observation seen;
  seen.verdict = mode == "bad" ? Verdict::bad : mode == "hang" ? Verdict::unknown : Verdict::good;
  seen.reason.code = "scripted";
  for (const StepResult& result : evidence) {
    seen.memory.json += std::get<HelperResult>(result).out.substr(0, 1);
  }
  if (mode == "remember") seen.memory.json = before.json + "x";
  return seen;
}

TEST(Engine, RunsChecksAndAccountsForThem) {
  Bench bench({scripted("a", "good"), scripted("b", "bad")});
  ASSERT_TRUE(bench.until([&] { return bench.check("b").state == State::bad; }));
  ASSERT_TRUE(bench.until([&] { return bench.check("a").state == State::good; }));
  EXPECT_TRUE(bench.engine().ready());
  ASSERT_TRUE(bench.until([&] {
    const auto times = bench.check("a").accounted;
    return times && (*times)[State::good] > 0ms;
  }));
  EXPECT_GT(bench.check("a").runs[static_cast<std::size_t>(RunEnd::ok)], 0U);
}

TEST(Engine, AsksInRoundsAndKeepsTheMemory) {
  Bench bench({scripted("rounds", "two_rounds"), scripted("memory", "remember")});
  const auto memory = [&](const char* name) {
    const CheckView view = bench.check(name);
    return view.last == nullptr ? "" : view.last->memory.json;
  };
  EXPECT_TRUE(bench.until([&] { return memory("rounds") == "12"; }));
  EXPECT_TRUE(bench.until([&] { return memory("memory").size() >= 3; }));
}

TEST(Engine, WhateverACollectorDoesIsUnknownWithAReason) {
  Bench bench({scripted("endless", "endless"), scripted("error", "plan_error"),
               scripted("throws", "throws")});
  for (const char* name : {"endless", "error", "throws"}) {
    ASSERT_TRUE(bench.until([&] { return bench.check(name).last != nullptr; })) << name;
    EXPECT_EQ(bench.check(name).state, State::unknown) << name;
    EXPECT_EQ(bench.check(name).reason.code, reasons::collector_error) << name;
    EXPECT_GT(bench.check(name).runs[static_cast<std::size_t>(RunEnd::error)], 0U) << name;
  }
}

TEST(Engine, TheSameTroubleIsOneFailureWithItsRunsCounted) {
  Bench bench({scripted("down", "bad"), scripted("up", "good")});
  ASSERT_TRUE(bench.until([&] { return bench.check("down").runs[0] >= 3; }));
  const Failures failures = *bench.check("down").failures;
  ASSERT_EQ(failures.size(), 1U);
  EXPECT_GE(failures[0].runs, 3U);
  EXPECT_LT(failures[0].first, failures[0].last);
  EXPECT_EQ(failures[0].verdict, Verdict::bad);
  EXPECT_FALSE(failures[0].reason.code.empty());
  EXPECT_EQ(failures[0].transcript, "") << "no step was taken";
  EXPECT_TRUE(bench.check("up").failures->empty());
}

TEST(Engine, AHungHelperSkipsItsOwnRunsOnly) {
  Check hung = scripted("hung", "hang");
  hung.timeout = 500ms;
  Bench bench({hung, scripted("other", "good")});
  const auto runs = [&](const char* name, RunEnd end) {
    return bench.check(name).runs[static_cast<std::size_t>(end)];
  };
  ASSERT_TRUE(bench.until([&] { return runs("hung", RunEnd::timeout) >= 1; }));
  EXPECT_GE(runs("hung", RunEnd::skipped), 1U);
  EXPECT_EQ(runs("other", RunEnd::skipped), 0U);
  EXPECT_EQ(bench.check("hung").state, State::unknown);
}

TEST(Engine, AReloadKeepsWhatIsUnchangedAndForgetsWhatIsNot) {
  Bench bench({scripted("same", "good"), scripted("changed", "good"), scripted("gone", "good")});
  for (const char* name : {"same", "changed", "gone"}) {
    ASSERT_TRUE(bench.until([&] { return bench.check(name).state == State::good; })) << name;
  }
  const auto runs = bench.check("same").runs;
  const WallTime since = bench.check("same").state_since;
  bench.engine().reload(Bench::config({scripted("changed", "bad"), scripted("same", "good")}));
  EXPECT_EQ(bench.check("same").runs, runs);
  EXPECT_EQ(bench.check("same").state_since, since);
  EXPECT_NE(bench.check("same").last, nullptr);
  EXPECT_EQ(bench.check("changed").state, State::unknown);
  EXPECT_EQ(bench.check("changed").last, nullptr);
  EXPECT_EQ(bench.check("gone").check, nullptr);
  EXPECT_EQ(bench.engine().view(ViewDetail::everything).checks.front().check->name, "changed");
  EXPECT_TRUE(bench.until([&] { return bench.check("changed").state == State::bad; }));
}

TEST(Engine, ARefusedReloadOnlyShows) {
  Bench bench({scripted("a", "good")});
  ASSERT_TRUE(bench.until([&] { return bench.check("a").state == State::good; }));
  const auto before = bench.engine().generation();
  bench.engine().reload_refused("agent.json:3: no");
  EXPECT_GT(bench.engine().generation(), before);
  EXPECT_FALSE(bench.engine().view(ViewDetail::everything).reload_ok);
  EXPECT_EQ(bench.engine().view(ViewDetail::everything).reload_error, "agent.json:3: no");
  EXPECT_EQ(bench.check("a").state, State::good);
}

TEST(Engine, ABrokenDiskStopsNothingAndLosesNothing) {
  auto disk = std::make_shared<MemoryStorage::Disk>();
  disk->broken = true;
  Bench bench({scripted("a", "good")}, disk);
  ASSERT_TRUE(bench.until([&] { return bench.check("a").state == State::good; }));
  EXPECT_FALSE(bench.engine().view(ViewDetail::everything).ledger_healthy);
  EXPECT_EQ(bench.check("a").accounted, std::nullopt);
  EXPECT_TRUE(bench.engine().ready());
  disk->broken = false;
  ASSERT_TRUE(
      bench.until([&] { return bench.engine().view(ViewDetail::everything).ledger_healthy; }));
  ASSERT_TRUE(bench.until([&] {
    const auto times = bench.check("a").accounted;
    return times && (*times)[State::good] > 0ms;
  }));
}

TEST(Engine, WhatIsOldAndStaysKeepsNothingFromBeingWritten) {
  auto disk = std::make_shared<MemoryStorage::Disk>();
  disk->keeps_old = true;
  Bench bench({scripted("a", "good")}, disk);
  ASSERT_TRUE(bench.until([&] { return disk->prunes > 0 && disk->commits > 2; }));
  const View view = bench.engine().view(ViewDetail::everything);
  EXPECT_FALSE(view.ledger_healthy);
  EXPECT_NE(view.ledger_error.find("older than the retention"), std::string::npos)
      << view.ledger_error;
  EXPECT_EQ(disk->prunes, 1) << "once a day";
}

TEST(Engine, AHungDiskStopsNeitherCollectionNorTheEnd) {
  auto disk = std::make_shared<MemoryStorage::Disk>();
  disk->hangs = true;
  Bench bench({scripted("a", "good")}, disk);
  ASSERT_TRUE(bench.until([&] { return bench.check("a").state == State::good; }));
  EXPECT_FALSE(bench.engine().view(ViewDetail::everything).ledger_healthy);
  bench.stop();
  EXPECT_FALSE(bench.disk_answered());
}

TEST(Engine, WritesItsLastWordsWhenStopped) {
  auto disk = std::make_shared<MemoryStorage::Disk>();
  {
    Bench bench({scripted("a", "good", 1h)}, disk);
    ASSERT_TRUE(bench.until([&] { return bench.check("a").state == State::good; }));
    bench.stop();
    EXPECT_TRUE(bench.disk_answered());
  }
  ASSERT_EQ(disk->stored.checks.size(), 1U);
  EXPECT_EQ(disk->stored.checks[0].open.state, State::good);
  EXPECT_TRUE(disk->stored.heartbeat.has_value());
}

}  // namespace

constexpr Collector scripted_collector = {.name = "scripted",
                                          .summary = "does what its setting says",
                                          .families = {},
                                          .settings = {},
                                          .reasons = {},
                                          .plan = plan,
                                          .interpret = interpret};

}  // namespace ght::test
