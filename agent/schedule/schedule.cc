#include "agent/schedule/schedule.h"

#include <algorithm>

namespace ght {
namespace {

// After a start nobody wants to wait an hour for the first verdict of an hourly check.
constexpr Duration first_start_spread = std::chrono::seconds(10);

}  // namespace

std::uint64_t spread_hash(std::string_view seed, std::string_view name) {
  std::uint64_t hash = 14695981039346656037ULL;
  const auto mix = [&hash](std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    hash = (hash ^ 0xFFU) * 1099511628211ULL;  // a separator that no UTF-8 text contains
  };
  mix(seed);
  mix(name);
  // FNV alone leaves names that differ in the last letter close together (finalizer of
  // MurmurHash3).
  hash = (hash ^ (hash >> 33U)) * 0xFF51AFD7ED558CCDULL;
  hash = (hash ^ (hash >> 33U)) * 0xC4CEB9FE1A85EC53ULL;
  return hash ^ (hash >> 33U);
}

void Schedule::set_tasks(const std::vector<Task>& tasks, MonoTime now) {
  std::map<std::string, Entry, std::less<>> entries;
  queue_.clear();
  for (const Task& task : tasks) {
    const auto old = entries_.find(task.name);
    Entry entry{.interval = task.interval};
    if (old != entries_.end()) entry.in_flight = old->second.in_flight;
    if (old != entries_.end() && old->second.interval == task.interval) {
      entry.next = old->second.next;
    } else {
      entry.next = first_start(task.name, task.interval, now);
    }
    queue_.emplace(entry.next, task.name);
    entries.insert_or_assign(task.name, entry);
  }
  entries_ = std::move(entries);
}

MonoTime Schedule::first_start(const std::string& name, Duration interval, MonoTime now) const {
  const auto spread = static_cast<std::uint64_t>(std::min(interval, first_start_spread).count());
  return now + Duration(static_cast<std::int64_t>(spread_hash(seed_, name) % spread));
}

void Schedule::hurry(MonoTime now) {
  queue_.clear();
  for (auto& [name, entry] : entries_) {
    entry.next = std::min(entry.next, first_start(name, entry.interval, now));
    queue_.emplace(entry.next, name);
  }
}

std::optional<MonoTime> Schedule::next_due() const {
  if (queue_.empty()) return std::nullopt;
  return queue_.begin()->first;
}

std::vector<std::string> Schedule::take_due(MonoTime now, std::vector<std::string>& skipped) {
  std::vector<std::string> due;
  while (!queue_.empty() && queue_.begin()->first <= now) {
    auto node = queue_.extract(queue_.begin());
    const std::string& name = node.value().second;
    Entry& entry = entries_.find(name)->second;
    if (entry.in_flight) {
      skipped.push_back(name);
    } else {
      entry.in_flight = true;
      due.push_back(name);
    }
    entry.next = slot_after(name, entry, now);
    node.value().first = entry.next;
    queue_.insert(std::move(node));
  }
  return due;
}

void Schedule::landed(std::string_view name) {
  const auto found = entries_.find(name);
  if (found != entries_.end()) found->second.in_flight = false;
}

// Slots of a task lie on a grid of its interval with a phase of its own. The first one at least
// half an interval after `start`: slots missed in a suspension are not caught up, and the step from
// the early first start onto the grid makes no two runs in a row.
MonoTime Schedule::slot_after(const std::string& name, const Entry& entry, MonoTime start) const {
  const auto step = entry.interval.count();
  const auto phase =
      static_cast<std::int64_t>(spread_hash(seed_, name) % static_cast<std::uint64_t>(step));
  const auto earliest = (start + entry.interval / 2).time_since_epoch().count();
  const auto periods = (earliest - phase + step - 1) / step;
  return MonoTime(Duration(periods * step + phase));
}

}  // namespace ght
