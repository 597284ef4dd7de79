// One check's part of the monthly report.
#pragma once

#include <optional>
#include <vector>

#include "agent/core/report.h"
#include "agent/ledger/calendar.h"
#include "agent/ledger/storage.h"

namespace ght {

struct ReportFrame {
  TimeRange month;
  WallTime known_until{};  // nothing later is counted
  std::vector<MaintenanceWindow> windows;
};

// `records` as Storage::past gives them, from a month before. Absent when the check did not exist
// in the month.
std::optional<CheckReport> report_check(const ReportFrame& frame, const StoredCheck& check,
                                        const std::vector<Record>& records);

}  // namespace ght
