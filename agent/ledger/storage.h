// The seam between the ledger and its disk. The ledger makes Batches, something else writes them;
// what a batch holds is durable, whole or not at all, once commit() has returned success.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/core/result.h"
#include "agent/core/state.h"
#include "agent/core/time.h"

namespace ght {

// One check as the disk knows it. The time of the open interval runs from open_from to
// settled_until, or to the ledger's heartbeat when that is absent.
struct StoredCheck {
  std::string name;
  WallTime since{};   // the account of this check begins here
  StateTimes closed;  // sum over all closed intervals
  State open_state = State::unknown;
  WallTime open_from{};
  std::string open_reason;
  std::optional<WallTime> settled_until;  // given while bad verdicts wait for confirmation
  std::string memory;                     // the collector's Memory

  bool operator==(const StoredCheck&) const = default;
};

struct ClosedInterval {
  std::string check;
  State state = State::unknown;
  WallTime from{};
  WallTime to{};
  std::string reason;

  bool operator==(const ClosedInterval&) const = default;
};

// What the disk holds: everything needed to go on, nothing of the closed past.
struct StoredLedger {
  std::optional<WallTime> heartbeat;  // absent: a new ledger
  std::string boot_id;
  std::vector<StoredCheck> checks;
};

struct Batch {
  WallTime heartbeat{};  // all open intervals reach at least to here, but see settled_until
  std::string boot_id;
  std::vector<ClosedInterval> closed;  // appended, in order
  std::vector<StoredCheck> checks;     // rows that changed
};

// Implementations may block; they are called from one thread at a time.
class Storage {
 public:
  virtual ~Storage() = default;
  // Opens or makes the store and reads it. May be called again after an Error.
  virtual Result<StoredLedger> load() = 0;
  virtual Result<void> commit(const Batch& batch) = 0;
};

}  // namespace ght
