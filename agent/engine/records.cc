#include "agent/engine/records.h"

#include <algorithm>
#include <utility>

#include "agent/engine/engine.h"
#include "agent/io/backup_reports.h"
#include "agent/io/clock.h"
#include "agent/io/ledger_file.h"
#include "agent/io/sqlite_storage.h"
#include "agent/ledger/restore_tests.h"

namespace ght {

namespace asio = boost::asio;

RecordsResult read_records(const ReadRecords& step, const std::string& state_directory,
                           const std::vector<RestoreTest>& tests, std::string tests_failure) {
  RecordsResult result{.tests_failure = std::move(tests_failure)};
  const std::string directory = io::backup_reports_directory(state_directory);
  for (const std::string& backup : step.backups) {
    BackupRecords records = newest_tests(tests, backup);
    auto runs = io::read_backup_runs(directory, backup);
    if (runs.ok()) {
      records.runs = std::move(runs).value();
    } else if (result.failure.empty()) {
      result.failure = runs.error().text();
    }
    result.backups[backup] = std::move(records);
  }
  return result;
}

FileRecords::FileRecords(std::string state_directory)
    : state_directory_(std::move(state_directory)) {}

RecordsResult FileRecords::read(const ReadRecords& step) const {
  if (state_directory_.empty()) return {};
  std::vector<RestoreTest> tests;
  std::string failure;
  auto file = io::LedgerFile::open(io::ledger_path(state_directory_));
  const Result<StoredLedger> stored = file.ok() ? file.value().state() : file.error();
  if (stored.ok()) {
    std::vector<Error> problems;
    tests = restore_tests_of(stored.value().declared, problems);
    if (!problems.empty()) failure = problems.front().text();
  } else {
    failure = stored.error().text();
  }
  return read_records(step, state_directory_, tests, std::move(failure));
}

bool Engine::asks_for_backup(std::string_view name) const {
  return std::ranges::any_of(entries_, [&](const auto& entry) {
    const Check& check = *entry.second.check;
    const auto plan = check.collector->plan(check.settings, {}, {});
    if (!plan.ok()) return false;
    return std::ranges::any_of(plan.value(), [&](const Step& step) {
      const auto* reads = std::get_if<ReadRecords>(&step);
      return reads != nullptr && std::ranges::find(reads->backups, name) != reads->backups.end();
    });
  });
}

RecordsResult Engine::read(const ReadRecords& step) const {
  return read_records(step, config_.state_directory, ledger_.restore_tests(),
                      ledger_.restored() ? "" : "the ledger could not be read yet");
}

asio::awaitable<Result<bool>> Engine::record(RestoreTest test) {
  if (!accounting_) co_return Error{"agent", "is still starting"};
  const Result<void> recorded = ledger_.record(test, io::wall_now());
  if (!recorded.ok()) co_return recorded.error();
  log_.info("restore test recorded", {{"backup", test.backup},
                                      {"result", test.success ? "success" : "failure"},
                                      {"operator", test.operator_name},
                                      {"requester", test.requester}});
  auto writing = write_now();
  co_return co_await std::move(writing);
}

}  // namespace ght
