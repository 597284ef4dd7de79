// The seam between the ledger and its disk. The ledger makes Batches, something else writes them;
// what a batch holds is durable, whole or not at all, once commit() has returned success.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "agent/core/result.h"
#include "agent/core/state.h"
#include "agent/core/time.h"
#include "agent/ledger/record.h"

namespace ght {

// One check as the disk knows it. The time of the open interval runs from open.from to
// settled_until, or to the ledger's heartbeat when that is absent; open.to is not stored.
struct StoredCheck {
  std::string name;
  WallTime since{};   // the account of this check begins here
  StateTimes closed;  // sum over all closed intervals
  Segment open;
  std::optional<WallTime> settled_until;  // given while bad verdicts wait for confirmation
  std::string memory;                     // the collector's Memory
  std::string terms;                      // in force, as JSON (terms_json.h)
  bool removed = false;                   // no longer configured: nothing is accounted

  bool operator==(const StoredCheck&) const = default;
};

// What the disk holds: everything needed to go on, nothing of the closed past.
struct StoredLedger {
  std::optional<WallTime> heartbeat;  // absent: a new ledger
  std::string boot_id;
  WallTime accounted_until{};  // the newest moment accounted for; beyond the heartbeat after the
                               // clock was set back
  std::vector<StoredCheck> checks;
  // Of the kinds maintenance, maintenance_end and restore_test, in order.
  std::vector<Record> declared;
  ChainHead chain;
  // The file was begun anew beside a damaged one: it holds nothing yet. What could still be read of
  // the damaged one is above.
  bool begun_anew = false;
  std::vector<std::string> damaged_files;  // kept aside; somebody has to look at them
};

struct Batch {
  WallTime heartbeat{};  // all open intervals reach at least to here, but see settled_until
  std::string boot_id;
  WallTime accounted_until{};
  std::vector<Record> records;      // appended, in order
  std::vector<StoredCheck> checks;  // rows that changed
};

// Implementations may block; they are called from one thread at a time.
class Storage {
 public:
  virtual ~Storage() = default;
  // Opens or makes the store and reads it. May be called again, and has to be after an Error of
  // commit().
  virtual Result<StoredLedger> load() = 0;
  // The head of the chain afterwards.
  virtual Result<ChainHead> commit(const Batch& batch) = 0;
  // Deletes what is older than the retention. Apart from commit(), so that what cannot be deleted
  // keeps nothing from being written. The head of the chain afterwards.
  virtual Result<ChainHead> prune(WallTime now) = 0;
  // The records about this check (intervals, condensed, definitions, removals) that begin at or
  // after `from`, and the newest definition before, in the order of the chain.
  virtual Result<std::vector<Record>> past(const std::string& check, WallTime from) = 0;
};

}  // namespace ght
