#include "agent/io/sqlite.h"

#include <sqlite3.h>

#include <utility>

namespace ght::io::sqlite {
namespace {

constexpr int busy_milliseconds = 2000;  // another process may be reading or writing

// A file name as SQLite's URI, every byte but the plain ones escaped.
std::string immutable_uri(const std::string& path) {
  constexpr std::string_view plain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/._-";
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string uri = "file:";
  for (const char c : path) {
    if (plain.find(c) != std::string_view::npos) {
      uri += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    uri += {'%', digits[byte >> 4U], digits[byte & 15U]};
  }
  return uri + "?immutable=1";
}

}  // namespace

struct Database::Handle {
  std::string path;
  sqlite3* db = nullptr;
  int last = SQLITE_OK;

  ~Handle() { sqlite3_close(db); }

  // "database or disk is full" and the like, with the system's own number.
  Error error(int result) {
    last = result & 0xFF;  // without the extended part
    std::string message = db == nullptr ? "out of memory" : sqlite3_errmsg(db);
    if (db != nullptr && sqlite3_system_errno(db) != 0) {
      message += " (errno " + std::to_string(sqlite3_system_errno(db)) + ")";
    }
    return {.about = path, .message = std::move(message)};
  }
};

struct Statement::Handle {
  std::shared_ptr<Database::Handle> database;  // closed after its statements
  sqlite3_stmt* statement = nullptr;
  int position = 0;
  int bound = SQLITE_OK;

  ~Handle() { sqlite3_finalize(statement); }

  void note(int result) {
    if (bound == SQLITE_OK) bound = result;
  }
  void reset() {
    sqlite3_reset(statement);
    position = 0;
    bound = SQLITE_OK;
  }
};

Statement& Statement::bind(std::int64_t value) {
  handle_->note(sqlite3_bind_int64(handle_->statement, ++handle_->position, value));
  return *this;
}

Statement& Statement::bind(WallTime value) {
  return bind(to_unix_ms(value));
}

Statement& Statement::bind(std::string_view text) {
  // A null pointer would be NULL, not an empty text.
  const char* bytes = text.data() == nullptr ? "" : text.data();
  handle_->note(sqlite3_bind_text(handle_->statement, ++handle_->position, bytes,
                                  static_cast<int>(text.size()), SQLITE_TRANSIENT));
  return *this;
}

Statement& Statement::bind(const std::optional<WallTime>& value) {
  if (value) return bind(*value);
  handle_->note(sqlite3_bind_null(handle_->statement, ++handle_->position));
  return *this;
}

Statement& Statement::bind_blob(std::string_view bytes) {
  handle_->note(sqlite3_bind_blob(handle_->statement, ++handle_->position, bytes.data(),
                                  static_cast<int>(bytes.size()), SQLITE_TRANSIENT));
  return *this;
}

Result<bool> Statement::step() {
  const int result =
      handle_->bound == SQLITE_OK ? sqlite3_step(handle_->statement) : handle_->bound;
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) {
    handle_->reset();
    return false;
  }
  Error error = handle_->database->error(result);
  handle_->reset();
  return error;
}

Result<void> Statement::run() {
  GHT_TRY(const bool row, step());
  GHT_CHECK(!row);
  return {};
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(handle_->statement, column);
}

WallTime Statement::time(int column) const {
  return wall_from_unix_ms(integer(column));
}

bool Statement::is_null(int column) const {
  return sqlite3_column_type(handle_->statement, column) == SQLITE_NULL;
}

std::string Statement::text(int column) const {
  const void* bytes = sqlite3_column_blob(handle_->statement, column);
  if (bytes == nullptr) return {};
  return {static_cast<const char*>(bytes),
          static_cast<std::size_t>(sqlite3_column_bytes(handle_->statement, column))};
}

Result<Database> Database::open(const std::string& path, Mode mode) {
  Database database;
  database.handle_ = std::make_shared<Handle>();
  Handle& handle = *database.handle_;
  handle.path = path;
  int access = SQLITE_OPEN_READONLY;
  if (mode == Mode::read_write) access = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  if (mode == Mode::immutable) access |= SQLITE_OPEN_URI;
  const std::string name = mode == Mode::immutable ? immutable_uri(path) : path;
  const int result =
      sqlite3_open_v2(name.c_str(), &handle.db, access | SQLITE_OPEN_NOMUTEX, nullptr);
  if (result != SQLITE_OK) return handle.error(result);
  sqlite3_busy_timeout(handle.db, busy_milliseconds);
  return database;
}

Result<void> Database::execute(const std::string& sql) {
  const int result = sqlite3_exec(handle_->db, sql.c_str(), nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) return handle_->error(result);
  return {};
}

Result<Statement> Database::prepare(const std::string& sql) {
  Statement statement;
  statement.handle_ = std::make_shared<Statement::Handle>();
  statement.handle_->database = handle_;
  const int result = sqlite3_prepare_v3(handle_->db, sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT,
                                        &statement.handle_->statement, nullptr);
  if (result != SQLITE_OK) return handle_->error(result);
  return statement;
}

Result<std::optional<std::int64_t>> Database::scalar(const std::string& sql) {
  GHT_TRY(Statement statement, prepare(sql));
  GHT_TRY(const bool row, statement.step());
  if (!row || statement.is_null(0)) return std::optional<std::int64_t>();
  return std::optional<std::int64_t>(statement.integer(0));
}

void Database::rollback() {
  if (sqlite3_get_autocommit(handle_->db) == 0) {
    sqlite3_exec(handle_->db, "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

bool Database::damaged() const {
  return handle_->last == SQLITE_CORRUPT || handle_->last == SQLITE_NOTADB;
}

const std::string& Database::path() const {
  return handle_->path;
}

}  // namespace ght::io::sqlite
