#include "agent/ledger/ledger.h"

#include <gtest/gtest.h>

#include <numeric>

namespace ght {
namespace {

using namespace std::chrono_literals;

const WallTime zero = wall_from_unix_ms(1'790'000'000'000);
const AccountPolicy policy{.stale_after = 35s, .confirm_bad = 1};

// The disk in memory: applies batches as the real storage does.
class Disk {
 public:
  void commit(const Batch& batch) {
    stored.heartbeat = batch.heartbeat;
    stored.boot_id = batch.boot_id;
    for (const StoredCheck& row : batch.checks) {
      std::erase_if(stored.checks, [&](const StoredCheck& old) { return old.name == row.name; });
      stored.checks.push_back(row);
    }
    closed.insert(closed.end(), batch.closed.begin(), batch.closed.end());
  }

  StoredLedger stored;
  std::vector<ClosedInterval> closed;
};

void write(Ledger& ledger, Disk& disk, WallTime now) {
  disk.commit(ledger.take_batch(now));
  ledger.committed();
}

// A ledger as after a start at `now` on what the disk holds.
Ledger started(const Disk& disk, WallTime now, const std::vector<Ledger::CheckPolicy>& checks) {
  Ledger ledger("boot-1");
  ledger.restore(disk.stored);
  ledger.configure(checks, now);
  return ledger;
}

WallDuration sum(const StateTimes& times) {
  return std::accumulate(times.each.begin(), times.each.end(), WallDuration(0));
}

TEST(Ledger, ExposesOnlyWhatIsDurable) {
  Disk disk;
  Ledger ledger = started(disk, zero, {{"a", policy}});
  ledger.observe("a", Verdict::good, "fine", zero + 1s);
  ledger.advance(zero + 9s);
  EXPECT_EQ(ledger.durable("a"), StateTimes{});
  const Batch batch = ledger.take_batch(zero + 10s);
  EXPECT_EQ(ledger.durable("a"), StateTimes{});
  disk.commit(batch);
  ledger.committed();
  EXPECT_EQ((*ledger.durable("a"))[State::good], 9s);
  EXPECT_EQ((*ledger.durable("a"))[State::unknown], 1s);
  ledger.advance(zero + 15s);
  EXPECT_EQ((*ledger.durable("a"))[State::good], 9s);
}

TEST(Ledger, ARestartCountsTheGapAsUnknownAndNothingTwice) {
  Disk disk;
  Ledger first = started(disk, zero, {{"a", policy}});
  first.observe("a", Verdict::good, "fine", zero);
  write(first, disk, zero + 10s);
  first.observe("a", Verdict::good, "fine", zero + 15s);  // lost with the crash

  Ledger second = started(disk, zero + 60s, {{"a", policy}});
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
  ASSERT_EQ(disk.closed.size(), 3U);
  EXPECT_EQ(disk.closed[1],
            (ClosedInterval{"a", State::unknown, zero + 10s, zero + 60s, "agent_stopped"}));
}

TEST(Ledger, WithheldTimeIsNotDurableAndNotLost) {
  Disk disk;
  const AccountPolicy twice{.stale_after = 35s, .confirm_bad = 2};
  Ledger first = started(disk, zero, {{"a", twice}});
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
  Ledger killed = started(other, zero, {{"a", twice}});
  killed.observe("a", Verdict::good, "fine", zero);
  killed.observe("a", Verdict::bad, "down", zero + 10s);
  write(killed, other, zero + 20s);
  Ledger again = started(other, zero + 30s, {{"a", twice}});
  write(again, other, zero + 40s);
  EXPECT_EQ((*again.durable("a"))[State::good], 10s);
  EXPECT_EQ((*again.durable("a"))[State::unknown], 30s);
}

TEST(Ledger, AFailedWriteLosesNothing) {
  Disk disk;
  Ledger ledger = started(disk, zero, {{"a", policy}, {"b", policy}});
  ledger.observe("a", Verdict::good, "fine", zero + 1s);
  ledger.take_batch(zero + 10s);
  ledger.failed();
  ledger.observe("a", Verdict::bad, "down", zero + 12s);
  ledger.take_batch(zero + 20s);
  ledger.failed();
  EXPECT_EQ(ledger.durable("a"), StateTimes{});
  write(ledger, disk, zero + 30s);
  EXPECT_EQ(disk.closed.size(), 2U);
  EXPECT_EQ(disk.stored.checks.size(), 2U);
  EXPECT_EQ(sum(*ledger.durable("a")), 30s);
  EXPECT_EQ((*ledger.durable("a"))[State::bad], 18s);
}

TEST(Ledger, ADiskThatComesLateGetsAllOfThisRun) {
  Disk disk;
  Ledger before = started(disk, zero, {{"a", policy}});
  before.observe("a", Verdict::good, "fine", zero);
  write(before, disk, zero + 10s);

  Ledger late("boot-1");  // the disk cannot be read at the start
  late.configure({{"a", policy}, {"new", policy}}, zero + 60s);
  EXPECT_EQ(late.durable("a"), std::nullopt);
  late.observe("a", Verdict::bad, "down", zero + 61s);
  late.observe("a", Verdict::good, "fine", zero + 70s);
  late.restore(disk.stored);
  EXPECT_EQ((*late.durable("a"))[State::good], 10s);
  write(late, disk, zero + 80s);
  const StateTimes times = *late.durable("a");
  EXPECT_EQ(times[State::good], 20s);
  EXPECT_EQ(times[State::bad], 9s);
  EXPECT_EQ(times[State::unknown], 51s);
  EXPECT_EQ(sum(times), 80s);
  EXPECT_EQ(sum(*late.durable("new")), 20s);
  WallTime end = zero;
  for (const ClosedInterval& interval : disk.closed) {
    if (interval.check != "a") continue;
    EXPECT_EQ(interval.from, end);
    end = interval.to;
  }
}

TEST(Ledger, ARemovedCheckStopsAndComesBackAfterAGap) {
  Disk disk;
  Ledger ledger = started(disk, zero, {{"a", policy}, {"b", policy}});
  ledger.observe("a", Verdict::good, "fine", zero);
  ledger.configure({{"b", policy}}, zero + 10s);
  ledger.observe("a", Verdict::bad, "too late", zero + 11s);
  write(ledger, disk, zero + 20s);
  EXPECT_EQ(sum(*ledger.durable("a")), 10s);

  Ledger restarted = started(disk, zero + 30s, {{"b", policy}});
  write(restarted, disk, zero + 40s);
  EXPECT_EQ(sum(*restarted.durable("a")), 10s);
  restarted.configure({{"a", policy}, {"b", policy}}, zero + 50s);
  write(restarted, disk, zero + 60s);
  EXPECT_EQ((*restarted.durable("a"))[State::good], 10s);
  EXPECT_EQ((*restarted.durable("a"))[State::unknown], 50s);
}

TEST(Ledger, WritesOnlyTheHeartbeatWhenNothingChanged) {
  Disk disk;
  Ledger ledger = started(disk, zero, {{"a", policy}});
  ledger.observe("a", Verdict::good, "fine", zero);
  write(ledger, disk, zero + 10s);
  ledger.observe("a", Verdict::good, "fine", zero + 15s);
  const Batch batch = ledger.take_batch(zero + 20s);
  EXPECT_TRUE(batch.checks.empty());
  EXPECT_TRUE(batch.closed.empty());
  ledger.committed();
  EXPECT_EQ(sum(*ledger.durable("a")), 20s);
}

TEST(Ledger, KeepsTheCollectorsMemoryOverARestart) {
  Disk disk;
  Ledger ledger = started(disk, zero, {{"a", policy}});
  ledger.remember("a", R"({"seen":1})");
  write(ledger, disk, zero + 10s);
  EXPECT_EQ(started(disk, zero + 20s, {{"a", policy}}).memory("a"), R"({"seen":1})");
}

TEST(Ledger, TellsWhenAStateWillChangeByItself) {
  Disk disk;
  Ledger ledger = started(disk, zero, {{"a", policy}, {"b", policy}});
  EXPECT_EQ(ledger.next_change(), std::nullopt);
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
  Ledger ledger = started(disk, zero, {{"a", policy}});
  ledger.observe("a", Verdict::good, "fine", zero);
  ledger.advance(zero + 10s);
  ledger.gap(zero + 1h, "clock_step");
  write(ledger, disk, zero + 1h);
  EXPECT_EQ((*ledger.durable("a"))[State::good], 10s);
  EXPECT_EQ((*ledger.durable("a"))[State::unknown], 1h - 10s);
}

}  // namespace
}  // namespace ght
