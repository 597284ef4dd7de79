#include "agent/ledger/outages.h"

#include <algorithm>
#include <utility>

namespace ght {
namespace {

using namespace std::chrono_literals;

constexpr WallDuration recurrence = 24h;

}  // namespace

void OutageTracker::add(const Segment& segment) {
  const WallDuration length = segment.to - segment.from;
  switch (segment.state) {
    case State::good:
      close();
      return;
    case State::unknown:
      unknown_since_bad_ += length;
      return;
    case State::maintenance:
    case State::out_of_hours:
      return;
    case State::bad:
      break;
  }
  if (!open_) {
    open_ = Outage{.from = segment.from, .open = true, .reason = segment.reason};
    unknown_since_bad_ = WallDuration(0);
  }
  open_->to = segment.to;
  open_->bad += length;
  open_->unknown += std::exchange(unknown_since_bad_, WallDuration(0));
}

void OutageTracker::close() {
  unknown_since_bad_ = WallDuration(0);
  if (!open_) return;
  open_->open = false;
  if (ended_.size() == most_) ended_.erase(ended_.begin());
  ended_.push_back(*std::exchange(open_, std::nullopt));
  if (ended_.size() == most_) ended_.shrink_to_fit();  // it will not get longer
}

void OutageTracker::end() {
  close();
}

std::vector<Outage> OutageTracker::outages() const {
  std::vector<Outage> all = ended_;
  if (open_) all.push_back(*open_);
  return all;
}

RestoreFigures restore_figures(const std::vector<Outage>& outages,
                               const std::optional<Duration>& max_outage) {
  RestoreFigures figures{.outages = outages.size()};
  WallDuration chained{};
  const auto over = [&](WallDuration length) { return max_outage && length > *max_outage; };
  for (std::size_t i = 0; i < outages.size(); ++i) {
    const Outage& outage = outages[i];
    const bool recurs = i > 0 && outage.from - outages[i - 1].to <= recurrence;
    const bool was_over = over(chained);
    chained = (recurs ? chained : WallDuration(0)) + outage.duration();
    figures.recurrences += recurs ? 1 : 0;
    figures.longest = std::max(figures.longest, outage.duration());
    figures.over_limit += over(outage.duration()) ? 1 : 0;
    figures.longest_with_recurrence = std::max(figures.longest_with_recurrence, chained);
    // A chain counts once, when it first exceeds the limit.
    figures.over_limit_with_recurrence += over(chained) && !(recurs && was_over) ? 1 : 0;
  }
  return figures;
}

}  // namespace ght
