#include "agent/io/read_report.h"

#include <filesystem>
#include <utility>

#include "agent/io/ledger_tables.h"

namespace ght::io {

Result<Report> read_report(const std::string& path, const ReportRequest& request) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    return Error{path, "there is no ledger here: has the agent run?"};
  }
  GHT_TRY(sqlite::Database database,
          sqlite::Database::open(path, sqlite::Database::Mode::read_only));
  GHT_TRY_VOID(database.execute("BEGIN"));
  ReportSource source;
  GHT_TRY(source.state, read_state(database));
  GHT_TRY(source.events, read_events(database, WallTime::max()));
  source.past = [&](const std::string& check, WallTime from, WallTime to) {
    return read_past(database, check, from, to);
  };
  return build_report(request, source);
}

}  // namespace ght::io
