// Runs of backups that were told to this agent, as one small file for each backup. Whoever may
// write into the folder may tell: root and the agent's group. The agent only reads while it runs;
// nothing of it is needed for a report to be taken.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "agent/core/backup_records.h"
#include "agent/core/result.h"

namespace ght::io {

// <state_directory>/backup-reports
std::string backup_reports_directory(const std::string& state_directory);

// Makes the folder if it is missing: writable by its group, to which every file in it is given.
Result<void> prepare_backup_reports(const std::string& directory);

// The newest limits::backup_runs runs, oldest first. No file: no runs. A run that is recorded as
// running, and whose wrapper and command are both gone, is given as lost.
Result<std::vector<BackupRun>> read_backup_runs(const std::string& directory,
                                                std::string_view backup);

// Adds a run, or replaces the one that began at the same moment. Whole or not at all, also when the
// machine loses its power; two writers wait for each other, limits::backup_report_patience long.
Result<void> write_backup_run(const std::string& directory, std::string_view backup,
                              const BackupRun& run);

// Held by `ght-agent backup run` and inherited by its command: while either lives, the run is
// running. Empty when another run of this name holds it, or it cannot be made.
class BackupRunLock {
 public:
  static BackupRunLock take(const std::string& directory, std::string_view backup);
  BackupRunLock(BackupRunLock&& other) noexcept;
  BackupRunLock& operator=(BackupRunLock&& other) noexcept;
  ~BackupRunLock();
  bool held() const { return fd_ >= 0; }

 private:
  explicit BackupRunLock(int fd) : fd_(fd) {}
  int fd_ = -1;
};

}  // namespace ght::io
