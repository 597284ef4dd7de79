#include "agent/io/sqlite_storage.h"

#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "agent/core/text.h"
#include "agent/io/clock.h"
#include "agent/io/ledger_prune.h"
#include "agent/io/ledger_tables.h"

namespace ght::io {
namespace {

using namespace std::chrono_literals;
using sqlite::Database;
using sqlite::Statement;

// The main file first: without it, the others say nothing.
constexpr std::array<const char*, 3> file_suffixes = {"", "-wal", "-shm"};
constexpr const char* aside_suffix = ".damaged-";
constexpr WallDuration prune_every = 24h;

Error system_error(const std::string& path, const char* doing) {
  return {.about = path, .message = std::string(doing) + ": " + std::strerror(errno)};
}

std::vector<std::string> files_aside(const std::string& path) {
  const std::filesystem::path file(path);
  const std::string prefix = file.filename().string() + aside_suffix;
  std::vector<std::string> found;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(file.parent_path(), ignored)) {
    if (entry.path().filename().string().starts_with(prefix))
      found.push_back(entry.path().string());
  }
  return found;
}

}  // namespace

struct SqliteStorage::Connection {
  Database database;
  Statement ledger;
  Statement check;
  Statement record;
  struct stat file{};
  ChainHead head;
};

SqliteStorage::SqliteStorage(std::string path, int retention_months)
    : path_(std::move(path)), retention_months_(retention_months) {}
SqliteStorage::~SqliteStorage() = default;

Result<StoredLedger> SqliteStorage::load() {
  connection_.reset();
  auto stored = open();
  if (!stored.ok() && connection_ && connection_->database.damaged()) {
    stored = set_aside(stored.error());
  }
  if (!stored.ok()) {
    connection_.reset();
    return stored;
  }
  StoredLedger ledger = std::move(stored).value();
  ledger.damaged_files = files_aside(path_);
  connection_->head = ledger.chain;
  return ledger;
}

Result<StoredLedger> SqliteStorage::open() {
  connection_ = std::make_unique<Connection>();
  Connection& connection = *connection_;
  auto opened = Database::open(path_, Database::Mode::read_write);
  if (!opened.ok()) {
    connection_.reset();
    return opened.error();
  }
  connection.database = std::move(opened).value();
  GHT_TRY_VOID(prepare_tables(connection.database));
  if (::stat(path_.c_str(), &connection.file) != 0) {
    return system_error(path_, "cannot be looked at");
  }
  GHT_TRY(StoredLedger stored, read_state(connection.database));
  GHT_TRY(connection.ledger, connection.database.prepare(
                                 "INSERT OR REPLACE INTO ledger VALUES(1, ?1, ?2, ?3, ?4, ?5)"));
  GHT_TRY(connection.check, connection.database.prepare(
                                "INSERT OR REPLACE INTO checks VALUES(?1, ?2, ?3, ?4, ?5, ?6, "
                                "?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)"));
  GHT_TRY(connection.record, connection.database.prepare(insert_record_sql));
  return stored;
}

// A damaged file is evidence: it is moved, never changed. What can still be read of it is taken
// over, so that counters go on.
Result<StoredLedger> SqliteStorage::set_aside(const Error& why) {
  StoredLedger salvaged;
  if (auto read = read_state(connection_->database); read.ok()) salvaged = std::move(read).value();
  connection_.reset();
  const WallTime second = std::chrono::floor<std::chrono::seconds>(wall_now());
  const std::string aside = path_ + aside_suffix + format_rfc3339(second);
  for (const char* suffix : file_suffixes) {
    std::error_code error;
    const std::string from = path_ + suffix;
    if (!std::filesystem::exists(from, error)) continue;
    std::filesystem::rename(from, aside + suffix, error);
    if (error)
      return Error{from,
                   "is damaged (" + why.message + ") and cannot be kept aside: " + error.message()};
  }
  GHT_TRY(const StoredLedger empty, open());
  static_cast<void>(empty);
  salvaged.begun_anew = true;
  return salvaged;
}

