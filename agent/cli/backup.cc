// backup run, backup report: what a backup did, told to the agent by a file it reads.
#include <cstdio>
#include <optional>

#include "agent/cli/backup_summary.h"
#include "agent/cli/commands.h"
#include "agent/cli/load.h"
#include "agent/core/limits.h"
#include "agent/core/text.h"
#include "agent/io/backup_reports.h"
#include "agent/io/clock.h"
#include "agent/io/told_run.h"
#include "agent/io/wrapped_command.h"

namespace ght::cli {
namespace {

constexpr int exit_not_started = 127;  // as a shell says it

// Where to report; empty when the configuration cannot be used: the backup runs all the same.
std::string reports_directory(const std::string& config_file) {
  ConfigOutcome outcome = load_config(config_file);
  if (const Config* config = outcome.get()) {
    return io::backup_reports_directory(config->state_directory);
  }
  print_problems(outcome);
  return {};
}

void complain(const std::string& name, const Error& error) {
  std::fprintf(stderr, "ght-agent: the backup \"%s\" is not reported: %s\n", name.c_str(),
               error.text().c_str());
}

// Never in the way: a report that cannot be written is a line on standard error.
bool tell(const std::string& directory, const std::string& name, const BackupRun& run) {
  Result<void> told = io::prepare_backup_reports(directory);
  if (told.ok()) told = io::write_backup_run(directory, name, run);
  if (told.ok()) return true;
  complain(name, told.error());
  return false;
}

}  // namespace

int backup_run(const BackupOptions& options) {
  const std::string& name = options.told.name;
  const std::string directory = reports_directory(options.config_file);
  BackupRun run{.begun = io::wall_now()};
  std::optional<io::BackupRunLock> lock;
  if (!directory.empty()) {
    static_cast<void>(io::prepare_backup_reports(directory));  // tell() says what is wrong
    lock = io::BackupRunLock::take(directory, name);
    run.held = lock->held();
    tell(directory, name, run);
  }
  const std::size_t keep = writes_json(options.command) ? limits::backup_summary_bytes : 0;
  const auto ended = io::run_wrapped(options.command, keep);
  run.ended = io::wall_now();
  if (!ended.ok()) {
    std::fprintf(stderr, "ght-agent: %s\n", ended.error().text().c_str());
    run.end = BackupRun::End::failed;
    run.detail = clean_text(ended.error().text(), limits::reason_value_bytes);
    if (!directory.empty()) tell(directory, name, run);
    return exit_not_started;
  }
  judge_end(options.command, ended.value(), run);
  read_summary(ended.value().tail, run);
  if (!directory.empty()) tell(directory, name, run);
  io::end_like(ended.value());
}

int backup_report(const BackupOptions& options) {
  ConfigOutcome outcome = load_config(options.config_file);
  const Config* config = outcome.get();
  if (config == nullptr) {
    print_problems(outcome);
    return 1;
  }
  const Result<BackupRun> run = io::run_of(options.told, config->time_zone, io::wall_now());
  if (!run.ok()) {
    std::fprintf(stderr, "--%s\n", run.error().text().c_str());
    return exit_usage;
  }
  const Result<void> told = io::tell_run(config->state_directory, options.told, run.value());
  if (!told.ok()) complain(options.told.name, told.error());
  return told.ok() ? 0 : 1;
}

}  // namespace ght::cli
