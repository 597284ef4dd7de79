// The past as pages show it, from a ledger that goes on and from one that reads its disk again.
#include "agent/ledger/past.h"

#include <gtest/gtest.h>

#include "agent/core/text.h"
#include "agent/ledger/ledger_test_support.h"

namespace ght {
namespace {

using namespace std::chrono_literals;
using test::Disk;
using test::write;

const WallTime zero = *parse_rfc3339("2026-11-10T12:00:00Z");

Ledger::CheckPolicy check(std::optional<double> guaranteed = std::nullopt) {
  Ledger::CheckPolicy made{.name = "a", .policy = {.stale_after = 1h}, .terms = {}};
  made.terms.stale_after = 1h;
  made.terms.sla.guaranteed = guaranteed;
  return made;
}

Ledger started(const Disk& disk, WallTime now, const Ledger::CheckPolicy& policy = check()) {
  Ledger ledger(BootInfo{.id = "boot-1", .at = zero - 1h});
  EXPECT_TRUE(ledger.restore(disk.stored).empty());
  ledger.configure({policy}, now);
  return ledger;
}

void read_past(Ledger& ledger, const Disk& disk, WallTime now) {
  for (const std::string& name : ledger.wants_past()) {
    EXPECT_TRUE(ledger.take_past(name, disk.past(name, ledger.past_from(now))));
  }
}

// What pages show, which must be the same when it is read from the disk again.
CheckHistory shown(Ledger& ledger, const Disk& disk, WallTime now) {
  read_past(ledger, disk, now);
  const auto history = ledger.history("a", now, true);
  EXPECT_TRUE(history);
  EXPECT_TRUE(ledger.take_past("a", disk.past("a", ledger.past_from(now))));
  EXPECT_EQ(history, ledger.history("a", now, true));
  return history.value_or(CheckHistory{});
}

TEST(Past, TheOutageOfARemovedCheckIsOver) {
  Disk disk;
  Ledger ledger = started(disk, zero);
  ledger.observe("a", Verdict::bad, "down", zero);
  write(ledger, disk, zero + 10s);
  EXPECT_TRUE(shown(ledger, disk, zero + 10s).outages.at(0).open);
  ledger.configure({}, zero + 20s);
  write(ledger, disk, zero + 30s);
  ledger.configure({check()}, zero + 1h);
  ledger.observe("a", Verdict::bad, "down", zero + 1h);
  write(ledger, disk, zero + 1h + 5s);
  const CheckHistory history = shown(ledger, disk, zero + 1h + 5s);
  ASSERT_EQ(history.outages.size(), 2U);
  EXPECT_FALSE(history.outages[1].open);
  EXPECT_EQ(history.outages[1].to, zero + 20s);
  EXPECT_EQ(history.outages[1].bad, 20s);
  EXPECT_TRUE(history.outages[0].open);
  EXPECT_EQ(history.outages[0].bad, 5s);
}

TEST(Past, TheLaterAccountStandsAlsoBeforeItHasCaughtUp) {
  Disk disk;
  Ledger ledger = started(disk, zero);
  ledger.observe("a", Verdict::good, "fine", zero);
  ledger.observe("a", Verdict::bad, "down", zero + 20min);
  ledger.observe("a", Verdict::good, "fine", zero + 25min);
  write(ledger, disk, zero + 40min);
  ledger.clock_stepped(zero + 40min, -30min, zero + 10min);
  ledger.observe("a", Verdict::good, "fine", zero + 10min);
  write(ledger, disk, zero + 15min);
  // Of the first pass only what lies before now is shown.
  CheckHistory history = shown(ledger, disk, zero + 15min);
  EXPECT_EQ(history.current->times[State::good], 15min);
  EXPECT_TRUE(history.outages.empty());

  // Seen from the time of the first pass: the outage is still to be accounted again.
  history = shown(ledger, disk, zero + 40min);
  EXPECT_EQ(history.current->times[State::good], 35min);
  EXPECT_EQ(history.current->times[State::bad], 5min);
  ASSERT_EQ(history.outages.size(), 1U);

  write(ledger, disk, zero + 22min);
  history = shown(ledger, disk, zero + 40min);
  EXPECT_EQ(history.current->times[State::bad], 3min);
  ASSERT_EQ(history.outages.size(), 1U);
  EXPECT_EQ(history.outages[0].from, zero + 22min);

  ledger.observe("a", Verdict::unknown, "helper_failed", zero + 30min);
  write(ledger, disk, zero + 45min);
  history = shown(ledger, disk, zero + 45min);
  EXPECT_EQ(history.current->times[State::good], 30min);
  EXPECT_EQ(history.current->times[State::unknown], 15min);
  EXPECT_TRUE(history.outages.empty());
}

TEST(Past, EachPartOfAMonthIsJudgedByItsOwnLevel) {
  Disk disk;
  Ledger ledger = started(disk, zero, check(0.5));
  ledger.observe("a", Verdict::good, "fine", zero);
  ledger.observe("a", Verdict::bad, "down", zero + 9min);
  write(ledger, disk, zero + 10min);
  ledger.configure({check(1.0)}, zero + 10min);
  write(ledger, disk, zero + 10min);
  ledger.observe("a", Verdict::bad, "down", zero + 10min);
  ledger.observe("a", Verdict::good, "fine", zero + 11min);
  write(ledger, disk, zero + 20min);
  const MonthFigures month = *shown(ledger, disk, zero + 20min).current;
  EXPECT_EQ(month.budget, 5min) << "half of ten minutes, and nothing under the new level";
  EXPECT_EQ(month.budget_remaining, 3min);
  EXPECT_EQ(month.verdict, LevelVerdict::breached);
}

Outage outage(WallTime from, WallDuration bad) {
  return {.from = from, .to = from + bad, .open = false, .bad = bad, .unknown = 0ms, .reason = {}};
}

TEST(RestoreFigures, AnOutageRecursUpToADayAfterTheEndOfTheOneBefore) {
  const Outage first = outage(zero, 1h);
  const RestoreFigures chained = restore_figures({first, outage(first.to + 24h, 2h)}, 2h);
  EXPECT_EQ(chained.recurrences, 1U);
  EXPECT_EQ(chained.longest, 2h);
  EXPECT_EQ(chained.over_limit, 0U);
  EXPECT_EQ(chained.longest_with_recurrence, 3h);
  EXPECT_EQ(chained.over_limit_with_recurrence, 1U);

  const RestoreFigures apart = restore_figures({first, outage(first.to + 24h + 1ms, 2h)}, 2h);
  EXPECT_EQ(apart.recurrences, 0U);
  EXPECT_EQ(apart.longest_with_recurrence, 2h);
  EXPECT_EQ(apart.over_limit_with_recurrence, 0U);
}

}  // namespace
}  // namespace ght
