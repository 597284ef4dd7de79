// The ledger's disk: one SQLite file in WAL mode. The only file that knows SQLite.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "agent/ledger/storage.h"

namespace ght::io {

// Schema (PRAGMA user_version 1):
//   ledger(heartbeat_ms, boot_id)       one row
//   checks(name, since_ms, good_ms ... out_of_hours_ms, open_state, open_from_ms, open_reason,
//          settled_until_ms, memory)    the account of each check, closed sums and open interval
//   intervals(id, check_name, state, from_ms, to_ms, reason)   append-only, closed
// synchronous=FULL: a committed batch survives a power cut. A file of a newer schema, a damaged
// file or an unusable directory is an Error that names the file; the file is never changed or
// replaced.
class SqliteStorage : public Storage {
 public:
  explicit SqliteStorage(std::string path);
  ~SqliteStorage() override;

  Result<StoredLedger> load() override;
  Result<void> commit(const Batch& batch) override;

  struct Database;  // the file's own

 private:
  std::string path_;
  std::unique_ptr<Database> database_;
};

// What a collector remembers of one check, read beside a running agent without changing anything.
// Empty when there is no ledger yet or it does not know the check; an Error when it cannot be read.
Result<std::string> stored_memory(const std::string& path, std::string_view check);

}  // namespace ght::io
