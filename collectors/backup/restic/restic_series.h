// Which snapshots of a repository make up which backup.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/core/field.h"
#include "collectors/backup/contract.h"
#include "collectors/backup/restic/restic_read.h"

namespace ght::collectors::restic {

// Which snapshots are one backup, and what it is called.
struct Series {
  backup::Name name;
  std::string host;  // empty: of any
  std::vector<std::string> tags;
  std::vector<std::string> paths;
};

// One for each element of `backups`, or one of the check's own filters. At least one.
std::vector<Series> all_series(const Settings& settings);

std::optional<Snapshot> newest_of(const std::vector<Snapshot>& snapshots, const Series& series);

// Empty when not given.
std::string repository_file(const Settings& settings);

// What no table of fields can say about the settings.
Result<void> check(const Settings& settings);

}  // namespace ght::collectors::restic
