// Deletes what is older than the retention from the beginning of the chain.
#pragma once

#include "agent/io/ledger_tables.h"

namespace ght::io {

// Within a transaction of the caller's. Everything up to the last record that ended before `before`
// (and has none after it that ended later) is deleted, after a checkpoint was appended that says
// what it was and came to. Declarations still in force are appended again first. `head` is the
// chain's head before and after. Nothing to delete: nothing is written.
Result<void> prune(sqlite::Database& database, WallTime before, WallTime now, ChainHead& head);

}  // namespace ght::io
