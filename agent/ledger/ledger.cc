#include "agent/ledger/ledger.h"

#include <algorithm>
#include <utility>

#include "agent/core/limits.h"
#include "agent/core/reasons.h"
#include "agent/ledger/terms_json.h"

namespace ght {

Ledger::Entry& Ledger::begin(const CheckPolicy& check, WallTime now) {
  Entry made(Account(check.policy, now), Timetable(check.name, check.terms, now));
  made.since = now;
  made.state_since = now;
  if (restored_) {
    made.durable = StateTimes{};
    made.past.emplace();
  }
  return entries_.emplace(check.name, std::move(made)).first->second;
}

void Ledger::configure(const std::vector<CheckPolicy>& checks, WallTime now) {
  for (auto& [name, entry] : entries_) {
    const bool wanted = std::any_of(checks.begin(), checks.end(),
                                    [&](const CheckPolicy& check) { return check.name == name; });
    if (!wanted && !entry.removed) remove(name, entry, now);
  }
  const bool after_restart = last_heartbeat_.has_value();
  for (const CheckPolicy& check : checks) {
    Entry* entry = find(check.name);
    if (entry == nullptr) {
      entry = &begin(check, now);
    } else if (!entry->configured) {
      entry->on_this_host = check.on_this_host;
      resume(check.name, *entry, now);
    }
    if (entry->timetable.terms() != check.terms) {
      entry->account.settle(now);
      collect(check.name, *entry);
      entry->timetable.change(check.terms, now);
      entry->defined = false;
    }
    entry->on_this_host = check.on_this_host;
    entry->account.set_policy(check.policy);
    entry->configured = true;
    if (!entry->defined) define(check.name, *entry, now);
    look(*entry, now);
  }
  if (after_restart) {
    const WallDuration forwards = now - *last_heartbeat_;
    const bool believed = forwards <= limits::clock_gap_max && -forwards <= limits::clock_gap_max;
    if (!believed || -forwards > limits::clock_freeze_max) note_clock(*last_heartbeat_, now);
    if (!believed) accounted_until_ = now;
    last_heartbeat_.reset();
  }
  accounted_until_ = std::max(accounted_until_, now);
}

void Ledger::define(const std::string& name, Entry& entry, WallTime now) {
  pending_.push_back(event(RecordKind::definition, name, now, to_json(entry.timetable.terms())));
  entry.defined = true;
  entry.changed = true;
}

void Ledger::remove(const std::string& name, Entry& entry, WallTime now) {
  WallTime at = now;
  if (entry.configured) {
    entry.account.settle(now);
    // What waits for confirmation will not get it any more.
    entry.account.gap(now, Verdict::unknown, reasons::stale, reasons::never_run);
    collect(name, entry);
  } else {
    at = last_heartbeat_.value_or(now);  // gone while the agent was stopped
  }
  if (entry.open) close_open(name, entry);
  pending_.push_back(event(RecordKind::removed, name, at, ""));
  entry.configured = false;
  entry.removed = true;
  entry.changed = true;
}

// After a restart, or a removal that was taken back.
void Ledger::resume(const std::string& name, Entry& entry, WallTime now) {
  if (entry.removed) {
    entry.account.rebase(now, reasons::never_run);
    entry.removed = false;
    entry.defined = false;
    entry.state_since = now;
    return;
  }
  const WallTime settled = entry.account.settled();
  const WallTime known = std::max(settled, last_heartbeat_.value_or(settled));
  if (now - known > limits::clock_gap_max || known - now > limits::clock_freeze_max) {
    begin_era(name, entry, known, now, reasons::never_run);
    return;
  }
  if (rebooted_ && entry.on_this_host && boot_.at > known && known >= accounted_until_) {
    entry.account.gap(known, Verdict::unknown, reasons::agent_stopped, reasons::never_run);
    entry.account.gap(std::min(boot_.at, now), Verdict::bad, reasons::host_down,
                      reasons::never_run);
  }
  unwatched(entry, known, now, reasons::agent_stopped, reasons::never_run);
  collect(name, entry);
}

// Nobody watched between `known` and `now`. Time that an earlier run of the clock has accounted for
// is not accounted again as unknown: what was known then stays.
void Ledger::unwatched(Entry& entry, WallTime known, WallTime now, std::string_view reason,
                       std::string_view afterwards) {
  entry.account.gap(known, Verdict::unknown, reason, afterwards);
  if (known < accounted_until_ && entry.account.settled() < accounted_until_) {
    entry.account.rebase(std::min(accounted_until_, now), afterwards);
  }
  entry.account.gap(now, Verdict::unknown, reason, afterwards);
}

// The account goes on at another time.
void Ledger::begin_era(const std::string& name, Entry& entry, WallTime last, WallTime now,
                       std::string_view reason) {
  entry.account.gap(last, Verdict::unknown, reason, reason);
  collect(name, entry);
  if (entry.open) close_open(name, entry);
  entry.account.rebase(now, reason);
  entry.state_since = now;
  entry.changed = true;
}

void Ledger::clock_stepped(WallTime last_look, WallDuration step, WallTime now) {
  note_clock(last_look, now);
  const bool backwards = step < WallDuration(0);
  if (backwards && last_look - now <= limits::clock_freeze_max) return;
  const bool believed = now - last_look <= limits::clock_gap_max;
  for (auto& [name, entry] : entries_) {
    if (!entry.configured) continue;
    entry.account.settle(last_look);
    if (backwards || !believed) {
      begin_era(name, entry, last_look, now, reasons::clock_step);
    } else {
      unwatched(entry, last_look, now, reasons::clock_step, reasons::clock_step);
      collect(name, entry);
    }
    look(entry, now);
  }
  if (!believed || last_look - now > limits::clock_gap_max) {
    accounted_until_ = now;
  } else {
    accounted_until_ = std::max({accounted_until_, last_look, now});
  }
}

void Ledger::note_clock(WallTime last, WallTime now) {
  const std::string body = "{\"from_ms\":" + std::to_string(to_unix_ms(last)) +
                           ",\"to_ms\":" + std::to_string(to_unix_ms(now)) + "}";
  pending_.push_back(event(RecordKind::clock, "", now, body));
}

void Ledger::observe(std::string_view check, Verdict verdict, std::string_view reason,
                     WallTime at) {
  Entry* entry = find(check);
  if (entry == nullptr || !entry->configured) return;  // removed while its run was under way
  entry->account.observe(verdict, reason, at);
  collect(std::string(check), *entry);
  look(*entry, at);
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

void Ledger::advance(WallTime now) {
  for (auto& [name, entry] : entries_) {
    if (!entry.configured) continue;
    entry.account.settle(now);
    collect(name, entry);
    look(entry, now);
  }
  accounted_until_ = std::max(accounted_until_, now);
  if (pending_.size() > limits::pending_records) condense();
}

void Ledger::look(Entry& entry, WallTime now) {
  const Timetable::Phase phase = entry.timetable.at(now, windows_);
  entry.excluded = phase.excluded;
  entry.phase_until = phase.until;
}

Ledger::Standing Ledger::standing(std::string_view check) const {
  const Entry* entry = find(check);
  GHT_CHECK(entry != nullptr);
  const State held = entry->excluded.value_or(static_cast<State>(entry->account.held()));
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
    WallTime change = entry.phase_until;
    if (const auto stale = entry.account.stale_at()) change = std::min(change, *stale);
    if (!next || change < *next) next = change;
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

Record Ledger::event(RecordKind kind, std::string subject, WallTime at, std::string body) {
  Record record{
      .kind = kind, .subject = std::move(subject), .segment = {}, .body = std::move(body)};
  record.segment.from = at;
  record.segment.to = at;
  return record;
}

// Takes the account's new segments into the newest interval, or closes it and opens the next. An
// interval is one state and one thing observed; its reason is the one that began it. Time without
// the agent is always an interval of its own: an auditor asks for it.
void Ledger::collect(const std::string& name, Entry& entry) {
  for (const Segment& segment : entry.account.take_segments()) {
    for (Timetable::Piece& piece : entry.timetable.cut(segment, windows_)) {
      Segment& part = piece.segment;
      const bool follows = entry.open && entry.open->to == part.from;
      const bool same_state = follows && entry.open->state == part.state;
      const auto special = [](const std::string& reason) {
        return reason == reasons::agent_stopped || reason == reasons::host_down;
      };
      if (same_state && !piece.begins && entry.open->observed == part.observed &&
          (entry.open->reason == part.reason ||
           (!special(part.reason) && !special(entry.open->reason)))) {
        entry.open->to = part.to;
        continue;
      }
      if (!same_state) entry.state_since = part.from;
      if (entry.open) close_open(name, entry);
      entry.open = std::move(part);
      entry.changed = true;
    }
  }
}

void Ledger::close_open(const std::string& name, Entry& entry) {
  const Segment& open = *entry.open;
  entry.closed[open.state] += open.to - open.from;
  pending_.push_back({.kind = RecordKind::interval, .subject = name, .segment = open, .body = {}});
  entry.open.reset();
  entry.changed = true;
}

StateTimes Ledger::total(const Entry& entry) {
  StateTimes times = entry.closed;
  if (entry.open) times[entry.open->state] += entry.open->to - entry.open->from;
  return times;
}

}  // namespace ght
