// What people and scripts told this agent about backups: evidence beside what it reads itself.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/core/time.h"

namespace ght {

// One run of a backup as `ght-agent backup run`, `backup report` or the HTTP route told it.
struct BackupRun {
  enum class End {
    running,  // began and has not said how it ended
    success,
    partial,  // a copy was made, but not of everything
    failed,
    lost,  // began, and nothing runs any more: killed, or the machine went down
  };
  WallTime begun{};
  std::optional<WallTime> ended = {};  // absent when running or lost
  End end = End::running;
  bool held = false;        // a process holds a lock while it runs: that it is gone can be seen
  std::string detail = {};  // "exit status 3", "signal 9"; empty when a success
  std::optional<std::uint64_t> size = {};    // bytes of the copy, as restored
  std::optional<double> changed_files = {};  // part of the files that changed or are new, 0 to 1

  bool operator==(const BackupRun&) const = default;
};

// A restore that was tried, as PGSSI-S asks for its record.
struct RestoreTest {
  WallTime at{};  // when it was done
  bool success = false;
  std::string backup = {};                   // which backup, by its name
  std::optional<WallTime> backup_date = {};  // of the copy that was restored
  std::optional<Duration> duration = {};
  std::string operator_name = {};
  std::string requester = {};
  std::string files = {};  // what was restored
  std::string remark = {};

  bool operator==(const RestoreTest&) const = default;
};

struct BackupRecords {
  std::vector<BackupRun> runs = {};              // oldest first, the newest few
  std::optional<RestoreTest> last_test = {};     // the newest, however it ended
  std::optional<RestoreTest> last_success = {};  // the newest that succeeded

  bool operator==(const BackupRecords&) const = default;
};

}  // namespace ght
