#include "agent/ledger/past.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace ght {
namespace {

using namespace std::chrono_literals;

constexpr WallDuration quarter = 15min;
constexpr std::size_t quarters_kept = 97;  // 24 hours, the one under way included
constexpr std::size_t days_kept = 31;
constexpr std::size_t days_shown = 30;
constexpr std::size_t outages_kept = 20;

TimeRange quarter_of(WallTime time) {
  const WallTime from(time.time_since_epoch() / quarter * quarter);
  return {from, from + quarter};
}

// Breached if either is, met if both are.
LevelVerdict both(LevelVerdict a, LevelVerdict b) {
  if (a == LevelVerdict::breached || b == LevelVerdict::breached) return LevelVerdict::breached;
  return a == b ? a : LevelVerdict::undetermined;
}

}  // namespace

std::vector<Segment> paint(std::vector<Segment> segments) {
  const auto before = [](const Segment& a, const Segment& b) { return a.to <= b.from; };
  if (std::ranges::adjacent_find(segments, std::not_fn(before)) == segments.end()) return segments;
  // Newest first; each keeps what no newer one covers. `painted` stays sorted and without overlap.
  std::vector<Segment> painted;
  for (auto segment = segments.rbegin(); segment != segments.rend(); ++segment) {
    std::vector<Segment> added;
    WallTime from = segment->from;
    const auto piece = [&](WallTime to) {
      if (from >= to) return;
      Segment part = *segment;
      part.from = from;
      part.to = to;
      added.push_back(std::move(part));
    };
    for (const Segment& over : painted) {
      if (over.to <= from) continue;
      if (over.from >= segment->to) break;
      piece(over.from);
      from = std::max(from, over.to);
    }
    piece(segment->to);
    painted.insert(painted.end(), added.begin(), added.end());
    std::ranges::sort(painted, {}, &Segment::from);
  }
  return painted;
}

Past::Past() : outages_(outages_kept) {}

void Past::add(const Segment& segment, const Terms& terms, const Calendar& calendar) {
  for (WallTime from = segment.from; from < segment.to;) {
    const TimeRange range = calendar.month(calendar.month_of(from));
    const WallTime to = std::min(segment.to, range.to);
    add_to_month(range, segment.state, to - from, terms);
    from = to;
  }
  add_to_cells(quarters_, segment, quarters_kept, nullptr);
  add_to_cells(days_, segment, days_kept, &calendar);
  outages_.add(segment);
  known_until_ = segment.to;
  std::erase_if(ahead_, [&](const Ahead& later) { return later.segment.to <= known_until_; });
}

void Past::add_ahead(const Segment& segment, const Terms& terms) {
  ahead_.push_back({.segment = segment, .terms = terms});
}

void Past::add_sums(WallTime at, const StateTimes& times, const Terms& terms,
                    const Calendar& calendar) {
  const TimeRange range = calendar.month(calendar.month_of(at));
  for (const State state : all_states) add_to_month(range, state, times[state], terms);
}

void Past::add_to_month(const TimeRange& month, State state, WallDuration length,
                        const Terms& terms) {
  if (parts_.empty() || parts_.back().month != month || parts_.back().terms != terms) {
    parts_.push_back({.month = month, .terms = terms, .times = {}});
    // The newest two months that have any time.
    WallTime oldest = month.from;
    for (const Part& part : parts_) {
      if (part.month.from < month.from) oldest = part.month.from;
    }
    std::erase_if(parts_, [&](const Part& part) { return part.month.from < oldest; });
  }
  parts_.back().times[state] += length;
}

