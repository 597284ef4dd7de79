// From what borg printed to values.
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

namespace ght::collectors::borg {

struct Archive {
  std::string id;  // 64 hexadecimal digits
  std::string name;
  WallTime start{};  // of the backup
};

struct Listing {
  std::vector<Archive> archives;  // checkpoints too, in borg's order
  bool encrypted = false;
  WallTime last_modified{};  // when an archive or a checkpoint was last written, or one deleted
};

// The answer of `borg list --json` in an environment with TZ=UTC: borg 1 prints local time without
// a zone. An Error for anything but a whole object of whole archives; an empty answer is an Error,
// an empty list is not.
Result<Listing> read_listing(std::string_view json);

struct Details {
  std::string id;
  std::optional<Duration> duration;  // absent when the archive's end is before its start
  std::uint64_t size = 0;            // bytes of the files, as restored
};

// The answer of ght-borg-archive.
Result<Details> read_details(std::string_view json);

// borg's rule: what has ".checkpoint" in its name is a backup that has not ended, or was cut off.
bool is_checkpoint(std::string_view name);

// The name that the archive would have had: "dpi-2026-11-23" for "dpi-2026-11-23.checkpoint.1".
std::string_view final_name(std::string_view name);

// Shell patterns as borg takes them for names: * and ? match all but "/", [abc], [a-z], [!abc].
bool matches(std::string_view glob, std::string_view name);

// Why borg failed, when it says so in a way that a person can act upon.
std::optional<Reason> failure_reason(const HelperResult& result);

// What borg complained of although it ended with 0: the first line of stderr that is not known to
// be harmless. Empty: nothing.
std::string warning(const HelperResult& result);

}  // namespace ght::collectors::borg
