// The monthly report out of the ledger's records. README.md beside this file has the rules.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "agent/core/report.h"
#include "agent/core/result.h"
#include "agent/ledger/storage.h"

namespace ght {

struct ReportRequest {
  Identity identity;
  std::string agent_version;
  Numbering numbering = Numbering::csp;
  std::string time_zone;
  Holidays holidays = Holidays::fr;
  std::chrono::year_month month{};
  WallTime now{};
};

// Where the records come from; all three of one and the same moment.
struct ReportSource {
  StoredLedger state;
  std::vector<Record> events;  // no intervals, up to the end of the month at least
  // The records about one check that begin in [from, to), and the newest definition before.
  std::function<Result<std::vector<Record>>(const std::string& check, WallTime from, WallTime to)>
      past;
};

// "2026-11". An Error says what was expected.
Result<std::chrono::year_month> parse_month(std::string_view text);

// A check that did not exist in the month is not in it.
Result<Report> build_report(const ReportRequest& request, const ReportSource& source);

}  // namespace ght
