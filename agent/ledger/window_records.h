// Maintenance windows out of their records.
#pragma once

#include <vector>

#include "agent/core/maintenance.h"
#include "agent/core/result.h"
#include "agent/ledger/record.h"

namespace ght {

// From records of the kinds maintenance and maintenance_end, in order (others are passed over).
// What cannot be read is added to `problems` and left out.
std::vector<MaintenanceWindow> windows_of(const std::vector<Record>& records,
                                          std::vector<Error>& problems);

}  // namespace ght
