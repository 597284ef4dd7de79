// The tables of the ledger's file: made, migrated, read. README.md of agent/ledger is the contract
// of `records`.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "agent/io/sqlite.h"
#include "agent/ledger/chain.h"
#include "agent/ledger/storage.h"

namespace ght::io {

inline constexpr int ledger_schema_version = 2;

// Schema (PRAGMA user_version 2):
//   ledger(heartbeat_ms, boot_id, accounted_until_ms, records, head)   one row
//   checks(name, since_ms, good_ms ... out_of_hours_ms, open_state, open_observed, open_from_ms,
//          open_reason, settled_until_ms, memory, terms, removed)
//   records(seq, kind, subject, state, observed, from_ms, to_ms, reason, body, hash)
// Makes or migrates them. A file of a newer schema is an Error.
Result<void> prepare_tables(sqlite::Database& database);

// Everything of StoredLedger but damaged files. A file of the older schema cannot be read so.
Result<StoredLedger> read_state(sqlite::Database& database);

// The same from a damaged file: as much as can be read of it.
StoredLedger salvage_state(sqlite::Database& database);

// Storage::past, of records that begin before `to`: prepared once for many checks. After an Error
// it has to be prepared again.
class PastReader {
 public:
  static Result<PastReader> prepare(sqlite::Database& database);
  // What began before `from` is only the newest definition: the terms that held then.
  Result<std::vector<Record>> read(const std::string& check, WallTime from,
                                   WallTime to = WallTime::max());

 private:
  explicit PastReader(const sqlite::Database& database) : database_(database) {}
  sqlite::Database database_;
  sqlite::Statement records_;
  sqlite::Statement terms_;
};

// Records in the order of the chain, until `each` returns an Error, which is returned.
Result<void> read_records(sqlite::Database& database,
                          const std::function<Result<void>(const ChainedRecord&)>& each);

// Records of other kinds than intervals, in order, up to a moment.
Result<std::vector<Record>> read_events(sqlite::Database& database, WallTime to);

// What the chain in the file starts from: absent for a whole one. An Error when it lacks its
// beginning and nothing says why.
Result<std::optional<Checkpoint>> read_start(sqlite::Database& database);

// The bound statement of one record: INSERT of all its columns.
inline constexpr const char* insert_record_sql =
    "INSERT INTO records(seq, kind, subject, state, observed, from_ms, to_ms, reason, body, hash)"
    " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
Result<void> insert_record(sqlite::Statement& insert, const Record& record, const ChainHead& head);

}  // namespace ght::io
