#include "agent/ledger/account.h"

#include <algorithm>
#include <utility>

#include "agent/core/reasons.h"

namespace ght {

Account::Account(AccountPolicy policy, WallTime from)
    : policy_(policy), settled_(from), held_reason_(reasons::never_run) {}

void Account::observe(Verdict verdict, std::string_view reason, WallTime at) {
  at = std::max(at, settled_);
  if (row_) at = std::max(at, observed_);
  settle(at);
  if (verdict == Verdict::bad && held_ != Verdict::bad) {
    if (!row_) row_ = Row{.first = settled_, .reason = std::string(reason)};
    ++row_->count;
    observed_ = at;
    fresh_ = true;
    if (row_->count < policy_.confirm_bad) return;
    const Row row = *std::exchange(row_, std::nullopt);
    emit(Verdict::bad, at, row.reason);
    hold(Verdict::bad, row.reason, at);
    return;
  }
  if (row_) {
    const Row row = *std::exchange(row_, std::nullopt);
    const bool denied = verdict == Verdict::good;
    emit(denied ? held_ : Verdict::unknown, at, denied ? held_reason_ : row.reason);
  }
  hold(verdict, reason, at);
}

void Account::settle(WallTime now) {
  now = std::max(now, settled_);
  const bool stale = fresh_ && now >= observed_ + policy_.stale_after;
  if (row_) {
    if (!stale) return;  // withheld
    row_.reset();
    held_ = Verdict::unknown;
    held_reason_ = reasons::stale;
    fresh_ = false;
  } else if (stale) {
    if (held_ != Verdict::unknown) {
      emit(held_, std::max(settled_, observed_ + policy_.stale_after), held_reason_);
    }
    held_ = Verdict::unknown;
    held_reason_ = reasons::stale;
    fresh_ = false;
  }
  emit(held_, now, held_reason_);
}

void Account::gap(WallTime to, Verdict verdict, std::string_view reason,
                  std::string_view afterwards) {
  row_.reset();
  fresh_ = false;
  held_ = Verdict::unknown;
  held_reason_ = afterwards;
  emit(verdict, std::max(to, settled_), std::string(reason));
}

void Account::rebase(WallTime to, std::string_view reason) {
  row_.reset();
  fresh_ = false;
  held_ = Verdict::unknown;
  held_reason_ = reason;
  settled_ = to;
}

std::vector<Segment> Account::take_segments() {
  return std::exchange(segments_, {});
}

std::optional<WallTime> Account::stale_at() const {
  if (!fresh_) return std::nullopt;
  return observed_ + policy_.stale_after;
}

void Account::emit(Verdict verdict, WallTime to, const std::string& reason) {
  if (to <= settled_) return;
  const auto state = static_cast<State>(verdict);
  if (!segments_.empty() && segments_.back().to == settled_ && segments_.back().state == state &&
      segments_.back().reason == reason) {
    segments_.back().to = to;
  } else {
    segments_.push_back(
        {.state = state, .observed = verdict, .from = settled_, .to = to, .reason = reason});
  }
  settled_ = to;
}

void Account::hold(Verdict verdict, std::string_view reason, WallTime at) {
  held_ = verdict;
  held_reason_ = reason;
  observed_ = at;
  fresh_ = true;
}

}  // namespace ght
