// backup run, backup report: what a backup did, told to the agent by a file it reads.
#include <cstdio>
#include <optional>

#include "agent/cli/backup_summary.h"
#include "agent/cli/commands.h"
#include "agent/cli/load.h"
#include "agent/config/site_time.h"
#include "agent/core/limits.h"
#include "agent/core/text.h"
#include "agent/io/backup_reports.h"
#include "agent/io/clock.h"
#include "agent/io/wrapped_command.h"

namespace ght::cli {
namespace {

constexpr int exit_not_started = 127;  // as a shell says it

// Where to report; empty when the configuration cannot be used: the backup runs all the same.
std::string reports_directory(const std::string& config_file, std::string& time_zone) {
  ConfigOutcome outcome = load_config(config_file);
  const auto* config = std::get_if<Config>(&outcome.config);
  if (config == nullptr) {
    print_problems(outcome);
    return {};
  }
  time_zone = config->time_zone;
  return io::backup_reports_directory(config->state_directory);
}

// Never in the way: a report that cannot be written is a line on standard error.
bool tell(const std::string& directory, const std::string& name, const BackupRun& run) {
  Result<void> told = io::prepare_backup_reports(directory);
  if (told.ok()) told = io::write_backup_run(directory, name, run);
  if (told.ok()) return true;
  std::fprintf(stderr, "ght-agent: the backup \"%s\" is not reported: %s\n", name.c_str(),
               told.error().text().c_str());
  return false;
}

std::optional<BackupRun::End> end_named(const std::string& status) {
  if (status == "started") return BackupRun::End::running;
  if (status == "success") return BackupRun::End::success;
  if (status == "partial") return BackupRun::End::partial;
  if (status == "failed") return BackupRun::End::failed;
  return std::nullopt;
}

// An Error names the option.
Result<BackupRun> reported_run(const BackupOptions& options, const std::string& time_zone) {
  BackupRun run{.begun = io::wall_now()};
  const auto end = end_named(options.status);
  if (!end) return Error{"--status", "expected started, success, partial or failed"};
  run.end = *end;
  run.detail = clean_text(options.detail, limits::reason_value_bytes);
  if (!options.begun.empty()) {
    GHT_TRY(const std::optional<WallTime> begun, config::parse_site_time(options.begun, time_zone));
    if (!begun) return Error{"--begun", "needs a time zone"};
    run.begun = *begun;
  }
  if (*end != BackupRun::End::running)
    run.ended = options.begun.empty() ? run.begun : io::wall_now();
  if (!options.duration.empty()) {
    const auto duration = parse_duration(options.duration);
    if (!duration || *duration < Duration::zero()) {
      return Error{"--duration", "expected a duration such as 90m or 2h"};
    }
    const auto length = std::chrono::duration_cast<WallDuration>(*duration);
    if (options.begun.empty()) run.begun -= length;
    if (run.ended) run.ended = run.begun + length;
  }
  if (options.size >= 0) run.size = static_cast<std::uint64_t>(options.size);
  return run;
}

}  // namespace

int backup_run(const BackupOptions& options) {
  std::string time_zone;
  const std::string directory = reports_directory(options.config_file, time_zone);
  BackupRun run{.begun = io::wall_now()};
  std::optional<io::BackupRunLock> lock;
  if (!directory.empty()) {
    static_cast<void>(io::prepare_backup_reports(directory));  // tell() says what is wrong
    lock = io::BackupRunLock::take(directory, options.name);
    run.held = lock->held();
    tell(directory, options.name, run);
  }
  const std::size_t keep = writes_json(options.command) ? limits::backup_summary_bytes : 0;
  const auto ended = io::run_wrapped(options.command, keep);
  run.ended = io::wall_now();
  if (!ended.ok()) {
    std::fprintf(stderr, "ght-agent: %s\n", ended.error().text().c_str());
    run.end = BackupRun::End::failed;
    run.detail = clean_text(ended.error().text(), limits::reason_value_bytes);
    if (!directory.empty()) tell(directory, options.name, run);
    return exit_not_started;
  }
  judge_end(options.command, ended.value(), run);
  read_summary(ended.value().tail, run);
  if (!directory.empty()) tell(directory, options.name, run);
  io::end_like(ended.value());
}

int backup_report(const BackupOptions& options) {
  std::string time_zone;
  const std::string directory = reports_directory(options.config_file, time_zone);
  if (directory.empty()) return 1;
  const Result<BackupRun> run = reported_run(options, time_zone);
  if (!run.ok()) {
    std::fprintf(stderr, "%s\n", run.error().text().c_str());
    return exit_usage;
  }
  BackupRun told = run.value();
  // The end of a run that was reported as started belongs to its beginning.
  const auto known = io::read_backup_runs(directory, options.name);
  if (known.ok() && options.begun.empty() && options.duration.empty() && told.ended) {
    for (const BackupRun& each : known.value()) {
      if (each.end == BackupRun::End::running) told.begun = each.begun;
    }
  }
  return tell(directory, options.name, told) ? 0 : 1;
}

}  // namespace ght::cli
