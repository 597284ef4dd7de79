#include "agent/ledger/report_check.h"

#include <algorithm>
#include <utility>

#include "agent/core/reasons.h"
#include "agent/ledger/chain.h"
#include "agent/ledger/outages.h"
#include "agent/ledger/past.h"
#include "agent/ledger/terms_json.h"
#include "agent/ledger/timetable.h"

namespace ght {
namespace {

constexpr std::size_t outages_most = 100'000;

struct Defined {
  WallTime from{};
  Terms terms;
};

struct Condensed {
  TimeRange range;
  StateTimes times;
};

TimeRange overlap(const TimeRange& a, const TimeRange& b) {
  return {std::max(a.from, b.from), std::min(a.to, b.to)};
}

// Sorted, without overlap.
std::vector<TimeRange> merged(std::vector<TimeRange> ranges) {
  std::erase_if(ranges, [](const TimeRange& range) { return range.from >= range.to; });
  std::ranges::sort(ranges, {}, &TimeRange::from);
  std::vector<TimeRange> joined;
  for (const TimeRange& range : ranges) {
    if (joined.empty() || range.from > joined.back().to) {
      joined.push_back(range);
    } else {
      joined.back().to = std::max(joined.back().to, range.to);
    }
  }
  return joined;
}

class CheckBuilder {
 public:
  CheckBuilder(const ReportFrame& frame, const StoredCheck& check,
               const std::vector<Record>& records)
      : frame_(frame), check_(check) {
    for (const Record& record : records) take(record);
    if (!check.removed) take_open();
    if (defined_.empty()) {
      // A ledger from before there were definitions, or one whose declaration cannot be read.
      Terms terms;
      terms.title = check.name;
      if (auto stored = terms_from_json(check.terms); stored.ok()) terms = stored.value();
      defined_.push_back({WallTime::min(), std::move(terms)});
    }
    if (alive_.empty() || alive_.front().from > check.since) {
      alive_.insert(alive_.begin(),
                    {check.since, alive_.empty() ? frame.known_until : alive_.front().from});
    }
    segments_ = paint(std::move(segments_));
    fill_gaps();
  }

  std::optional<CheckReport> build();

 private:
  void take(const Record& record);
  void take_open();
  void fill_gaps();
  ReportPeriod period(const Defined& defined, const TimeRange& range, bool last) const;
  void add_condensed(Tally& tally, const TimeRange& range) const;
  StateTimes retroactive(Activity activity) const;

