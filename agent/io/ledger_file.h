// The ledger's file as commands see it: read only, one moment of it, with the agent running or not.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/io/ledger_tables.h"

namespace ght::io {

// Where it is below the state directory.
std::string ledger_path(const std::string& state_directory);

// Everything is read in one transaction, so all answers are of the same moment.
class LedgerFile {
 public:
  // An Error when there is no such file, it cannot be read, or it has another schema.
  static Result<LedgerFile> open(const std::string& path);

  const std::string& path() const { return database_.path(); }
  Result<StoredLedger> state() { return read_state(database_); }
  Result<std::optional<Checkpoint>> start() { return read_start(database_); }
  // In the order of the chain, until `each` returns an Error, which is returned.
  Result<void> records(const std::function<Result<void>(const ChainedRecord&)>& each) {
    return read_records(database_, each);
  }
  Result<std::vector<Record>> events(WallTime to) { return read_events(database_, to); }
  Result<PastReader> past() { return PastReader::prepare(database_); }
  // SQLite's own look at every page, indexes against their tables.
  Result<void> intact();

 private:
  explicit LedgerFile(sqlite::Database database) : database_(std::move(database)) {}

  sqlite::Database database_;
};

// What somebody saw of the chain once: the beginning of the head's hash at so many records.
struct Witness {
  std::int64_t records = 0;
  std::string hex;
};
// "RECORDS:HEX", with at least twelve digits.
Result<Witness> parse_witness(std::string_view text);

// The whole walk: numbering, hashes, the head, the sums of every check, and what the witness saw.
// The head, or an Error that names the first thing that is wrong.
Result<ChainHead> verify_ledger(LedgerFile& file, const std::optional<Witness>& witness = {});

}  // namespace ght::io