void Past::add_to_cells(std::vector<Cell>& cells, const Segment& segment, std::size_t most,
                        const Calendar* calendar) {
  WallTime from = segment.from;
  // What would be pushed out at once is not worth walking through.
  const WallDuration width = calendar == nullptr ? quarter : WallDuration(25h);
  from = std::max(from, segment.to - width * static_cast<std::int64_t>(most));
  while (from < segment.to) {
    if (cells.empty() || from < cells.back().from || from >= cells.back().to) {
      const TimeRange range = calendar == nullptr ? quarter_of(from) : calendar->day_of(from);
      if (cells.size() == most) cells.erase(cells.begin());
      cells.push_back({.from = range.from, .to = range.to, .milliseconds = {}});
      // It will not get longer: a third of what it grew to would stay empty, for each check.
      if (cells.size() == most) cells.shrink_to_fit();
    }
    const WallTime to = std::min(segment.to, cells.back().to);
    cells.back().milliseconds[static_cast<std::size_t>(segment.state)] +=
        static_cast<std::uint32_t>((to - from).count());
    from = to;
  }
}

std::vector<HistoryCell> Past::cells(const std::vector<Cell>& cells, WallTime from) {
  std::vector<HistoryCell> shown;
  for (const Cell& cell : cells) {
    if (cell.to <= from) continue;
    HistoryCell one{.from = cell.from, .to = cell.to, .times = {}};
    for (const State state : all_states) {
      one.times[state] = WallDuration(cell.milliseconds[static_cast<std::size_t>(state)]);
    }
    shown.push_back(one);
  }
  return shown;
}

// Each part has its own budget and is judged by it; what is to come belongs to the newest terms.
std::optional<MonthFigures> Past::month(const TimeRange& range, WallTime now, const Terms& terms,
                                        WallDuration to_come) const {
  std::vector<Part> parts;
  for (const Part& part : parts_) {
    if (part.month == range) parts.push_back(part);
  }
  if (parts.empty()) return std::nullopt;
  MonthFigures month;
  month.from = range.from;
  month.to = range.to;
  month.complete = now >= range.to;
  const WallDuration rest = month.complete ? WallDuration(0) : to_come;
  if (rest > WallDuration(0) && parts.back().terms != terms) {
    parts.push_back({.month = range, .terms = terms, .times = {}});
  }
  for (const Part& part : parts) {
    for (const State state : all_states) month.times[state] += part.times[state];
    const std::optional<double> level = part.terms.sla.guaranteed;
    if (!level) continue;
    const WallDuration later = &part == &parts.back() ? rest : WallDuration(0);
    const std::optional<LevelVerdict> verdict = judge(*level, part.times, later);
    if (!verdict) continue;
    const WallDuration allowed = budget(*level, committed(part.times) + later);
    const WallDuration down = part.times[State::bad] + part.times[State::unknown];
    month.budget = month.budget.value_or(WallDuration(0)) + allowed;
    month.budget_remaining = month.budget_remaining.value_or(WallDuration(0)) + allowed - down;
    month.verdict = both(month.verdict.value_or(*verdict), *verdict);
  }
  month.figures = figures(month.times);
  return month;
}

CheckHistory Past::at(WallTime now, const std::optional<Open>& open, const Terms& terms,
                      const Calendar& calendar, WallDuration to_come, bool detail) const {
  Past whole = *this;
  if (open) whole.add(open->segment, open->terms, calendar);
  for (Ahead& later : std::exchange(whole.ahead_, {})) {
    later.segment.from = std::max(later.segment.from, whole.known_until_);
    later.segment.to = std::min(later.segment.to, now);
    if (later.segment.from < later.segment.to) whole.add(later.segment, later.terms, calendar);
  }
  const TimeRange current = calendar.month(calendar.month_of(now));
  const TimeRange previous = calendar.month(calendar.month_of(current.from - 1ms));
  CheckHistory history;
  history.current = whole.month(current, now, terms, to_come);
  history.previous = whole.month(previous, now, terms, WallDuration(0));
  if (!detail) return history;
  history.hours = cells(whole.quarters_, now - 24h);
  // Two hours of slack: days of 23 and 25 hours move the boundary.
  history.days = cells(whole.days_, calendar.day_of(now).from - 24h * (days_shown - 1) + 2h);
  history.outages = whole.outages_.outages();
  std::ranges::reverse(history.outages);
  return history;
}

}  // namespace ght
