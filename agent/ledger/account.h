// The account of one check: sample and hold, staleness, confirmation. Pure: time is an argument.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/state.h"
#include "agent/core/time.h"
#include "agent/ledger/record.h"

namespace ght {

struct AccountPolicy {
  WallDuration stale_after{};
  int confirm_bad = 1;

  bool operator==(const AccountPolicy&) const = default;
};

// Turns verdicts into segments without a gap or an overlap. Rules (DESIGN 7):
//  - a verdict holds until the next one, or for stale_after, then `unknown`;
//  - with confirm_bad = n, n bad verdicts in a row make the state bad from the first of them; the
//    time in between is withheld. If the row is broken by good, the withheld time belongs to the
//    state held before; by unknown or by staleness, it is unknown: nobody confirmed it, nobody
//    denied it.
// Times given must not decrease; an earlier time is taken as the latest one seen.
class Account {
 public:
  // Nothing is known from `from` on.
  Account(AccountPolicy policy, WallTime from);

  void set_policy(AccountPolicy policy) { policy_ = policy; }

  void observe(Verdict verdict, std::string_view reason, WallTime at);

  // Attributes all time up to `now` that can be attributed.
  void settle(WallTime now);

  // From the settled end to `to` it was `verdict` because of `reason`, whatever was held: nobody
  // watched, or this host was down. What was held is gone; from `to` on it is unknown because of
  // `afterwards`.
  void gap(WallTime to, Verdict verdict, std::string_view reason, std::string_view afterwards);

  // The clock was set: time goes on at `to`, earlier or later than what is settled, and what lies
  // between is not attributed. What was held is gone; it is unknown because of `reason`.
  void rebase(WallTime to, std::string_view reason);

  // Segments since the last call, in order, without gap but for a rebase; adjacent ones may hold
  // the same state. Their state is the verdict: what excludes it is not known here.
  std::vector<Segment> take_segments();

  // All time before this is attributed.
  WallTime settled() const { return settled_; }
  // The state held now (not yet confirmed bad verdicts do not count).
  Verdict held() const { return held_; }
  const std::string& held_reason() const { return held_reason_; }
  // When the held verdict goes stale; nullopt when nothing can.
  std::optional<WallTime> stale_at() const;

 private:
  struct Row {  // of bad verdicts that are not confirmed yet
    WallTime first{};
    int count = 0;
    std::string reason;
  };

  void emit(Verdict verdict, WallTime to, const std::string& reason);
  void hold(Verdict verdict, std::string_view reason, WallTime at);

  AccountPolicy policy_;
  WallTime settled_;
  Verdict held_ = Verdict::unknown;
  std::string held_reason_;
  WallTime observed_{};  // of the newest verdict; meaningful while fresh_
  bool fresh_ = false;   // a verdict is held that can go stale
  std::optional<Row> row_;
  std::vector<Segment> segments_;
};

}  // namespace ght
