#include "agent/io/sqlite_storage.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
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

using sqlite::Database;
using sqlite::Statement;

// The main file first: without it, the others say nothing.
constexpr std::array<const char*, 3> file_suffixes = {"", "-wal", "-shm"};
constexpr const char* aside_suffix = ".damaged-";

Error system_error(const std::string& path, const char* doing) {
  return {.about = path, .message = std::string(doing) + ": " + std::strerror(errno)};
}

std::vector<std::string> files_aside(const std::string& path) {
  const std::filesystem::path file(path);
  const std::string prefix = file.filename().string() + aside_suffix;
  std::vector<std::string> found;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(file.parent_path(), ignored)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(prefix) && !name.ends_with("-wal") && !name.ends_with("-shm")) {
      found.push_back(entry.path().string());
    }
  }
  return found;
}

// SQLite names what it failed at, not why: its log and shared memory cannot be made in a directory
// that cannot be written.
Error explained(Error error, const std::string& path) {
  const std::string directory = std::filesystem::path(path).parent_path().string();
  if (::access(directory.c_str(), W_OK) == 0) return error;
  error.message += "; " + directory + " cannot be written: " + std::strerror(errno);
  return error;
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
  Result<StoredLedger> stored = read_again();
  if (!stored.ok() && connection_) {
    if (!connection_->database.damaged()) return stored;
    GHT_TRY_VOID(set_aside(stored.error()));
  }
  if (!stored.ok()) stored = open();
  if (!stored.ok() && connection_ && connection_->database.damaged()) {
    GHT_TRY_VOID(set_aside(stored.error()));
    stored = open();
  }
  if (!stored.ok()) {
    connection_.reset();
    return explained(stored.error(), path_);
  }
  StoredLedger ledger = std::move(stored).value();
  connection_->head = ledger.chain;
  const std::vector<std::string> aside = files_aside(path_);
  if (!ledger.heartbeat && !aside.empty()) ledger = salvage(aside);
  ledger.damaged_files = aside;
  return ledger;
}

// From the open file, when there is one; without a connection afterwards it has to be opened.
Result<StoredLedger> SqliteStorage::read_again() {
  if (!connection_) return Error{path_, "is not open"};
  connection_->database.rollback();
  GHT_TRY_VOID(still_there());
  return read_state(connection_->database);
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

// What can still be read of the newest damaged file is taken over, so that counters go on. Asked
// until the new file holds something: an agent that ends in between loses nothing.
StoredLedger SqliteStorage::salvage(const std::vector<std::string>& aside) const {
  StoredLedger salvaged;
  const auto newest = std::ranges::max_element(aside);
  auto damaged = Database::open(*newest, Database::Mode::read_only);
  if (damaged.ok()) salvaged = salvage_state(damaged.value());
  salvaged.begun_anew = true;
  return salvaged;
}

// A damaged file is evidence: it is moved, never changed.
Result<void> SqliteStorage::set_aside(const Error& why) {
  connection_.reset();
  const WallTime second = std::chrono::floor<std::chrono::seconds>(wall_now());
  std::string aside = path_ + aside_suffix + format_rfc3339(second);
  std::error_code error;
  while (std::filesystem::exists(aside, error)) aside += "+";
  for (const char* suffix : file_suffixes) {
    const std::string from = path_ + suffix;
    if (!std::filesystem::exists(from, error)) continue;
    std::filesystem::rename(from, aside + suffix, error);
    if (error)
      return Error{from,
                   "is damaged (" + why.message + ") and cannot be kept aside: " + error.message()};
  }
  return {};
}

// The file that is open is still the one of that name. One that was deleted is written again from
// what is open. An Error without a connection: another file has to be opened.
Result<void> SqliteStorage::still_there() {
  struct stat now{};
  if (::stat(path_.c_str(), &now) == 0) {
    const struct stat& then = connection_->file;
    if (now.st_ino == then.st_ino && now.st_dev == then.st_dev) return {};
    connection_.reset();
    return Error{path_, "was replaced while it was in use"};
  }
  if (errno != ENOENT) return system_error(path_, "cannot be looked at");
  if (auto written = write_again(); !written.ok()) {
    return Error{path_, "was deleted while it was in use, and cannot be written again yet: " +
                            written.error().message};
  }
  return Error{path_, "was deleted while it was in use; it was written again, nothing is lost"};
}

// The connection is the only place that holds what was deleted: it is kept until a copy is there.
Result<void> SqliteStorage::write_again() {
  const std::string rescue = path_ + ".rescue";
  std::error_code error;
  std::filesystem::remove(rescue, error);
  GHT_TRY(Statement copy, connection_->database.prepare("VACUUM INTO ?1"));
  GHT_TRY_VOID(copy.bind(std::string_view(rescue)).run());
  // A log that belongs to the deleted file would be played into the new one.
  for (const char* suffix : {"-wal", "-shm"}) std::filesystem::remove(path_ + suffix, error);
  std::filesystem::rename(rescue, path_, error);
  if (error) return Error{path_, error.message()};
  connection_.reset();
  return {};
}

// All of it or nothing. A file that proves to be damaged is kept aside.
Result<ChainHead> SqliteStorage::in_transaction(const Work& work) {
  if (!connection_) return Error{path_, "is not open"};
  GHT_TRY_VOID(still_there());
  Database& database = connection_->database;
  ChainHead head = connection_->head;
  Result<void> done = database.execute("BEGIN IMMEDIATE");
  if (done.ok()) done = work(head);
  if (done.ok()) done = database.execute("COMMIT");
  if (done.ok()) {
    connection_->head = head;
    return head;
  }
  database.rollback();
  if (!database.damaged()) return done.error();
  const Error why = done.error();
  GHT_TRY_VOID(set_aside(why));
  return Error{path_, "is damaged (" + why.message + "); it is kept aside, a new one is begun"};
}

Result<ChainHead> SqliteStorage::commit(const Batch& batch) {
  return in_transaction([&](ChainHead& head) { return write(batch, head); });
}

Result<ChainHead> SqliteStorage::prune(WallTime now) {
  const auto month = std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(now));
  const auto first = month.year() / month.month() / 1 - std::chrono::months(retention_months_);
  return in_transaction([&](ChainHead& head) -> Result<void> {
    const ChainHead before = head;
    Database& database = connection_->database;
    GHT_TRY_VOID(io::prune(database, WallTime(std::chrono::sys_days(first)), now, head));
    if (head == before) return {};
    GHT_TRY(Statement row, database.prepare("UPDATE ledger SET records = ?1, head = ?2"));
    return row.bind(head.records).bind_blob(head.hash).run();
  });
}

Result<void> SqliteStorage::write(const Batch& batch, ChainHead& head) {
  for (const Record& record : batch.records) {
    if (record.kind == RecordKind::damage && head.records == 0) {
      // The first of a chain that goes on after a damaged file.
      GHT_TRY(Checkpoint checkpoint, checkpoint_from_json(record.body));
      head = std::move(checkpoint.head);
    }
    head = chain_append(head, record);
    GHT_TRY_VOID(insert_record(connection_->record, record, head));
  }
  GHT_TRY_VOID(write_checks(batch));
  return connection_->ledger.bind(batch.heartbeat)
      .bind(std::string_view(batch.boot_id))
      .bind(batch.accounted_until)
      .bind(head.records)
      .bind_blob(head.hash)
      .run();
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
  GHT_TRY(PastReader reader, PastReader::prepare(connection_->database));
  return reader.read(check, from);
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
