#include "agent/schedule/schedule.h"

#include <gtest/gtest.h>

#include <map>

namespace ght {
namespace {

using namespace std::chrono_literals;

const MonoTime start = MonoTime(1000h);

// Runs the schedule from slot to slot until `end`; every flight lands at once.
std::map<std::string, std::vector<MonoTime>> run(Schedule& schedule, MonoTime end) {
  std::map<std::string, std::vector<MonoTime>> starts;
  std::vector<std::string> skipped;
  while (schedule.next_due() && *schedule.next_due() <= end) {
    const MonoTime now = *schedule.next_due();
    for (const std::string& name : schedule.take_due(now, skipped)) {
      starts[name].push_back(now);
      schedule.landed(name);
    }
  }
  EXPECT_TRUE(skipped.empty());
  return starts;
}

TEST(Schedule, StartsEarlyThenKeepsItsIntervalExactly) {
  Schedule schedule("host");
  schedule.set_tasks({{"fast", 2s}, {"slow", 1h}}, start);
  const auto starts = run(schedule, start + 10h);
  EXPECT_LE(starts.at("fast").front(), start + 2s);
  EXPECT_LE(starts.at("slow").front(), start + 10s);
  EXPECT_GE(starts.at("slow").size(), 9U);
  for (std::size_t i = 2; i < starts.at("slow").size(); ++i) {
    EXPECT_EQ(starts.at("slow")[i] - starts.at("slow")[i - 1], 1h);
  }
  const Duration first_gap = starts.at("slow")[1] - starts.at("slow")[0];
  EXPECT_GE(first_gap, 30min);
  EXPECT_LE(first_gap, 90min);
}

TEST(Schedule, SpreadsManyChecksEvenly) {
  Schedule schedule("host");
  std::vector<Schedule::Task> tasks;
  for (int i = 0; i < 1000; ++i) tasks.push_back({"check-" + std::to_string(i), 10s});
  schedule.set_tasks(tasks, start);
  std::map<std::int64_t, int> per_second;
  for (const auto& [name, times] : run(schedule, start + 100s)) {
    ++per_second[times.back().time_since_epoch() / 1s % 10];
  }
  EXPECT_EQ(per_second.size(), 10U);
  for (const auto& [second, count] : per_second) EXPECT_NEAR(count, 100, 40) << second;
}

TEST(Schedule, TwoHostsDoNotBeatInTime) {
  EXPECT_NE(spread_hash("srv-a", "dpi"), spread_hash("srv-b", "dpi"));
  EXPECT_NE(spread_hash("a", "bc"), spread_hash("ab", "c"));
}

TEST(Schedule, SkipsAndCountsAnOverrunNeverDoubles) {
  Schedule schedule("host");
  schedule.set_tasks({{"c", 10s}}, start);
  std::vector<std::string> skipped;
  ASSERT_EQ(schedule.take_due(*schedule.next_due(), skipped), std::vector<std::string>{"c"});
  EXPECT_TRUE(schedule.take_due(*schedule.next_due(), skipped).empty());
  EXPECT_TRUE(schedule.take_due(*schedule.next_due(), skipped).empty());
  EXPECT_EQ(skipped, (std::vector<std::string>{"c", "c"}));
  schedule.landed("c");
  EXPECT_EQ(schedule.take_due(*schedule.next_due(), skipped), std::vector<std::string>{"c"});
}

TEST(Schedule, DoesNotCatchUpAfterASuspension) {
  Schedule schedule("host");
  schedule.set_tasks({{"c", 10s}}, start);
  std::vector<std::string> skipped;
  const MonoTime late = start + 5h;
  EXPECT_EQ(schedule.take_due(late, skipped).size(), 1U);
  schedule.landed("c");
  EXPECT_TRUE(schedule.take_due(late, skipped).empty());
  EXPECT_GE(*schedule.next_due(), late + 5s);
  EXPECT_TRUE(skipped.empty());
}

TEST(Schedule, AReloadKeepsWhatDidNotChange) {
  Schedule schedule("host");
  schedule.set_tasks({{"same", 1h}, {"changed", 1h}, {"gone", 1h}}, start);
  run(schedule, start + 1min);
  Schedule untouched = schedule;
  std::vector<std::string> skipped;
  schedule.set_tasks({{"same", 1h}, {"changed", 2h}, {"new", 1h}}, start + 2min);
  const auto starts = run(schedule, start + 3min);
  EXPECT_EQ(starts.count("same"), 0U);
  EXPECT_EQ(starts.count("changed"), 1U);
  EXPECT_EQ(starts.count("new"), 1U);
  EXPECT_EQ(starts.count("gone"), 0U);
  EXPECT_EQ(run(schedule, start + 3h).at("same"), run(untouched, start + 3h).at("same"));
}

TEST(Schedule, AFlightSurvivesAReloadAsAFlight) {
  Schedule schedule("host");
  schedule.set_tasks({{"c", 10s}}, start);
  std::vector<std::string> skipped;
  ASSERT_EQ(schedule.take_due(*schedule.next_due(), skipped).size(), 1U);
  schedule.set_tasks({{"c", 20s}}, start + 10s);
  EXPECT_TRUE(schedule.take_due(*schedule.next_due(), skipped).empty());
  EXPECT_EQ(skipped.size(), 1U);
  schedule.landed("never heard of");
}

TEST(Schedule, NothingIsDueWithoutTasks) {
  Schedule schedule("host");
  EXPECT_EQ(schedule.next_due(), std::nullopt);
}

}  // namespace
}  // namespace ght
