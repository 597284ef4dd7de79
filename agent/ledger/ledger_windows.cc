// What people declare to the ledger: maintenance windows and restore tests.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "agent/core/limits.h"
#include "agent/ledger/ledger.h"
#include "agent/ledger/restore_tests.h"
#include "agent/ledger/terms_json.h"
#include "agent/ledger/window_records.h"

namespace ght {
namespace {

// What the configuration asks for is the window that was declared for it before. A plan without a
// beginning began with its declaration.
bool same_plan(MaintenancePlan plan, const MaintenanceWindow& window) {
  if (!plan.from) plan.from = window.plan.from;
  return plan == window.plan;
}

std::string json_text(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

Result<MaintenanceWindow> Ledger::declare(MaintenancePlan plan, bool configured, WallTime now) {
  if (!plan.from) plan.from = now;
  if (plan.recurring.empty() && !plan.to) return Error{"maintenance", "it has no end"};
  if (plan.to && *plan.to <= *plan.from) {
    return Error{"maintenance", "it ends before it begins"};
  }
  if (plan.recurring.empty() && *plan.to - *plan.from > limits::maintenance_max) {
    return Error{"maintenance", "it is longer than 31 days"};
  }
  if (windows_.size() >= limits::maintenance_windows) {
    return Error{"maintenance",
                 "there are " + std::to_string(windows_.size()) + " windows already"};
  }
  // By the second of its declaration: unique also beside windows of a ledger not read yet.
  std::int64_t number = to_unix_ms(now) / 1000;
  const auto taken = [&](const std::string& id) {
    return std::ranges::find(windows_, id, &MaintenanceWindow::id) != windows_.end();
  };
  std::string id;
  do id = "m" + std::to_string(number++);
  while (taken(id));
  MaintenanceWindow window{.id = std::move(id),
                           .plan = std::move(plan),
                           .configured = configured,
                           .declared_at = now,
                           .ended_at = {},
                           .ended_by = {}};
  advance(now);
  windows_.push_back(window);
  pending_.push_back(event(RecordKind::maintenance, window.id, now, to_json(window)));
  windows_changed(now);
  return window;
}

Result<MaintenanceWindow> Ledger::end_window(std::string_view id, const std::string& by,
                                             WallTime now) {
  const auto found = std::ranges::find(windows_, id, &MaintenanceWindow::id);
  if (found == windows_.end() || (found->effective_to() && *found->effective_to() <= now)) {
    return Error{std::string(id), "no window of this name holds now or later"};
  }
  advance(now);
  found->ended_at = now;
  found->ended_by = by;
  pending_.push_back(
      event(RecordKind::maintenance_end, found->id, now, "{\"by\":" + json_text(by) + "}"));
  windows_changed(now);
  return *found;
}

Result<void> Ledger::record(const RestoreTest& test, WallTime now) {
  if (test.backup.empty()) return Error{"restore test", "it has to name a backup"};
  if (test.at > now) return Error{"restore test", "it lies in the future"};
  if (test.backup_date && *test.backup_date > test.at) {
    return Error{"restore test", "the copy is younger than the test"};
  }
  if (restore_tests_.size() >= limits::restore_tests) {
    return Error{"restore test", "there are too many already"};
  }
  restore_tests_.push_back(test);
  pending_.push_back(event(RecordKind::restore_test, test.backup, now, to_json(test)));
  return {};
}

void Ledger::configure_windows(const std::vector<MaintenancePlan>& plans, WallTime now) {
  const auto ends = [&](const MaintenanceWindow& window) { return window.ended_at.has_value(); };
  std::vector<std::string> gone;
  for (const MaintenanceWindow& window : windows_) {
    const bool wanted = std::ranges::any_of(
        plans, [&](const MaintenancePlan& plan) { return same_plan(plan, window); });
    if (window.configured && !ends(window) && !wanted) gone.push_back(window.id);
  }
  for (const std::string& id : gone) {
    // One that is over anyway needs no end.
    if (const auto ended = end_window(id, "configuration", now); !ended.ok()) continue;
  }
  for (const MaintenancePlan& plan : plans) {
    const bool known = std::ranges::any_of(windows_, [&](const MaintenanceWindow& window) {
      return window.configured && !ends(window) && same_plan(plan, window);
    });
    if (known || (plan.to && *plan.to <= now)) continue;
    // The configuration was judged before: only too many windows can refuse it.
    if (const auto declared = declare(plan, true, now); !declared.ok()) return;
  }
}

std::vector<MaintenanceWindow> Ledger::windows(WallTime now) const {
  std::vector<MaintenanceWindow> later;
  for (const MaintenanceWindow& window : windows_) {
    const auto to = window.effective_to();
    if (!to || *to > now) later.push_back(window);
  }
  std::ranges::sort(later, {}, [](const MaintenanceWindow& window) {
    return std::pair(window.effective_from(), window.declared_at);
  });
  return later;
}

bool Ledger::maintenance_active(std::string_view check, WallTime now) const {
  const Entry* entry = find(check);
  return entry != nullptr && entry->timetable.at(now, windows_).maintenance;
}

void Ledger::windows_changed(WallTime now) {
  for (auto& [name, entry] : entries_) {
    entry.timetable.windows_changed();
    if (entry.configured) look(entry, now);
  }
}

// A disk that could be read late: the configuration has declared meanwhile what it had before.
void Ledger::forget_declared_again(const MaintenanceWindow& stored) {
  if (!stored.configured || stored.ended_at) return;
  const auto again = std::ranges::find_if(windows_, [&](const MaintenanceWindow& window) {
    MaintenancePlan plan = window.plan;
    if (plan.from == window.declared_at) plan.from.reset();
    return window.configured && !window.ended_at && same_plan(std::move(plan), stored);
  });
  if (again == windows_.end()) return;
  std::erase_if(pending_, [&](const Record& record) {
    return record.kind == RecordKind::maintenance && record.subject == again->id;
  });
  windows_.erase(again);
}

void Ledger::restore_windows(const std::vector<Record>& records, std::vector<Error>& problems) {
  std::vector<MaintenanceWindow> restored;
  for (MaintenanceWindow& window : windows_of(records, problems)) {
    const auto to = window.effective_to();
    // What ended before the last heartbeat can still cover time that waited for confirmation; a
    // month is ample.
    if (to && last_heartbeat_ && *to + limits::maintenance_max < *last_heartbeat_) continue;
    forget_declared_again(window);
    restored.push_back(std::move(window));
  }
  windows_.insert(windows_.begin(), restored.begin(), restored.end());
  for (auto& [name, entry] : entries_) entry.timetable.windows_changed();
}

}  // namespace ght
