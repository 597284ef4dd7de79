// From what restic printed to values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/evidence.h"
#include "agent/core/reason.h"
#include "agent/core/result.h"
#include "agent/core/time.h"

namespace ght::collectors::restic {

struct Snapshot {
  std::string id;   // 64 hexadecimal digits
  WallTime time{};  // start of the backup
  std::string host;
  std::vector<std::string> tags;
  std::vector<std::string> paths;
  // From the summary that restic 0.17 and later store in the snapshot.
  std::optional<Duration> duration;
  std::optional<std::uint64_t> size;
  std::optional<double> changed_files;  // part of the files new or changed, 0 to 1
};

// The answer of `restic snapshots --json`. An Error for anything but a whole array of whole
// snapshots; an empty answer is an Error, an empty array is not.
Result<std::vector<Snapshot>> read_snapshots(std::string_view json);

// The answer of `restic stats --json --mode restore-size ID`: bytes. restic ends well, with a size
// of 0, when it did not find the snapshot; that is an Error here.
Result<std::uint64_t> read_size(std::string_view json);

// Why restic failed, when its exit status or its words say so in a way that a person can act upon.
std::optional<Reason> failure_reason(const HelperResult& result);

// What restic could not read although it ended with 0 (it warns and leaves a snapshot out): the
// first line of stderr that is not known to be harmless. Empty: nothing.
std::string warning(const HelperResult& result);

}  // namespace ght::collectors::restic
