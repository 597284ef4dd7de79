#include "agent/ledger/account.h"

#include <gtest/gtest.h>

namespace ght {
namespace {

using namespace std::chrono_literals;

const WallTime zero = wall_from_unix_ms(1'790'000'000'000);

// "good 0-10, bad 10-20": whole seconds since `zero`, adjacent equal states joined.
std::string told(Account& account) {
  std::string text;
  State last = State::good;
  WallTime from{};
  WallTime to{};
  const auto flush = [&] {
    if (to == WallTime{}) return;
    if (!text.empty()) text += ", ";
    text += std::string(name(last)) + " " + std::to_string((from - zero) / 1s) + "-" +
            std::to_string((to - zero) / 1s);
  };
  for (const Segment& segment : account.take_segments()) {
    if (to != WallTime{}) {
      EXPECT_EQ(segment.from, to) << "gap or overlap";
    }
    EXPECT_EQ(segment.state, static_cast<State>(segment.observed));
    if (to == WallTime{} || segment.state != last) {
      flush();
      from = segment.from;
      last = segment.state;
    }
    to = segment.to;
  }
  flush();
  return text;
}

Account account(int confirm_bad = 1, WallDuration stale_after = 35s) {
  return Account({.stale_after = stale_after, .confirm_bad = confirm_bad}, zero);
}

TEST(Account, IsUnknownBeforeTheFirstVerdict) {
  Account a = account();
  a.settle(zero + 5s);
  EXPECT_EQ(told(a), "unknown 0-5");
  EXPECT_EQ(a.held(), Verdict::unknown);
  EXPECT_EQ(a.held_reason(), "never_run");
}

TEST(Account, HoldsAVerdictUntilTheNextOne) {
  Account a = account();
  a.observe(Verdict::good, "fine", zero + 5s);
  a.observe(Verdict::bad, "http_status", zero + 20s);
  a.observe(Verdict::good, "fine", zero + 35s);
  a.settle(zero + 40s);
  EXPECT_EQ(told(a), "unknown 0-5, good 5-20, bad 20-35, good 35-40");
}

TEST(Account, AVerdictGoesStaleAndIsNeverHeldLonger) {
  Account a = account();
  a.observe(Verdict::good, "fine", zero);
  a.settle(zero + 20s);
  EXPECT_EQ(a.stale_at(), zero + 35s);
  a.settle(zero + 100s);
  EXPECT_EQ(told(a), "good 0-35, unknown 35-100");
  EXPECT_EQ(a.held_reason(), "stale");
  EXPECT_EQ(a.stale_at(), std::nullopt);
}

TEST(Account, ABadVerdictGoesStaleToo) {
  Account a = account();
  a.observe(Verdict::bad, "x", zero);
  a.settle(zero + 100s);
  EXPECT_EQ(told(a), "bad 0-35, unknown 35-100");
}

TEST(Account, ConfirmationIsBadFromTheFirst) {
  Account a = account(3);
  a.observe(Verdict::good, "fine", zero);
  a.observe(Verdict::bad, "first", zero + 15s);
  a.settle(zero + 20s);
  EXPECT_EQ(told(a), "good 0-15");
  EXPECT_EQ(a.held(), Verdict::good);
  a.observe(Verdict::bad, "second", zero + 30s);
  EXPECT_EQ(told(a), "");
  a.observe(Verdict::bad, "third", zero + 45s);
  EXPECT_EQ(a.held(), Verdict::bad);
  EXPECT_EQ(a.held_reason(), "first");
  a.settle(zero + 50s);
  EXPECT_EQ(told(a), "bad 15-50");
}

TEST(Account, AnUnconfirmedBadThatIsDeniedWasTheStateBefore) {
  Account a = account(2);
  a.observe(Verdict::good, "fine", zero);
  a.observe(Verdict::bad, "blip", zero + 15s);
  a.observe(Verdict::good, "fine", zero + 30s);
  a.settle(zero + 31s);
  EXPECT_EQ(told(a), "good 0-31");
}

TEST(Account, AnUnconfirmedBadAfterUnknownIsNotMadeGood) {
  Account a = account(2);
  a.observe(Verdict::unknown, "helper_failed", zero);
  a.observe(Verdict::bad, "blip", zero + 15s);
  a.observe(Verdict::good, "fine", zero + 30s);
  a.settle(zero + 31s);
  EXPECT_EQ(told(a), "unknown 0-30, good 30-31");
}

TEST(Account, AnUnconfirmedBadThatNobodyDeniedIsUnknown) {
  Account a = account(2);
  a.observe(Verdict::good, "fine", zero);
  a.observe(Verdict::bad, "blip", zero + 15s);
  a.observe(Verdict::unknown, "helper_failed", zero + 30s);
  a.settle(zero + 31s);
  EXPECT_EQ(told(a), "good 0-15, unknown 15-31");

  Account b = account(2);
  b.observe(Verdict::good, "fine", zero);
  b.observe(Verdict::bad, "blip", zero + 15s);
  b.settle(zero + 49s);
  EXPECT_EQ(told(b), "good 0-15");
  b.settle(zero + 60s);
  EXPECT_EQ(told(b), "unknown 15-60");
}

TEST(Account, AnUnknownBreaksTheRowOfBadVerdicts) {
  Account a = account(2);
  a.observe(Verdict::good, "fine", zero);
  a.observe(Verdict::bad, "x", zero + 15s);
  a.observe(Verdict::unknown, "y", zero + 20s);
  a.observe(Verdict::bad, "x", zero + 25s);
  EXPECT_EQ(a.held(), Verdict::unknown);
  a.observe(Verdict::bad, "x", zero + 30s);
  a.settle(zero + 31s);
  EXPECT_EQ(told(a), "good 0-15, unknown 15-25, bad 25-31");
}

TEST(Account, BadStaysBadWithoutNewConfirmation) {
  Account a = account(2);
  a.observe(Verdict::bad, "x", zero);
  a.observe(Verdict::bad, "x", zero + 10s);
  a.observe(Verdict::bad, "x", zero + 20s);
  a.settle(zero + 21s);
  EXPECT_EQ(told(a), "bad 0-21");
}

TEST(Account, AGapIsUnknownWhateverWasHeld) {
  Account a = account();
  a.observe(Verdict::good, "fine", zero);
  a.settle(zero + 10s);
  a.gap(zero + 20s, Verdict::unknown, "agent_stopped", "never_run");
  EXPECT_EQ(a.held_reason(), "never_run");
  a.settle(zero + 25s);
  EXPECT_EQ(told(a), "good 0-10, unknown 10-25");
}

TEST(Account, AGapOfBadLeavesNothingHeld) {
  Account a = account(2);
  a.observe(Verdict::good, "fine", zero);
  a.observe(Verdict::bad, "blip", zero + 10s);
  a.gap(zero + 20s, Verdict::bad, "host_down", "never_run");
  EXPECT_EQ(a.held(), Verdict::unknown);
  EXPECT_EQ(a.held_reason(), "never_run");
  EXPECT_EQ(a.stale_at(), std::nullopt);
  a.settle(zero + 25s);
  EXPECT_EQ(told(a), "good 0-10, bad 10-20, unknown 20-25");
}

TEST(Account, GoesOnAtAnotherTimeAndAttributesNothingInBetween) {
  Account a = account();
  a.observe(Verdict::good, "fine", zero);
  a.settle(zero + 100s);
  EXPECT_EQ(told(a), "good 0-35, unknown 35-100");
  a.rebase(zero + 50s, "clock_step");
  EXPECT_EQ(a.held(), Verdict::unknown);
  EXPECT_EQ(a.held_reason(), "clock_step");
  a.settle(zero + 60s);
  EXPECT_EQ(told(a), "unknown 50-60");
}

TEST(Account, TimeNeverRunsBackwards) {
  Account a = account();
  a.observe(Verdict::good, "fine", zero + 10s);
  a.settle(zero + 20s);
  a.settle(zero + 5s);
  a.observe(Verdict::bad, "x", zero + 1s);
  a.settle(zero + 30s);
  EXPECT_EQ(told(a), "unknown 0-10, good 10-20, bad 20-30");
}

}  // namespace
}  // namespace ght
