#include "agent/ledger/ledger.h"

#include <algorithm>
#include <utility>

#include "agent/core/reasons.h"

namespace ght {

void Ledger::restore(const StoredLedger& stored) {
  GHT_CHECK(!restored_);
  restored_ = true;
  for (const StoredCheck& check : stored.checks) {
    const WallTime end = std::max(
        check.open_from, check.settled_until.value_or(stored.heartbeat.value_or(check.open_from)));
    if (Entry* running = find(check.name); running != nullptr) {
      restore_under(check, end, *running);
      continue;
    }
    Entry entry(Account({}, end));
    entry.since = check.since;
    entry.closed = check.closed;
    entry.open = Segment{check.open_state, check.open_from, end, check.open_reason};
    entry.state_since = check.open_from;
    entry.memory = check.memory;
    entry.stored_settled_until = check.settled_until;
    entry.changed = false;
    entry.durable = total(entry);
    entries_.emplace(check.name, std::move(entry));
  }
  for (auto& [name, entry] : entries_) {
    if (!entry.durable) entry.durable = StateTimes{};  // new to the disk: nothing of it is durable
  }
}

// The stored history goes before what this run has accounted already, with a gap in between.
void Ledger::restore_under(const StoredCheck& stored, WallTime stored_end, Entry& entry) {
  const WallTime begin = std::max(stored_end, entry.since);
  std::vector<ClosedInterval> before;
  before.push_back(
      {stored.name, stored.open_state, stored.open_from, stored_end, stored.open_reason});
  if (begin > stored_end) {
    before.push_back(
        {stored.name, State::unknown, stored_end, begin, std::string(reasons::agent_stopped)});
  }
  entry.durable = stored.closed;
  (*entry.durable)[stored.open_state] += stored_end - stored.open_from;
  for (const State state : all_states) entry.closed[state] += stored.closed[state];
  for (const ClosedInterval& interval : before) {
    entry.closed[interval.state] += interval.to - interval.from;
  }
  closed_.insert(closed_.begin(), before.begin(), before.end());
  entry.since = stored.since;
  if (entry.memory.empty()) entry.memory = stored.memory;
  entry.changed = true;
}

void Ledger::configure(const std::vector<CheckPolicy>& checks, WallTime now) {
  for (auto& [name, entry] : entries_) {
    const bool wanted = std::any_of(checks.begin(), checks.end(),
                                    [&](const CheckPolicy& check) { return check.name == name; });
    if (entry.configured && !wanted) {
      entry.account.settle(now);
      collect(name, entry);
      entry.configured = false;
      entry.changed = true;
    }
  }
  for (const CheckPolicy& check : checks) {
    Entry* entry = find(check.name);
    if (entry == nullptr) {
      Entry made(Account(check.policy, now));
      made.since = now;
      made.state_since = now;
      if (restored_) made.durable = StateTimes{};
      entry = &entries_.emplace(check.name, std::move(made)).first->second;
    } else if (!entry->configured) {
      entry->account.gap(now, reasons::agent_stopped, reasons::never_run);
      collect(check.name, *entry);
    }
    entry->account.set_policy(check.policy);
    entry->configured = true;
  }
}

void Ledger::observe(std::string_view check, Verdict verdict, std::string_view reason,
                     WallTime at) {
  Entry* entry = find(check);
  if (entry == nullptr || !entry->configured) return;  // removed while its run was under way
  entry->account.observe(verdict, reason, at);
  collect(std::string(check), *entry);
}

void Ledger::remember(std::string_view check, std::string memory) {
  Entry* entry = find(check);
  if (entry == nullptr || entry->memory == memory) return;
  entry->memory = std::move(memory);
  entry->changed = true;
}

std::string Ledger::memory(std::string_view check) const {
  const Entry* entry = find(check);
  return entry == nullptr ? std::string() : entry->memory;
}

void Ledger::gap(WallTime now, std::string_view reason) {
  for (auto& [name, entry] : entries_) {
    if (!entry.configured) continue;
    entry.account.gap(now, reason, reason);
    collect(name, entry);
  }
}

void Ledger::advance(WallTime now) {
  for (auto& [name, entry] : entries_) {
    if (!entry.configured) continue;
    entry.account.settle(now);
    collect(name, entry);
  }
}

Batch Ledger::take_batch(WallTime now) {
  GHT_CHECK(restored_ && in_batch_.empty() && batch_rows_.empty());
  advance(now);
  Batch batch{.heartbeat = now, .boot_id = boot_id_, .closed = {}, .checks = {}};
  in_batch_ = std::exchange(closed_, {});
  batch.closed = in_batch_;
  for (auto& [name, entry] : entries_) {
    entry.in_batch = total(entry);
    std::optional<WallTime> settled_until;
    if (entry.account.settled() < now) settled_until = entry.account.settled();
    if (!entry.changed && settled_until == entry.stored_settled_until) continue;
    entry.changed = false;
    entry.stored_settled_until = settled_until;
    const Segment open = entry.open.value_or(
        Segment{State::unknown, entry.account.settled(), entry.account.settled(), std::string()});
    batch.checks.push_back({.name = name,
                            .since = entry.since,
                            .closed = entry.closed,
                            .open_state = open.state,
                            .open_from = open.from,
                            .open_reason = open.reason,
                            .settled_until = settled_until,
                            .memory = entry.memory});
    batch_rows_.push_back(name);
  }
  return batch;
}

void Ledger::committed() {
  in_batch_.clear();
  batch_rows_.clear();
  for (auto& [name, entry] : entries_) {
    if (entry.in_batch) entry.durable = std::exchange(entry.in_batch, std::nullopt);
  }
}

void Ledger::failed() {
  closed_.insert(closed_.begin(), in_batch_.begin(), in_batch_.end());
  in_batch_.clear();
  for (const std::string& name : std::exchange(batch_rows_, {})) {
    if (Entry* entry = find(name); entry != nullptr) entry->changed = true;
  }
  for (auto& [name, entry] : entries_) entry.in_batch.reset();
}

Ledger::Standing Ledger::standing(std::string_view check) const {
  const Entry* entry = find(check);
  GHT_CHECK(entry != nullptr);
  const State held = entry->account.held();
  // What is held may have begun just now, with no time accounted to it yet.
  const bool same = entry->open && entry->open->state == held;
  return {.state = held,
          .since = same ? entry->state_since : entry->account.settled(),
          .reason = entry->account.held_reason()};
}

std::optional<StateTimes> Ledger::durable(std::string_view check) const {
  const Entry* entry = find(check);
  return entry == nullptr ? std::nullopt : entry->durable;
}

std::optional<WallTime> Ledger::next_change() const {
  std::optional<WallTime> next;
  for (const auto& [name, entry] : entries_) {
    if (!entry.configured) continue;
    const auto stale = entry.account.stale_at();
    if (stale && (!next || *stale < *next)) next = stale;
  }
  return next;
}

Ledger::Entry* Ledger::find(std::string_view check) {
  const auto found = entries_.find(check);
  return found == entries_.end() ? nullptr : &found->second;
}

const Ledger::Entry* Ledger::find(std::string_view check) const {
  const auto found = entries_.find(check);
  return found == entries_.end() ? nullptr : &found->second;
}

// Takes the account's new segments into the newest interval, or closes it and opens the next. An
// interval is one state; its reason is the one that began it. Time without the agent is always an
// interval of its own: an auditor asks for it.
void Ledger::collect(const std::string& name, Entry& entry) {
  for (Segment& segment : entry.account.take_segments()) {
    const bool stopped = segment.reason == reasons::agent_stopped;
    if (entry.open && entry.open->state == segment.state && entry.open->to == segment.from &&
        stopped == (entry.open->reason == reasons::agent_stopped)) {
      entry.open->to = segment.to;
      continue;
    }
    if (!entry.open || entry.open->state != segment.state) entry.state_since = segment.from;
    if (entry.open) close_open(name, entry);
    entry.open = std::move(segment);
    entry.changed = true;
  }
}

void Ledger::close_open(const std::string& name, Entry& entry) {
  const Segment& open = *entry.open;
  entry.closed[open.state] += open.to - open.from;
  closed_.push_back({name, open.state, open.from, open.to, open.reason});
  entry.open.reset();
}

StateTimes Ledger::total(const Entry& entry) {
  StateTimes times = entry.closed;
  if (entry.open) times[entry.open->state] += entry.open->to - entry.open->from;
  return times;
}

}  // namespace ght
