// The monthly report as values: what the ledger says of one calendar month. Made by agent/ledger,
// rendered by agent/exposition.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/core/backup_records.h"
#include "agent/core/check.h"
#include "agent/core/history.h"
#include "agent/core/maintenance.h"
#include "agent/core/service_level.h"

namespace ght {

// A state's time, and of the maintenance time the part in which the service was seen to work: gross
// availability needs it.
struct Tally {
  StateTimes times;
  WallDuration good_in_maintenance{};
  WallDuration unknown_in_maintenance{};

  bool operator==(const Tally&) const = default;
};

// Availability with maintenance counted as service time: good seen / (committed + maintenance).
// lower counts unknown as down, upper as up.
struct GrossFigures {
  double lower = 0;
  double upper = 0;

  bool operator==(const GrossFigures&) const = default;
};
std::optional<GrossFigures> gross_figures(const Tally& tally);

// The part of the month in which one set of terms held.
struct ReportPeriod {
  WallTime from{};
  WallTime to{};
  Terms terms;
  Tally tally;
  std::optional<Figures> figures;
  std::optional<GrossFigures> gross;
  std::optional<WallDuration> budget;  // over the whole period, to come included
  std::optional<LevelVerdict> verdict;
};

// GTR: how long outages lasted, and whether they came back.
struct RestoreFigures {
  std::size_t outages = 0;
  WallDuration longest{};
  std::size_t over_limit = 0;   // longer than max_outage; 0 as well when none is agreed
  std::size_t recurrences = 0;  // began within 24 h of the end of the one before
  // Outages that came back within 24 h taken as one: the longest sum, and how many exceed the
  // limit. "3 h 59 down, 1 minute up, 3 h 59 down" is 7 h 58 here.
  WallDuration longest_with_recurrence{};
  std::size_t over_limit_with_recurrence = 0;

  bool operator==(const RestoreFigures&) const = default;
};

struct CheckReport {
  std::string check;
  Terms terms;                        // the latest of the month
  bool removed = false;               // no longer configured at the end of what is reported
  WallTime from{};                    // of the month, or the check's first second in it
  std::vector<ReportPeriod> periods;  // oldest first, at least one
  Tally tally;                        // of all periods
  std::optional<Figures> figures;
  std::optional<GrossFigures> gross;
  std::optional<LevelVerdict> verdict;  // breached if any period is, met if all are
  std::vector<Outage> outages;          // that touch the month, oldest first, whole
  RestoreFigures restore;
  // Time of the month that retroactive windows would take out if the parties accepted them: it is
  // NOT taken out above.
  StateTimes retroactive;
};

struct ActivityReport {
  Activity activity = Activity::administration;
  std::size_t checks = 0;
  StateTimes times;                     // pooled over the checks
  std::optional<Figures> figures;       // of the pooled time, never an average of averages
  std::optional<LevelVerdict> verdict;  // breached if any check is; absent without any level
};

struct WindowReport {
  MaintenanceWindow window;
  std::vector<std::pair<WallTime, WallTime>> occurrences;  // in the month, bounded by limits
  WallDuration total{};                                    // of all occurrences in the month
};

// A step of the clock, a suspension, a damaged ledger: what an auditor has to know about the
// record itself. `kind` is the record's kind, `detail` its text.
struct LedgerEvent {
  WallTime at{};
  std::string kind;
  std::string detail;
};

struct Report {
  Identity identity;
  std::string time_zone;
  Numbering numbering = Numbering::csp;
  std::string agent_version;
  WallTime from{};
  WallTime to{};
  bool complete = false;  // the month is over and every interval of it is closed
  WallTime generated{};
  WallTime known_until{};          // the ledger's newest heartbeat: nothing later is counted
  std::int64_t chain_records = 0;  // length of the chain
  std::string chain_head;          // SHA-256 in hex
  std::vector<ActivityReport> activities;  // the six, in order of their numbers
  std::vector<CheckReport> checks;         // by activity, then name
  std::vector<WindowReport> windows;
  // Of the twelve months that end with this one, by their moment: one a year is due at least.
  std::vector<RestoreTest> restore_tests;
  std::vector<LedgerEvent> events;
};

}  // namespace ght
