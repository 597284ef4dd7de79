// The ledger's disk: one SQLite file in WAL mode.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "agent/ledger/storage.h"

namespace ght::io {

// synchronous=FULL: a committed batch survives a power cut. A file of a newer schema or an unusable
// directory is an Error that names the file, which is then left as it is. A damaged file is kept
// aside as NAME.damaged-TIME and a new one begun; a file that was deleted under the agent is
// written again from the open one; one that was replaced is not written to. After a failed commit
// the open file is kept: SQLite takes the failed batch back only as long as it is open.
class SqliteStorage : public Storage {
 public:
  // Records that ended before the last `retention_months` are deleted, month by month.
  explicit SqliteStorage(std::string path, int retention_months = 37);
  ~SqliteStorage() override;

  Result<StoredLedger> load() override;
  Result<ChainHead> commit(const Batch& batch) override;
  Result<ChainHead> prune(WallTime now) override;
  Result<std::vector<Record>> past(const std::string& check, WallTime from) override;

 private:
  struct Connection;
  Result<StoredLedger> open();
  Result<StoredLedger> read_again();
  StoredLedger salvage(const std::vector<std::string>& aside) const;
  Result<void> set_aside(const Error& why);
  Result<void> still_there();
  Result<void> write_again();
  using Work = std::function<Result<void>(ChainHead& head)>;
  Result<ChainHead> in_transaction(const Work& work);
  Result<void> write(const Batch& batch, ChainHead& head);
  Result<void> write_checks(const Batch& batch);

  std::string path_;
  int retention_months_;
  std::unique_ptr<Connection> connection_;
};

// What a collector remembers of one check, read beside a running agent without changing anything.
// Empty when there is no ledger yet or it does not know the check; an Error when it cannot be read.
Result<std::string> stored_memory(const std::string& path, std::string_view check);

}  // namespace ght::io
