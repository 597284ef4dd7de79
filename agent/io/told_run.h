// A run of a backup in the words of whoever tells it: on the command line or over HTTP.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "agent/core/backup_records.h"
#include "agent/core/result.h"

namespace ght::io {

struct ToldRun {
  std::string name = {};      // of the backup
  std::string status = {};    // started, success, partial or failed
  std::string begun = {};     // as parse_site_time reads it; empty: now, less the duration
  std::string duration = {};  // "90m"; empty: until now
  std::string detail = {};    // why it did not succeed
  std::optional<std::uint64_t> size = {};    // bytes
  std::optional<double> changed_files = {};  // part of all files, 0 to 1
};

// The names that `backup report --status` and the HTTP route know; an Error is about the member
// ("status", "begun", ...). Pure.
Result<BackupRun> run_of(const ToldRun& told, const std::string& time_zone, WallTime now);

// {"name": "dpi-nuit", "status": "success", "begun": "...", "duration": "90m", "detail": "...",
// "size": 1000, "changed_files": 0.1}: the first two are needed, anything else is refused. Pure.
Result<ToldRun> parse_told_run(std::string_view json);

// Writes it below `state_directory`. An end without a beginning of its own ends the run that was
// told as started. Blocks.
Result<void> tell_run(const std::string& state_directory, const ToldRun& told, BackupRun run);

}  // namespace ght::io
