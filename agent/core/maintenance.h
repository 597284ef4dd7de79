// Maintenance windows as values: what is declared, by whom, for which checks.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/activity.h"
#include "agent/core/service_hours.h"
#include "agent/core/time.h"

namespace ght {

struct MaintenanceScope {
  bool all = false;
  std::vector<std::string> checks;
  std::vector<Activity> activities;

  bool covers(std::string_view check, Activity activity) const {
    return all || std::ranges::find(checks, check) != checks.end() ||
           std::ranges::find(activities, activity) != activities.end();
  }
  bool operator==(const MaintenanceScope&) const = default;
};

// A window that somebody wants: once (from, to) or recurring (hours of the week, within from..to
// where given).
struct MaintenancePlan {
  MaintenanceScope scope;
  std::optional<WallTime> from;
  std::optional<WallTime> to;
  std::string recurring;             // as written: "sun 02:00-04:00"; empty: once
  std::optional<WeeklyHours> hours;  // the same, parsed
  std::string reason;                // required
  std::string author;                // required
  std::string approver;              // empty: none given

  bool operator==(const MaintenancePlan&) const = default;
};

// A window as the ledger knows it. It takes time out of the committed time from the moment of its
// declaration on, never before: what was accounted stays accounted.
struct MaintenanceWindow {
  std::string id;        // short, unique in this ledger
  MaintenancePlan plan;  // plan.from is always given; plan.to is absent for an endless recurrence
  bool configured = false;  // from the configuration file; else declared by command
  WallTime declared_at{};
  std::optional<WallTime> ended_at;  // stopped early, or gone from the configuration
  std::string ended_by;

  // It began before it was declared.
  bool retroactive() const { return *plan.from < declared_at; }
  // The time in which it can hold: not before it was declared, not after it was ended.
  WallTime effective_from() const { return std::max(*plan.from, declared_at); }
  std::optional<WallTime> effective_to() const {
    if (!ended_at) return plan.to;
    return plan.to ? std::min(*plan.to, *ended_at) : *ended_at;
  }
};

}  // namespace ght
