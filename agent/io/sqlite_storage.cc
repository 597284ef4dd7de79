#include "agent/io/sqlite_storage.h"

#include <sqlite3.h>

#include <array>
#include <filesystem>
#include <utility>

namespace ght::io {
namespace {

constexpr int schema_version = 1;
constexpr int busy_milliseconds = 2000;  // another process may be reading or writing

constexpr const char* schema = R"(
  CREATE TABLE ledger(
    only INTEGER PRIMARY KEY CHECK (only = 1), heartbeat_ms INTEGER, boot_id TEXT NOT NULL) STRICT;
  CREATE TABLE checks(
    name TEXT PRIMARY KEY, since_ms INTEGER NOT NULL,
    good_ms INTEGER NOT NULL, bad_ms INTEGER NOT NULL, unknown_ms INTEGER NOT NULL,
    maintenance_ms INTEGER NOT NULL, out_of_hours_ms INTEGER NOT NULL,
    open_state TEXT NOT NULL, open_from_ms INTEGER NOT NULL, open_reason TEXT NOT NULL,
    settled_until_ms INTEGER, memory TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE intervals(
    id INTEGER PRIMARY KEY, check_name TEXT NOT NULL, state TEXT NOT NULL,
    from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL, reason TEXT NOT NULL) STRICT;
  CREATE INDEX intervals_by_check ON intervals(check_name, from_ms);
)";

// Errors name the file and what SQLite says, "database or disk is full" and the like included.
Error sqlite_error(const std::string& path, sqlite3* db, const char* doing) {
  std::string message = std::string(doing) + ": ";
  message += db == nullptr ? "out of memory" : sqlite3_errmsg(db);
  if (db != nullptr && sqlite3_system_errno(db) != 0) {
    message += " (errno " + std::to_string(sqlite3_system_errno(db)) + ")";
  }
  return {.about = path, .message = std::move(message)};
}

}  // namespace

// The handle and its prepared statements (heartbeat, check, interval), closed together.
struct SqliteStorage::Database {
  sqlite3* handle = nullptr;
  std::array<sqlite3_stmt*, 3> statements{};

  ~Database() {
    for (sqlite3_stmt* statement : statements) sqlite3_finalize(statement);
    sqlite3_close(handle);
  }
};

namespace {

// Binds in order and steps a statement that returns no row.
class Binder {
 public:
  explicit Binder(sqlite3_stmt* statement) : statement_(statement) {}
  Binder& add(std::int64_t value) {
    note(sqlite3_bind_int64(statement_, ++position_, value));
    return *this;
  }
  Binder& add(WallTime value) { return add(to_unix_ms(value)); }
  Binder& add(std::string_view value) {
    note(sqlite3_bind_text(statement_, ++position_, value.data(), static_cast<int>(value.size()),
                           SQLITE_TRANSIENT));
    return *this;
  }
  Binder& add(const std::optional<WallTime>& value) {
    if (value) return add(*value);
    note(sqlite3_bind_null(statement_, ++position_));
    return *this;
  }
  bool step() {
    if (result_ == SQLITE_OK) result_ = sqlite3_step(statement_);
    const bool done = result_ == SQLITE_DONE;
    sqlite3_reset(statement_);
    return done;
  }

