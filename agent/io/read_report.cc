#include "agent/io/read_report.h"

#include "agent/io/ledger_file.h"

namespace ght::io {

Result<Report> read_report(const std::string& path, const ReportRequest& request) {
  GHT_TRY(LedgerFile file, LedgerFile::open(path));
  ReportSource source;
  GHT_TRY(source.state, file.state());
  GHT_TRY(source.events, file.events(WallTime::max()));
  GHT_TRY(PastReader past, file.past());
  source.past = [&](const std::string& check, WallTime from, WallTime to) {
    return past.read(check, from, to);
  };
  return build_report(request, source);
}

}  // namespace ght::io
