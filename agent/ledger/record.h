// What the ledger writes: records that are appended and never changed. README.md beside this file
// is their contract.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "agent/core/state.h"
#include "agent/core/time.h"

namespace ght {

enum class RecordKind {
  interval,
  condensed,
  definition,
  removed,
  maintenance,
  maintenance_end,
  clock,
  checkpoint,
  damage,
  migrated,
  restore_test,
};

inline constexpr std::array<std::string_view, 11> record_kind_names = {
    "interval", "condensed",  "definition", "removed",  "maintenance",  "maintenance_end",
    "clock",    "checkpoint", "damage",     "migrated", "restore_test",
};

inline constexpr std::string_view name(RecordKind kind) {
  return record_kind_names[static_cast<std::size_t>(kind)];
}

inline constexpr std::optional<RecordKind> record_kind_from_name(std::string_view text) {
  for (std::size_t i = 0; i < record_kind_names.size(); ++i) {
    if (record_kind_names[i] == text) return static_cast<RecordKind>(i);
  }
  return std::nullopt;
}

// [from, to) in one state. `observed` is the verdict held, also in excluded time; `reason` the code
// of what began it.
struct Segment {
  State state = State::unknown;
  Verdict observed = Verdict::unknown;
  WallTime from{};
  WallTime to{};
  std::string reason;

  bool operator==(const Segment&) const = default;
};

struct Record {
  RecordKind kind = RecordKind::interval;
  std::string subject;  // the check's name, the window's id or the backup's name
  Segment segment;      // of an interval; of others only from, the moment, and the same in to
  std::string body;     // JSON object, or empty

  bool operator==(const Record&) const = default;
};

// A record as it stands in the chain.
struct ChainedRecord {
  std::int64_t seq = 0;
  Record record;
  std::string hash;  // SHA-256 of the hash before and the fields, 32 bytes
};

// The newest link. An empty chain has 0 records and 32 zero bytes.
struct ChainHead {
  std::int64_t records = 0;
  std::string hash = std::string(32, '\0');

  bool operator==(const ChainHead&) const = default;
};

}  // namespace ght
