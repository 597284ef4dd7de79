#include "agent/ledger/timetable.h"

#include <algorithm>
#include <utility>

namespace ght {

Timetable::Timetable(std::string check, Terms terms, WallTime from) : check_(std::move(check)) {
  const Calendar calendar(terms.time_zone, terms.holidays);
  epochs_.push_back({.from = from, .terms = std::move(terms), .calendar = calendar});
}

void Timetable::change(Terms terms, WallTime from) {
  if (terms == epochs_.back().terms) return;
  const Calendar calendar(terms.time_zone, terms.holidays);
  // After a clock that was set back: what was to hold from a later time on never came.
  while (epochs_.size() > 1 && epochs_.back().from >= from) epochs_.pop_back();
  epochs_.push_back({.from = from, .terms = std::move(terms), .calendar = calendar});
  cache_.reset();
}

void Timetable::forget_before(WallTime time) {
  while (epochs_.size() > 1 && epochs_[1].from <= time) epochs_.erase(epochs_.begin());
}

void Timetable::windows_changed() {
  cache_.reset();
}

const Timetable::Epoch& Timetable::epoch_at(WallTime time) const {
  for (auto epoch = epochs_.rbegin(); epoch != epochs_.rend(); ++epoch) {
    if (epoch->from <= time) return *epoch;
  }
  return epochs_.front();
}

// Whether a window holds at `time`, and until when that is certain.
Timetable::Phase Timetable::window_phase(WallTime time, const Epoch& epoch,
                                         const std::vector<MaintenanceWindow>& windows) const {
  Phase phase{.excluded = {}, .maintenance = false, .until = WallTime::max()};
  for (const MaintenanceWindow& window : windows) {
    if (!window.plan.scope.covers(check_, epoch.terms.activity)) continue;
    const WallTime from = window.effective_from();
    const WallTime to = window.effective_to().value_or(WallTime::max());
    if (from >= to || time >= to) continue;
    if (time < from) {
      phase.until = std::min(phase.until, from);
      continue;
    }
    phase.until = std::min(phase.until, to);
    bool holds = true;
    if (window.plan.hours) {
      const Calendar::Stretch stretch = epoch.calendar.at(*window.plan.hours, time);
      holds = stretch.inside;
      phase.until = std::min(phase.until, stretch.until);
    }
    phase.maintenance = phase.maintenance || holds;
  }
  return phase;
}

Timetable::Phase Timetable::find(WallTime time,
                                 const std::vector<MaintenanceWindow>& windows) const {
  const Epoch& epoch = epoch_at(time);
  Phase phase = window_phase(time, epoch, windows);
  phase.until = std::min(phase.until, epoch.calendar.month(epoch.calendar.month_of(time)).to);
  for (const Epoch& other : epochs_) {
    if (other.from > time) phase.until = std::min(phase.until, other.from);
  }
  const Calendar::Stretch service = epoch.calendar.at(epoch.terms.sla.hours, time);
  phase.until = std::min(phase.until, service.until);
  if (!service.inside) {
    phase.excluded = State::out_of_hours;
  } else if (phase.maintenance) {
    phase.excluded = State::maintenance;
  }
  return phase;
}

Timetable::Phase Timetable::at(WallTime time, const std::vector<MaintenanceWindow>& windows) const {
  if (!cache_ || time < cache_->from || time >= cache_->phase.until) {
    cache_ = Cached{.from = time, .phase = find(time, windows), .to_come = {}};
  }
  return cache_->phase;
}

std::vector<Timetable::Piece> Timetable::cut(const Segment& segment,
                                             const std::vector<MaintenanceWindow>& windows) const {
  std::vector<Piece> pieces;
  for (WallTime from = segment.from; from < segment.to;) {
    const Phase phase = at(from, windows);
    const Epoch& epoch = epoch_at(from);
    Piece piece{.segment = segment, .begins = epoch.from == from};
    piece.begins = piece.begins || epoch.calendar.month(epoch.calendar.month_of(from)).from == from;
    piece.segment.from = from;
    piece.segment.to = std::min(segment.to, phase.until);
    piece.segment.state = phase.excluded.value_or(segment.state);
    from = piece.segment.to;
    pieces.push_back(std::move(piece));
  }
  return pieces;
}

WallDuration Timetable::to_come(WallTime now, const std::vector<MaintenanceWindow>& windows) const {
  const Phase phase = at(now, windows);
  if (!cache_->to_come) {
    const Epoch& epoch = epoch_at(now);
    const WallTime end = epoch.calendar.month(epoch.calendar.month_of(now)).to;
    WallDuration rest{};
    for (WallTime from = phase.until; from < end;) {
      const Phase next = find(from, windows);
      const WallTime to = std::min(next.until, end);
      if (!next.excluded) rest += to - from;
      from = to;
    }
    cache_->to_come = rest;
  }
  return *cache_->to_come + (phase.excluded ? WallDuration(0) : phase.until - now);
}

}  // namespace ght