 private:
  void note(int result) {
    if (result_ == SQLITE_OK) result_ = result;
  }
  sqlite3_stmt* statement_;
  int position_ = 0;
  int result_ = SQLITE_OK;
};

std::string column_text(sqlite3_stmt* statement, int column) {
  const auto* text = sqlite3_column_text(statement, column);
  if (text == nullptr) return {};
  return {reinterpret_cast<const char*>(text),
          static_cast<std::size_t>(sqlite3_column_bytes(statement, column))};
}

WallTime column_time(sqlite3_stmt* statement, int column) {
  return wall_from_unix_ms(sqlite3_column_int64(statement, column));
}

bool execute(sqlite3* db, const char* sql) {
  return sqlite3_exec(db, sql, nullptr, nullptr, nullptr) == SQLITE_OK;
}

// Value of a one-row, one-column pragma or query; -1 when it fails.
std::int64_t scalar(sqlite3* db, const char* sql) {
  sqlite3_stmt* statement = nullptr;
  std::int64_t value = -1;
  if (sqlite3_prepare_v2(db, sql, -1, &statement, nullptr) == SQLITE_OK &&
      sqlite3_step(statement) == SQLITE_ROW) {
    value = sqlite3_column_int64(statement, 0);
  }
  sqlite3_finalize(statement);
  return value;
}

Result<void> set_up(sqlite3* db, const std::string& path) {
  const std::int64_t version = scalar(db, "PRAGMA user_version");
  if (version < 0) return sqlite_error(path, db, "cannot be read as a ledger");
  if (version > schema_version) {
    return Error{path, "was written by a newer ght-agent (schema " + std::to_string(version) +
                           ", this one knows " + std::to_string(schema_version) + ")"};
  }
  // The cache is small on purpose: the ledger appends, it hardly reads.
  if (!execute(db,
               "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-256;"
               "PRAGMA wal_autocheckpoint=256")) {
    return sqlite_error(path, db, "cannot be opened for writing");
  }
  if (version == 0) {
    const std::string sql = std::string("BEGIN IMMEDIATE;") + schema +
                            "PRAGMA user_version=" + std::to_string(schema_version) + "; COMMIT";
    if (!execute(db, sql.c_str())) return sqlite_error(path, db, "cannot be set up");
  }
  return {};
}

Result<std::vector<StoredCheck>> read_checks(sqlite3* db, const std::string& path) {
  sqlite3_stmt* statement = nullptr;
  constexpr const char* sql =
      "SELECT name, since_ms, good_ms, bad_ms, unknown_ms, maintenance_ms, out_of_hours_ms,"
      " open_state, open_from_ms, open_reason, settled_until_ms, memory FROM checks";
  if (sqlite3_prepare_v2(db, sql, -1, &statement, nullptr) != SQLITE_OK) {
    return sqlite_error(path, db, "cannot be read");
  }
  std::vector<StoredCheck> checks;
  int result = SQLITE_ROW;
  while ((result = sqlite3_step(statement)) == SQLITE_ROW) {
    StoredCheck check;
    check.name = column_text(statement, 0);
    check.since = column_time(statement, 1);
    int column = 2;
    for (const State state : all_states) {
      check.closed[state] = WallDuration(sqlite3_column_int64(statement, column++));
    }
    const std::string state_text = column_text(statement, 7);
    const auto state = state_from_name(state_text);
    if (!state) {
      sqlite3_finalize(statement);
      return Error{path, "check " + check.name + " is in the unknown state \"" + state_text + "\""};
    }
    check.open_state = *state;
    check.open_from = column_time(statement, 8);
    check.open_reason = column_text(statement, 9);
    if (sqlite3_column_type(statement, 10) != SQLITE_NULL) {
      check.settled_until = column_time(statement, 10);
    }
    check.memory = column_text(statement, 11);
    checks.push_back(std::move(check));
  }
  sqlite3_finalize(statement);
  if (result != SQLITE_DONE) return sqlite_error(path, db, "cannot be read");
  return checks;
}

Result<StoredLedger> read_ledger(sqlite3* db, const std::string& path) {
  StoredLedger stored;
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(db, "SELECT heartbeat_ms, boot_id FROM ledger", -1, &statement, nullptr) !=
      SQLITE_OK) {
    return sqlite_error(path, db, "cannot be read");
  }
  const int result = sqlite3_step(statement);
  if (result == SQLITE_ROW) {
    stored.heartbeat = column_time(statement, 0);
    stored.boot_id = column_text(statement, 1);
  }
  sqlite3_finalize(statement);
  if (result != SQLITE_ROW && result != SQLITE_DONE)
    return sqlite_error(path, db, "cannot be read");
  GHT_TRY(stored.checks, read_checks(db, path));
  return stored;
}

}  // namespace