  const ReportFrame& frame_;
  const StoredCheck& check_;
  std::vector<Segment> segments_;
  std::vector<Condensed> condensed_;
  std::vector<Defined> defined_;
  std::vector<TimeRange> alive_;  // when the check existed
};

void CheckBuilder::take(const Record& record) {
  const Segment& segment = record.segment;
  switch (record.kind) {
    case RecordKind::interval:
      segments_.push_back(segment);
      return;
    case RecordKind::condensed:
      if (const auto times = sums_from_json(record.body); times.ok()) {
        condensed_.push_back({{segment.from, segment.to}, times.value()});
      }
      return;
    case RecordKind::definition:
      if (auto terms = terms_from_json(record.body); terms.ok()) {
        while (!defined_.empty() && defined_.back().from >= segment.from) defined_.pop_back();
        defined_.push_back({segment.from, std::move(terms).value()});
      }
      if (alive_.empty() || alive_.back().to != frame_.known_until) {
        alive_.push_back({segment.from, frame_.known_until});
      }
      return;
    case RecordKind::removed:
      if (alive_.empty()) alive_.push_back({check_.since, segment.from});
      alive_.back().to = segment.from;
      return;
    default:
      return;
  }
}

void CheckBuilder::take_open() {
  Segment open = check_.open;
  open.to = check_.settled_until.value_or(frame_.known_until);
  if (open.from < open.to) segments_.push_back(std::move(open));
}

// Time in which the check existed and nothing accounts for it is unknown: a clock that nobody
// believed, or bad results that wait for confirmation.
void CheckBuilder::fill_gaps() {
  std::vector<TimeRange> covered;
  for (const Segment& segment : segments_) covered.push_back({segment.from, segment.to});
  for (const Condensed& condensed : condensed_) covered.push_back(condensed.range);
  covered = merged(std::move(covered));
  std::vector<Segment> gaps;
  const auto gap = [&](WallTime from, WallTime to) {
    const TimeRange range = overlap({from, to}, frame_.month);
    if (range.from >= range.to) return;
    gaps.push_back({.state = State::unknown,
                    .observed = Verdict::unknown,
                    .from = range.from,
                    .to = range.to,
                    .reason = std::string(reasons::clock_step)});
  };
  for (const TimeRange& alive : merged(alive_)) {
    WallTime from = alive.from;
    for (const TimeRange& range : covered) {
      if (range.to <= from) continue;
      if (range.from >= alive.to) break;
      gap(from, range.from);
      from = std::max(from, range.to);
    }
    gap(from, alive.to);
  }
  segments_.insert(segments_.end(), gaps.begin(), gaps.end());
  std::ranges::sort(segments_, {}, &Segment::from);
}

// Sums lie within one month; they are given to the period that holds their beginning.
void CheckBuilder::add_condensed(Tally& tally, const TimeRange& range) const {
  for (const Condensed& condensed : condensed_) {
    if (condensed.range.from < range.from || condensed.range.from >= range.to) continue;
    for (const State state : all_states) tally.times[state] += condensed.times[state];
    // What was seen in maintenance was not kept.
    tally.unknown_in_maintenance += condensed.times[State::maintenance];
  }
}

ReportPeriod CheckBuilder::period(const Defined& defined, const TimeRange& range, bool last) const {
  ReportPeriod period;
  period.from = range.from;
  period.to = range.to;
  period.terms = defined.terms;
  Tally& tally = period.tally;
  for (const Segment& segment : segments_) {
    const TimeRange part = overlap({segment.from, segment.to}, range);
    if (part.from >= part.to) continue;
    const WallDuration length = part.to - part.from;
    tally.times[segment.state] += length;
    if (segment.state != State::maintenance) continue;
    if (segment.observed == Verdict::good) tally.good_in_maintenance += length;
    if (segment.observed == Verdict::unknown) tally.unknown_in_maintenance += length;
  }
  add_condensed(tally, range);
  period.figures = figures(tally.times);
  period.gross = gross_figures(tally);
  WallDuration to_come{};
  const WallTime now = frame_.known_until;
  if (last && !check_.removed && now < frame_.month.to) {
    to_come = Timetable(check_.name, defined.terms, WallTime::min()).to_come(now, frame_.windows);
  }
  if (const auto guaranteed = defined.terms.sla.guaranteed) {
    period.budget = budget(*guaranteed, committed(tally.times) + to_come);
    period.verdict = judge(*guaranteed, tally.times, to_come);
  }
  return period;
}

StateTimes CheckBuilder::retroactive(Activity activity) const {
  std::vector<TimeRange> ranges;
  for (const MaintenanceWindow& window : frame_.windows) {
    if (!window.retroactive() || window.plan.hours) continue;
    if (!window.plan.scope.covers(check_.name, activity)) continue;
    const WallTime to = window.effective_to().value_or(window.declared_at);
    ranges.push_back(overlap({*window.plan.from, std::min(window.declared_at, to)}, frame_.month));
  }
  StateTimes times;
  for (const TimeRange& range : merged(std::move(ranges))) {
    for (const Segment& segment : segments_) {
      if (segment.state == State::maintenance || segment.state == State::out_of_hours) continue;
      const TimeRange part = overlap({segment.from, segment.to}, range);
      if (part.from < part.to) times[segment.state] += part.to - part.from;
    }
  }
  return times;
}

std::optional<CheckReport> CheckBuilder::build() {
  CheckReport report;
  report.check = check_.name;
  report.removed = check_.removed;
  const WallTime end = std::min(frame_.month.to, frame_.known_until);
  WallTime from = end;
  for (const TimeRange& alive : alive_) {
    const TimeRange part = overlap(alive, {frame_.month.from, end});
    if (part.from < part.to) from = std::min(from, part.from);
  }
  if (from >= end) return std::nullopt;
  report.from = from;
  bool level = false;
  bool breached = false;
  bool all_met = true;
  for (std::size_t i = 0; i < defined_.size(); ++i) {
    const bool last = i + 1 == defined_.size() || defined_[i + 1].from >= end;
    const TimeRange range = {std::max(defined_[i].from, from), last ? end : defined_[i + 1].from};
    if (range.from >= range.to) continue;
    ReportPeriod part = period(defined_[i], i == 0 ? TimeRange{from, range.to} : range, last);
    for (const State state : all_states) report.tally.times[state] += part.tally.times[state];
    report.tally.good_in_maintenance += part.tally.good_in_maintenance;
    report.tally.unknown_in_maintenance += part.tally.unknown_in_maintenance;
    if (part.verdict) {
      level = true;
      breached = breached || *part.verdict == LevelVerdict::breached;
      all_met = all_met && *part.verdict == LevelVerdict::met;
    }
    report.terms = part.terms;
    report.periods.push_back(std::move(part));
    if (last) break;
  }
  report.figures = figures(report.tally.times);
  report.gross = gross_figures(report.tally);
  if (level) {
    report.verdict = breached  ? LevelVerdict::breached
                     : all_met ? LevelVerdict::met
                               : LevelVerdict::undetermined;
  }
  OutageTracker tracker(outages_most);
  for (const Segment& segment : segments_) tracker.add(segment);
  if (check_.removed) tracker.end();
  report.outages = tracker.outages();
  std::erase_if(report.outages, [&](const Outage& outage) {
    return outage.to <= frame_.month.from || outage.from >= frame_.month.to;
  });
  report.restore = restore_figures(report.outages, report.terms.sla.max_outage);
  report.retroactive = retroactive(report.terms.activity);
  return report;
}

}  // namespace

std::optional<CheckReport> report_check(const ReportFrame& frame, const StoredCheck& check,
                                        const std::vector<Record>& records) {
  return CheckBuilder(frame, check, records).build();
}

}  // namespace ght
