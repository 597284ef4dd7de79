// The monthly report of a ledger's file, beside a running agent or without one.
#pragma once

#include <string>

#include "agent/ledger/report_builder.h"

namespace ght::io {

// Reads in one transaction and changes nothing. Blocks. An Error when there is no ledger at `path`
// or it cannot be read.
Result<Report> read_report(const std::string& path, const ReportRequest& request);

}  // namespace ght::io
