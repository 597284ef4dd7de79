// The past of a check as pages show it: outages, months, strips of cells.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/core/service_level.h"
#include "agent/core/state.h"
#include "agent/core/time.h"

namespace ght {

// From the first bad second to the last one before the check was good again. Unknown, maintenance
// and time out of hours in between do not end it: nobody saw the service restored.
struct Outage {
  WallTime from{};
  WallTime to{};           // so far, while `open`
  bool open = false;       // still bad
  WallDuration bad{};      // of it accounted as bad
  WallDuration unknown{};  // of it accounted as unknown
  std::string reason;      // code of what began it

  // Committed time from its beginning to its end: what a GTR is held against.
  WallDuration duration() const { return bad + unknown; }
  bool operator==(const Outage&) const = default;
};

// One calendar month of one check, durable time only.
struct MonthFigures {
  WallTime from{};
  WallTime to{};  // end of the month, also while it runs
  bool complete = false;
  StateTimes times;
  std::optional<Figures> figures;  // of the time that has passed
  // For the whole month, planned maintenance taken out; absent without a guaranteed level.
  std::optional<WallDuration> budget;
  std::optional<WallDuration> budget_remaining;  // unknown counts as down; negative: exceeded
  std::optional<LevelVerdict> verdict;

  bool operator==(const MonthFigures&) const = default;
};

// Time of one cell; parts that nobody accounted for are in none of the states.
struct HistoryCell {
  WallTime from{};
  WallTime to{};
  StateTimes times;

  bool operator==(const HistoryCell&) const = default;
};

struct CheckHistory {
  std::optional<MonthFigures> current;
  std::optional<MonthFigures> previous;  // absent: the check did not exist then
  std::vector<HistoryCell> hours;        // the last 24 hours, oldest first, 15 minutes each
  std::vector<HistoryCell> days;         // the last 30 local days, today last
  std::vector<Outage> outages;           // newest first, bounded

  bool operator==(const CheckHistory&) const = default;
};

}  // namespace ght