// The file that is open is still the one of that name. One that was deleted is written again from
// what is open.
Result<void> SqliteStorage::still_there() {
  struct stat now{};
  if (::stat(path_.c_str(), &now) == 0) {
    const struct stat& then = connection_->file;
    if (now.st_ino == then.st_ino && now.st_dev == then.st_dev) return {};
    connection_.reset();
    return Error{path_, "was replaced while it was in use"};
  }
  if (errno != ENOENT) return system_error(path_, "cannot be looked at");
  const std::string rescue = path_ + ".rescue";
  std::error_code ignored;
  std::filesystem::remove(rescue, ignored);
  GHT_TRY(Statement copy, connection_->database.prepare("VACUUM INTO ?1"));
  auto copied = copy.bind(std::string_view(rescue)).run();
  copy = Statement();
  connection_.reset();
  if (!copied.ok()) {
    return Error{path_, "was deleted while it was in use, and cannot be written again: " +
                            copied.error().message};
  }
  // A log that belongs to the deleted file would be played into the new one.
  for (const char* suffix : {"-wal", "-shm"}) std::filesystem::remove(path_ + suffix, ignored);
  std::error_code error;
  std::filesystem::rename(rescue, path_, error);
  if (error) return Error{path_, "was deleted while it was in use: " + error.message()};
  return Error{path_, "was deleted while it was in use; it was written again, nothing is lost"};
}

Result<ChainHead> SqliteStorage::commit(const Batch& batch) {
  if (!connection_) return Error{path_, "is not open"};
  GHT_TRY_VOID(still_there());
  Database& database = connection_->database;
  ChainHead head = connection_->head;
  Result<void> done = write(batch, head);
  if (done.ok()) {
    connection_->head = head;
    return head;
  }
  database.rollback();
  if (!database.damaged()) return done.error();
  const Error why = done.error();
  GHT_TRY(const StoredLedger anew, set_aside(why));
  static_cast<void>(anew);
  connection_.reset();
  return Error{path_, "is damaged (" + why.message + "); it is kept aside, a new one is begun"};
}

Result<void> SqliteStorage::write(const Batch& batch, ChainHead& head) {
  Database& database = connection_->database;
  GHT_TRY_VOID(database.execute("BEGIN IMMEDIATE"));
  for (const Record& record : batch.records) {
    if (record.kind == RecordKind::damage) {
      // The first of a chain that goes on after a damaged file.
      GHT_TRY(Checkpoint checkpoint, checkpoint_from_json(record.body));
      head = std::move(checkpoint.head);
    }
    head = chain_append(head, record);
    GHT_TRY_VOID(insert_record(connection_->record, record, head));
  }
  GHT_TRY_VOID(write_checks(batch));
  const bool due = batch.heartbeat < pruned_ || batch.heartbeat - pruned_ >= prune_every;
  if (due) {
    const auto month =
        std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(batch.heartbeat));
    const auto first = month.year() / month.month() / 1 - std::chrono::months(retention_months_);
    GHT_TRY_VOID(prune(database, WallTime(std::chrono::sys_days(first)), batch.heartbeat, head));
  }
  GHT_TRY_VOID(connection_->ledger.bind(batch.heartbeat)
                   .bind(std::string_view(batch.boot_id))
                   .bind(batch.accounted_until)
                   .bind(head.records)
                   .bind_blob(head.hash)
                   .run());
  GHT_TRY_VOID(database.execute("COMMIT"));
  if (due) pruned_ = batch.heartbeat;
  return {};
}

Result<void> SqliteStorage::write_checks(const Batch& batch) {
  Statement& row = connection_->check;
  for (const StoredCheck& check : batch.checks) {
    row.bind(std::string_view(check.name)).bind(check.since);
    for (const State state : all_states) row.bind(check.closed[state].count());
    row.bind(name(check.open.state)).bind(name(check.open.observed)).bind(check.open.from);
    row.bind(std::string_view(check.open.reason)).bind(check.settled_until);
    row.bind(std::string_view(check.memory)).bind(std::string_view(check.terms));
    GHT_TRY_VOID(row.bind(std::int64_t{check.removed}).run());
  }
  return {};
}

Result<std::vector<Record>> SqliteStorage::past(const std::string& check, WallTime from) {
  if (!connection_) return Error{path_, "is not open"};
  return read_past(connection_->database, check, from);
}

Result<std::string> stored_memory(const std::string& path, std::string_view check) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return std::string();
  GHT_TRY(Database database, Database::open(path, Database::Mode::read_only));
  GHT_TRY(Statement rows, database.prepare("SELECT memory FROM checks WHERE name = ?1"));
  GHT_TRY(const bool row, rows.bind(check).step());
  return row ? rows.text(0) : std::string();
}

}  // namespace ght::io
