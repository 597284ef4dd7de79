// The ledger's dealings with its disk: what is taken over, what is written, what is durable.
#include <algorithm>
#include <map>
#include <utility>

#include "agent/core/limits.h"
#include "agent/core/reasons.h"
#include "agent/ledger/chain.h"
#include "agent/ledger/ledger.h"
#include "agent/ledger/restore_tests.h"
#include "agent/ledger/terms_json.h"

namespace ght {
namespace {

using namespace std::chrono_literals;

// Longer than a month: intervals end with their month, so one that reaches into a time begins at
// most so long before it.
constexpr WallDuration interval_max = 24h * 32;

WallTime end_of(const StoredCheck& check, const StoredLedger& ledger) {
  const WallTime heartbeat = ledger.heartbeat.value_or(check.open.from);
  return std::max(check.open.from, check.settled_until.value_or(heartbeat));
}

}  // namespace

std::vector<Error> Ledger::restore(const StoredLedger& stored) {
  GHT_CHECK(!restored_);
  restored_ = true;
  chain_ = stored.chain;
  last_heartbeat_ = stored.heartbeat;
  rebooted_ = stored.heartbeat && stored.boot_id != boot_.id;
  const bool running = !entries_.empty();
  std::vector<Error> problems;
  for (const StoredCheck& check : stored.checks) {
    Result<Terms> terms = terms_from_json(check.terms);
    if (!terms.ok()) {
      problems.push_back({"check " + check.name, terms.error().text()});
      Terms named;
      named.title = check.name;
      terms = std::move(named);
    }
    if (Entry* entry = find(check.name); entry != nullptr) {
      restore_under(check, end_of(check, stored), *entry);
    } else {
      restore_entry(check, stored, std::move(terms).value());
    }
  }
  for (auto& [name, entry] : entries_) {
    if (entry.durable) continue;
    entry.durable = StateTimes{};  // new to the disk: nothing of it is durable
    entry.past.emplace();
  }
  restore_windows(stored.declared, problems);
  for (RestoreTest& test : restore_tests_of(stored.declared, problems)) {
    restore_tests_.push_back(std::move(test));
  }
  if (running) {
    last_heartbeat_.reset();  // its gap is accounted by restore_under
    for (const auto& [name, entry] : entries_) {
      if (!entry.configured && !entry.removed) last_heartbeat_ = stored.heartbeat;
    }
  } else {
    accounted_until_ = stored.accounted_until;
  }
  if (stored.begun_anew) begin_anew();
  return problems;
}

void Ledger::restore_entry(const StoredCheck& stored, const StoredLedger& ledger, Terms terms) {
  const WallTime end = end_of(stored, ledger);
  Entry entry(Account({}, end), Timetable(stored.name, std::move(terms), stored.since));
  entry.since = stored.since;
  entry.closed = stored.closed;
  if (!stored.removed && stored.open.from < end) {
    entry.open = stored.open;
    entry.open->to = end;
    entry.durable_open = entry.open;
  }
  entry.state_since = stored.open.from;
  entry.memory = stored.memory;
  entry.stored_settled_until = stored.settled_until;
  entry.removed = stored.removed;
  entry.defined = true;
  entry.changed = false;
  entry.durable = total(entry);
  entries_.emplace(stored.name, std::move(entry));
}

// The stored history goes before what this run has accounted already, with a gap in between.
void Ledger::restore_under(const StoredCheck& stored, WallTime stored_end, Entry& entry) {
  const WallTime begin = std::max(stored_end, entry.since);
  std::vector<Record> before;
  const auto add = [&](Segment segment) {
    if (segment.from >= segment.to) return;
    entry.closed[segment.state] += segment.to - segment.from;
    before.push_back({.kind = RecordKind::interval,
                      .subject = stored.name,
                      .segment = std::move(segment),
                      .body = {}});
  };
  entry.durable = stored.closed;
  for (const State state : all_states) entry.closed[state] += stored.closed[state];
  if (!stored.removed) {
    Segment open = stored.open;
    open.to = stored_end;
    (*entry.durable)[open.state] += open.to - open.from;
    add(std::move(open));
    add({.state = State::unknown,
         .observed = Verdict::unknown,
         .from = stored_end,
         .to = begin,
         .reason = std::string(reasons::agent_stopped)});
  }
  pending_.insert(pending_.begin(), before.begin(), before.end());
  entry.since = stored.since;
  if (entry.memory.empty()) entry.memory = stored.memory;
  entry.changed = true;
}

Result<void> Ledger::reopened(const StoredLedger& stored) {
  GHT_CHECK(restored_);
  if (stored.begun_anew || !stored.heartbeat) {
    // Nothing was ever written: the first batch failed, and what it held still waits.
    const bool untouched = !stored.begun_anew && chain_.records == 0;
    if (!untouched) begin_anew();
    return {};
  }
  if (stored.chain == chain_) return {};
  return Error{"ledger", "the file on the disk is not the one that was written before (" +
                             std::to_string(stored.chain.records) + " records, expected " +
                             std::to_string(chain_.records) +
                             "); restart the agent to go on with it"};
}

// Everything is written once more, after a record of what it adds up to.
void Ledger::begin_anew() {
  const auto said = [](const Record& record) { return record.kind == RecordKind::damage; };
  if (std::ranges::any_of(pending_, said)) return;  // it still waits to be written
  Checkpoint checkpoint{.head = chain_, .sums = {}};
  for (const auto& [name, entry] : entries_) checkpoint.sums.emplace(name, entry.closed);
  for (const Record& record : pending_) {
    StateTimes& sums = checkpoint.sums[record.subject];
    if (record.kind == RecordKind::interval) {
      sums[record.segment.state] -= record.segment.to - record.segment.from;
    } else if (record.kind == RecordKind::condensed) {
      const Result<StateTimes> times = sums_from_json(record.body);
      GHT_CHECK(times.ok());  // written here
      for (const State state : all_states) sums[state] -= times.value()[state];
    }
  }
  std::erase_if(checkpoint.sums, [&](const auto& item) { return find(item.first) == nullptr; });
  std::vector<Record> first;
  first.push_back(event(RecordKind::damage, "", accounted_until_, to_json(checkpoint)));
  for (auto& [name, entry] : entries_) {
    entry.changed = true;
    first.push_back(
        event(RecordKind::definition, name, accounted_until_, to_json(entry.timetable.terms())));
    entry.defined = true;
  }
  for (const MaintenanceWindow& window : windows_) {
    first.push_back(event(RecordKind::maintenance, window.id, window.declared_at, to_json(window)));
    if (window.ended_at) {
      first.push_back(event(RecordKind::maintenance_end, window.id, *window.ended_at, ""));
    }
  }
  for (const RestoreTest& test : restore_tests_) {
    first.push_back(event(RecordKind::restore_test, test.backup, accounted_until_, to_json(test)));
  }
  pending_.insert(pending_.begin(), first.begin(), first.end());
}

Batch Ledger::take_batch(WallTime now) {
  GHT_CHECK(restored_ && in_batch_.empty() && batch_rows_.empty());
  advance(now);
  Batch batch{.heartbeat = now,
              .boot_id = boot_.id,
              .accounted_until = accounted_until_,
              .records = {},
              .checks = {}};
  in_batch_ = std::exchange(pending_, {});
  batch.records = in_batch_;
  for (auto& [name, entry] : entries_) {
    entry.in_batch = total(entry);
    entry.open_in_batch = entry.open;
    std::optional<WallTime> settled_until;
    const WallTime settled = entry.account.settled();
    // A frozen account (the clock is behind it) is settled beyond the heartbeat.
    if (entry.configured && settled != now) settled_until = settled;
    if (!entry.changed && settled_until == entry.stored_settled_until) continue;
    entry.changed = false;
    entry.stored_settled_until = settled_until;
    const Segment open =
        entry.open.value_or(Segment{.from = settled, .to = settled, .reason = std::string()});
    batch.checks.push_back({.name = name,
                            .since = entry.since,
                            .closed = entry.closed,
                            .open = open,
                            .settled_until = settled_until,
                            .memory = entry.memory,
                            .terms = to_json(entry.timetable.terms()),
                            .removed = entry.removed});
    batch_rows_.push_back(name);
  }
  return batch;
}

void Ledger::committed(const ChainHead& chain) {
  chain_ = chain;
  for (const Record& record : std::exchange(in_batch_, {})) remember_past(record);
  batch_rows_.clear();
  WallTime settled = WallTime::max();
  for (auto& [name, entry] : entries_) {
    if (!entry.in_batch) continue;
    entry.durable = std::exchange(entry.in_batch, std::nullopt);
    entry.durable_open = std::exchange(entry.open_in_batch, std::nullopt);
    // Its terms count until the interval under way is closed and written.
    entry.timetable.forget_before(entry.durable_open ? entry.durable_open->from
                                                     : entry.account.settled());
    if (entry.past && entry.durable_open && entry.durable_open->from < entry.past->known_until()) {
      entry.past.reset();  // the clock was set back: the later account stands, so read all again
    }
    if (entry.configured) settled = std::min(settled, entry.account.settled());
  }
  std::erase_if(windows_, [&](const MaintenanceWindow& window) {
    const auto to = window.effective_to();
    return to && *to <= settled && settled != WallTime::max();
  });
}

void Ledger::failed() {
  pending_.insert(pending_.begin(), in_batch_.begin(), in_batch_.end());
  in_batch_.clear();
  for (const std::string& name : std::exchange(batch_rows_, {})) {
    if (Entry* entry = find(name); entry != nullptr) entry->changed = true;
  }
  for (auto& [name, entry] : entries_) {
    entry.in_batch.reset();
    entry.open_in_batch.reset();
  }
}

// The disk has been away for long: intervals that wait become sums, one record a check and month.
// What was condensed before is taken in again, so that the number is bounded for good.
void Ledger::condense() {
  struct Sums {
    Record record;
    StateTimes times;
  };
  std::vector<Record> kept;
  std::map<std::pair<std::string, std::chrono::year_month>, Sums> sums;
  for (Record& record : pending_) {
    const Entry* entry = find(record.subject);
    const bool interval = record.kind == RecordKind::interval;
    if (entry == nullptr || (!interval && record.kind != RecordKind::condensed)) {
      kept.push_back(std::move(record));
      continue;
    }
    const auto month = entry->timetable.calendar().month_of(record.segment.from);
    const auto [found, added] = sums.try_emplace({record.subject, month});
    Sums& sum = found->second;
    if (added) sum.record = event(RecordKind::condensed, record.subject, record.segment.from, "");
    sum.record.segment.from = std::min(sum.record.segment.from, record.segment.from);
    sum.record.segment.to = std::max(sum.record.segment.to, record.segment.to);
    if (interval) {
      sum.times[record.segment.state] += record.segment.to - record.segment.from;
      continue;
    }
    const Result<StateTimes> before = sums_from_json(record.body);
    GHT_CHECK(before.ok());  // written here
    for (const State state : all_states) sum.times[state] += before.value()[state];
  }
  for (auto& [key, sum] : sums) {
    sum.record.body = sums_to_json(sum.times);
    kept.push_back(std::move(sum.record));
  }
  pending_ = std::move(kept);
}

void Ledger::remember_past(const Record& record) {
  Entry* entry = find(record.subject);
  if (entry == nullptr || !entry->past) return;
  const Segment& segment = record.segment;
  const Terms& terms = entry->timetable.terms_at(segment.from);
  const Calendar& calendar = entry->timetable.calendar();
  if (record.kind == RecordKind::interval && segment.from < entry->past->known_until()) {
    entry->past.reset();  // the clock was set back
  } else if (record.kind == RecordKind::interval) {
    entry->past->add(segment, terms, calendar);
  } else if (record.kind == RecordKind::removed) {
    entry->past->end_outage();
  } else if (record.kind == RecordKind::condensed) {
    const Result<StateTimes> times = sums_from_json(record.body);
    if (times.ok()) entry->past->add_sums(segment.from, times.value(), terms, calendar);
  }
}

bool Ledger::take_past(std::string_view check, const std::vector<Record>& records) {
  Entry* entry = find(check);
  if (entry == nullptr) return false;
  Past past;
  std::vector<Segment> segments;
  std::vector<WallTime> removals;
  Timetable table(std::string(check), entry->timetable.terms(), WallTime::min());
  for (const Record& record : records) {
    if (record.kind == RecordKind::interval) segments.push_back(record.segment);
    if (record.kind == RecordKind::removed) removals.push_back(record.segment.from);
    if (record.kind != RecordKind::definition) continue;
    const Result<Terms> terms = terms_from_json(record.body);
    if (terms.ok()) table.change(terms.value(), record.segment.from);
  }
  const Calendar& calendar = entry->timetable.calendar();
  // After a clock that was set back, what comes later than the interval under way can still be
  // accounted again.
  const WallTime under_way = entry->durable_open ? entry->durable_open->from : WallTime::max();
  auto removal = removals.begin();
  for (const Segment& segment : paint(std::move(segments))) {
    for (; removal != removals.end() && *removal <= segment.from; ++removal) past.end_outage();
    const Terms& terms = table.terms_at(segment.from);
    Segment before = segment;
    Segment ahead = segment;
    before.to = std::min(segment.to, under_way);
    ahead.from = std::max(segment.from, under_way);
    if (before.from < before.to) past.add(before, terms, calendar);
    if (ahead.from < ahead.to) past.add_ahead(ahead, terms);
  }
  if (removal != removals.end()) past.end_outage();
  for (const Record& record : records) {
    if (record.kind != RecordKind::condensed) continue;
    const WallTime at = record.segment.from;
    const Result<StateTimes> times = sums_from_json(record.body);
    if (times.ok()) past.add_sums(at, times.value(), table.terms_at(at), calendar);
  }
  entry->past = std::move(past);
  return true;
}

std::vector<std::string> Ledger::wants_past() const {
  std::vector<std::string> names;
  for (const auto& [name, entry] : entries_) {
    if (entry.configured && !entry.past) names.push_back(name);
  }
  return names;
}

WallTime Ledger::past_from(WallTime now) const {
  return now - 2 * interval_max - interval_max;
}

std::optional<CheckHistory> Ledger::history(std::string_view check, WallTime now,
                                            bool detail) const {
  const Entry* entry = find(check);
  if (entry == nullptr || !entry->past) return std::nullopt;
  const Timetable& table = entry->timetable;
  std::optional<Past::Open> open;
  if (const auto& newest = entry->durable_open)
    open.emplace(Past::Open{.segment = *newest, .terms = table.terms_at(newest->from)});
  return entry->past->at(now, open, table.terms(), table.calendar(), table.to_come(now, windows_),
                         detail);
}

}  // namespace ght
