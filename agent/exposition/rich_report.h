// For tests: one fixed Report of November 2026 in which everything that a report can show happens
// at once. Its figures are computed by core, from the times that it is given.
#pragma once

#include "agent/core/report.h"

namespace ght::test {

// Five activities with checks and one without; met, breached, undetermined, no level, no time, two
// periods, removed, open outage, recurrences, hostile names, windows and events of all kinds.
Report rich_report();

// As rich_report, in the middle of its month.
Report running_report();

}  // namespace ght::test