SqliteStorage::SqliteStorage(std::string path) : path_(std::move(path)) {}
SqliteStorage::~SqliteStorage() = default;

Result<StoredLedger> SqliteStorage::load() {
  database_.reset();
  auto database = std::make_unique<Database>();
  const int opened =
      sqlite3_open_v2(path_.c_str(), &database->handle,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  sqlite3* db = database->handle;
  if (opened != SQLITE_OK) return sqlite_error(path_, db, "cannot be opened");
  sqlite3_busy_timeout(db, busy_milliseconds);
  GHT_TRY_VOID(set_up(db, path_));
  GHT_TRY(StoredLedger stored, read_ledger(db, path_));
  constexpr std::array<const char*, 3> statements = {
      "INSERT INTO ledger VALUES(1, ?1, ?2) ON CONFLICT(only) DO UPDATE SET "
      "heartbeat_ms=excluded.heartbeat_ms, boot_id=excluded.boot_id",
      "INSERT OR REPLACE INTO checks VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
      "INSERT INTO intervals(check_name, state, from_ms, to_ms, reason) VALUES(?1, ?2, ?3, ?4, ?5)",
  };
  for (std::size_t i = 0; i < statements.size(); ++i) {
    if (sqlite3_prepare_v3(db, statements[i], -1, SQLITE_PREPARE_PERSISTENT,
                           &database->statements[i], nullptr) != SQLITE_OK) {
      return sqlite_error(path_, db, "cannot be prepared for writing");
    }
  }
  database_ = std::move(database);
  return stored;
}

Result<void> SqliteStorage::commit(const Batch& batch) {
  if (!database_) return Error{path_, "is not open"};
  sqlite3* db = database_->handle;
  const auto give_up = [&]() -> Result<void> {
    Error error = sqlite_error(path_, db, "cannot be written");
    if (sqlite3_get_autocommit(db) == 0) execute(db, "ROLLBACK");
    return error;
  };
  if (!execute(db, "BEGIN IMMEDIATE")) return give_up();
  for (const ClosedInterval& interval : batch.closed) {
    if (!Binder(database_->statements[2])
             .add(interval.check)
             .add(name(interval.state))
             .add(interval.from)
             .add(interval.to)
             .add(interval.reason)
             .step()) {
      return give_up();
    }
  }
  for (const StoredCheck& check : batch.checks) {
    Binder row(database_->statements[1]);
    row.add(check.name).add(check.since);
    for (const State state : all_states) row.add(check.closed[state].count());
    row.add(name(check.open_state)).add(check.open_from).add(check.open_reason);
    row.add(check.settled_until).add(check.memory);
    if (!row.step()) return give_up();
  }
  if (!Binder(database_->statements[0]).add(batch.heartbeat).add(batch.boot_id).step()) {
    return give_up();
  }
  if (!execute(db, "COMMIT")) return give_up();
  return {};
}

Result<std::string> stored_memory(const std::string& path, std::string_view check) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return std::string();
  SqliteStorage::Database database;
  if (sqlite3_open_v2(path.c_str(), &database.handle, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX,
                      nullptr) != SQLITE_OK) {
    return sqlite_error(path, database.handle, "cannot be opened");
  }
  sqlite3_busy_timeout(database.handle, busy_milliseconds);
  sqlite3_stmt*& statement = database.statements[0];
  if (sqlite3_prepare_v2(database.handle, "SELECT memory FROM checks WHERE name = ?1", -1,
                         &statement, nullptr) != SQLITE_OK) {
    return sqlite_error(path, database.handle, "cannot be read");
  }
  sqlite3_bind_text(statement, 1, check.data(), static_cast<int>(check.size()), SQLITE_STATIC);
  const int result = sqlite3_step(statement);
  if (result == SQLITE_ROW) return column_text(statement, 0);
  if (result == SQLITE_DONE) return std::string();
  return sqlite_error(path, database.handle, "cannot be read");
}

}  // namespace ght::io
