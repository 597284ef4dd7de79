#include "agent/ledger/ledger.h"

#include <gtest/gtest.h>

#include <numeric>

#include "agent/ledger/ledger_test_support.h"

namespace ght {
namespace {

using namespace std::chrono_literals;

const WallTime zero = wall_from_unix_ms(1'790'000'000'000);
const AccountPolicy policy{.stale_after = 35s, .confirm_bad = 1};

using test::Disk;
using test::write;

// A check of these terms.
Ledger::CheckPolicy check(const std::string& name, const AccountPolicy& account = policy) {
  Terms terms;
  terms.title = name;
  terms.stale_after = account.stale_after;
  terms.confirm_bad = account.confirm_bad;
  return {.name = name, .policy = account, .terms = std::move(terms)};
}

// A ledger as after a start at `now` on what the disk holds.
Ledger started(const Disk& disk, WallTime now, const std::vector<Ledger::CheckPolicy>& checks) {
  Ledger ledger(BootInfo{.id = "boot-1", .at = zero - 1h});
  EXPECT_TRUE(ledger.restore(disk.stored).empty());
  ledger.configure(checks, now);
  return ledger;
}

WallDuration sum(const StateTimes& times) {
  return std::accumulate(times.each.begin(), times.each.end(), WallDuration(0));
}

TEST(Ledger, ExposesOnlyWhatIsDurable) {
  Disk disk;
  Ledger ledger = started(disk, zero, {check("a")});
  ledger.observe("a", Verdict::good, "fine", zero + 1s);
  ledger.advance(zero + 9s);
  EXPECT_EQ(ledger.durable("a"), StateTimes{});
  const Batch batch = ledger.take_batch(zero + 10s);
  EXPECT_EQ(ledger.durable("a"), StateTimes{});
  ledger.committed(disk.commit(batch));
  EXPECT_EQ((*ledger.durable("a"))[State::good], 9s);
  EXPECT_EQ((*ledger.durable("a"))[State::unknown], 1s);
  ledger.advance(zero + 15s);
  EXPECT_EQ((*ledger.durable("a"))[State::good], 9s);
}

TEST(Ledger, ARestartCountsTheGapAsUnknownAndNothingTwice) {
  Disk disk;
  Ledger first = started(disk, zero, {check("a")});
  first.observe("a", Verdict::good, "fine", zero);
  write(first, disk, zero + 10s);
  first.observe("a", Verdict::good, "fine", zero + 15s);  // lost with the crash

  Ledger second = started(disk, zero + 60s, {check("a")});
  EXPECT_EQ((*second.durable("a"))[State::good], 10s);
  EXPECT_EQ(second.standing("a").state, State::unknown);
  EXPECT_EQ(second.standing("a").reason, "never_run");
  second.advance(zero + 61s);
  EXPECT_EQ(second.standing("a").since, zero + 10s) << "unknown since the last heartbeat";
  second.observe("a", Verdict::bad, "http_status", zero + 61s);
  write(second, disk, zero + 70s);
  const StateTimes times = *second.durable("a");
  EXPECT_EQ(times[State::good], 10s);
  EXPECT_EQ(times[State::unknown], 51s);
  EXPECT_EQ(times[State::bad], 9s);
  EXPECT_EQ(sum(times), 70s);
  const std::vector<Segment> closed = disk.intervals("a");
  ASSERT_EQ(closed.size(), 3U);
  EXPECT_EQ(closed[1], (Segment{.state = State::unknown,
                                .observed = Verdict::unknown,
                                .from = zero + 10s,
                                .to = zero + 60s,
                                .reason = "agent_stopped"}));
}

TEST(Ledger, WithheldTimeIsNotDurableAndNotLost) {
  Disk disk;
  const AccountPolicy twice{.stale_after = 35s, .confirm_bad = 2};
  Ledger first = started(disk, zero, {check("a", twice)});
  first.observe("a", Verdict::good, "fine", zero);
  first.observe("a", Verdict::bad, "down", zero + 10s);
  write(first, disk, zero + 20s);
  EXPECT_EQ(sum(*first.durable("a")), 10s);
  // Confirmed: bad from the first of the two.
  first.observe("a", Verdict::bad, "down", zero + 25s);
  write(first, disk, zero + 30s);
  EXPECT_EQ((*first.durable("a"))[State::bad], 20s);

  // Killed while withheld: after the restart the withheld time is unknown, and counted once.
  Disk other;
  Ledger killed = started(other, zero, {check("a", twice)});
  killed.observe("a", Verdict::good, "fine", zero);
  killed.observe("a", Verdict::bad, "down", zero + 10s);
  write(killed, other, zero + 20s);
  Ledger again = started(other, zero + 30s, {check("a", twice)});
  write(again, other, zero + 40s);
  EXPECT_EQ((*again.durable("a"))[State::good], 10s);
  EXPECT_EQ((*again.durable("a"))[State::unknown], 30s);
}

TEST(Ledger, AFailedWriteLosesNothing) {
  Disk disk;
  Ledger ledger = started(disk, zero, {check("a"), check("b")});
  ledger.observe("a", Verdict::good, "fine", zero + 1s);
  EXPECT_FALSE(ledger.take_batch(zero + 10s).records.empty());
  ledger.failed();
  ledger.observe("a", Verdict::bad, "down", zero + 12s);
  EXPECT_FALSE(ledger.take_batch(zero + 20s).records.empty());
  ledger.failed();
  EXPECT_EQ(ledger.durable("a"), StateTimes{});
  write(ledger, disk, zero + 30s);
  EXPECT_EQ(disk.intervals("a").size() + disk.intervals("b").size(), 2U);
  EXPECT_EQ(disk.stored.checks.size(), 2U);
  EXPECT_EQ(sum(*ledger.durable("a")), 30s);
  EXPECT_EQ((*ledger.durable("a"))[State::bad], 18s);
}

TEST(Ledger, ADiskThatComesLateGetsAllOfThisRun) {
  Disk disk;
  Ledger before = started(disk, zero, {check("a")});
  before.observe("a", Verdict::good, "fine", zero);
  write(before, disk, zero + 10s);

  Ledger late(BootInfo{.id = "boot-1", .at = zero - 1h});  // the disk cannot be read at the start
  late.configure({check("a"), check("new")}, zero + 60s);
  EXPECT_EQ(late.durable("a"), std::nullopt);
  late.observe("a", Verdict::bad, "down", zero + 61s);
  late.observe("a", Verdict::good, "fine", zero + 70s);
  EXPECT_TRUE(late.restore(disk.stored).empty());
  EXPECT_EQ((*late.durable("a"))[State::good], 10s);
  write(late, disk, zero + 80s);
  const StateTimes times = *late.durable("a");
  EXPECT_EQ(times[State::good], 20s);
  EXPECT_EQ(times[State::bad], 9s);
  EXPECT_EQ(times[State::unknown], 51s);
  EXPECT_EQ(sum(times), 80s);
  EXPECT_EQ(sum(*late.durable("new")), 20s);
  WallTime end = zero;
  for (const Segment& interval : disk.intervals("a")) {
    EXPECT_EQ(interval.from, end);
    end = interval.to;
  }
}

TEST(Ledger, ADiskThatComesLateKnowsTheWindowsOfTheConfiguration) {
  MaintenancePlan weekly;
  weekly.scope.all = true;
  weekly.reason = "r";
  weekly.author = "a";
  weekly.recurring = "sun 02:00-04:00";
  weekly.hours = parse_weekly_hours(weekly.recurring).value();
  MaintenancePlan dropped = weekly;
  dropped.reason = "no longer wanted";
  Disk disk;
  Ledger before = started(disk, zero, {check("a")});
  before.configure_windows({weekly, dropped}, zero);
  write(before, disk, zero + 10s);
  ASSERT_EQ(disk.stored.declared.size(), 2U);

  Ledger late(BootInfo{.id = "boot-1", .at = zero - 1h});
  late.configure({check("a")}, zero + 60s);
  late.configure_windows({weekly}, zero + 60s);
  EXPECT_TRUE(late.restore(disk.stored).empty());
  late.configure_windows({weekly}, zero + 70s);
  write(late, disk, zero + 80s);
  ASSERT_EQ(late.windows(zero + 80s).size(), 1U) << "not declared again, and the other one ended";
  EXPECT_EQ(late.windows(zero + 80s)[0].declared_at, zero);
  EXPECT_EQ(disk.stored.declared.size(), 3U) << "two declarations and one end";
}

TEST(Ledger, ARemovedCheckStopsAndStartsAgainWhenItComesBack) {
  Disk disk;
  Ledger ledger = started(disk, zero, {check("a"), check("b")});
  ledger.observe("a", Verdict::good, "fine", zero);
  ledger.configure({check("b")}, zero + 10s);
  ledger.observe("a", Verdict::bad, "too late", zero + 11s);
  write(ledger, disk, zero + 20s);
  EXPECT_EQ(sum(*ledger.durable("a")), 10s);

  Ledger restarted = started(disk, zero + 30s, {check("b")});
  write(restarted, disk, zero + 40s);
  EXPECT_EQ(sum(*restarted.durable("a")), 10s);
  restarted.configure({check("a"), check("b")}, zero + 50s);
  write(restarted, disk, zero + 60s);
  EXPECT_EQ((*restarted.durable("a"))[State::good], 10s);
  EXPECT_EQ((*restarted.durable("a"))[State::unknown], 10s) << "not accounted while removed";
  EXPECT_EQ(sum(*restarted.durable("a")), 20s);
}

TEST(Ledger, WritesOnlyTheHeartbeatWhenNothingChanged) {
  Disk disk;
  Ledger ledger = started(disk, zero, {check("a")});
  ledger.observe("a", Verdict::good, "fine", zero);
  write(ledger, disk, zero + 10s);
  ledger.observe("a", Verdict::good, "fine", zero + 15s);
  const Batch batch = ledger.take_batch(zero + 20s);
  EXPECT_TRUE(batch.checks.empty());
  EXPECT_TRUE(batch.records.empty());
  ledger.committed(disk.commit(batch));
  EXPECT_EQ(sum(*ledger.durable("a")), 20s);
}

TEST(Ledger, KeepsTheCollectorsMemoryOverARestart) {
  Disk disk;
  Ledger ledger = started(disk, zero, {check("a")});
  ledger.remember("a", R"({"seen":1})");
  write(ledger, disk, zero + 10s);
  EXPECT_EQ(started(disk, zero + 20s, {check("a")}).memory("a"), R"({"seen":1})");
}

TEST(Ledger, KeepsRestoreTestsOverARestartAndADamage) {
  Disk disk;
  Ledger ledger = started(disk, zero, {check("a")});
  const RestoreTest good = {.at = zero, .success = true, .backup = "dpi", .files = "/srv"};
  ASSERT_TRUE(ledger.record(good, zero + 1s).ok());
  EXPECT_FALSE(ledger.record({.at = zero + 1h, .backup = "dpi"}, zero + 1s).ok()) << "the future";
  EXPECT_FALSE(ledger.record({.at = zero}, zero + 1s).ok()) << "of nothing";
  RestoreTest younger = good;
  younger.backup_date = zero + 1s;
  EXPECT_FALSE(ledger.record(younger, zero + 2s).ok()) << "a copy made after the test";
  write(ledger, disk, zero + 10s);
  Ledger next = started(disk, zero + 20s, {check("a")});
  EXPECT_EQ(next.restore_tests(), std::vector<RestoreTest>{good});
  // The file is lost and begun anew: what is known is said once more.
  Disk empty;
  empty.stored.begun_anew = true;
  ASSERT_TRUE(next.reopened(empty.stored).ok());
  write(next, empty, zero + 30s);
  EXPECT_EQ(started(empty, zero + 40s, {check("a")}).restore_tests(),
            std::vector<RestoreTest>{good});
}

TEST(Ledger, TellsWhenAStateWillChangeByItself) {
  Disk disk;
  Ledger ledger = started(disk, zero, {check("a"), check("b")});
  ASSERT_TRUE(ledger.next_change());
  EXPECT_GE(*ledger.next_change(), zero + 24h) << "nothing to go stale, only days and months end";
  ledger.observe("a", Verdict::good, "fine", zero + 5s);
  ledger.observe("b", Verdict::good, "fine", zero + 3s);
  EXPECT_EQ(ledger.next_change(), zero + 38s);
  ledger.advance(zero + 38s);
  EXPECT_EQ(ledger.standing("b").state, State::unknown);
  EXPECT_EQ(ledger.standing("b").since, zero + 38s);
  EXPECT_EQ(ledger.standing("a").state, State::good);
}

TEST(Ledger, AClockJumpIsUnknown) {
  Disk disk;
  Ledger ledger = started(disk, zero, {check("a")});
  ledger.observe("a", Verdict::good, "fine", zero);
  ledger.advance(zero + 10s);
  ledger.clock_stepped(zero + 10s, 1h - 10s, zero + 1h);
  write(ledger, disk, zero + 1h);
  EXPECT_EQ((*ledger.durable("a"))[State::good], 10s);
  EXPECT_EQ((*ledger.durable("a"))[State::unknown], 1h - 10s);
}

}  // namespace
}  // namespace ght
