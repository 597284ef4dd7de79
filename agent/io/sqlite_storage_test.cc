#include "agent/io/sqlite_storage.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "agent/io/ledger_file.h"
#include "agent/io/ledger_test_support.h"
#include "agent/io/sqlite.h"
#include "tests/support/files.h"

namespace ght::io {
namespace {

using namespace std::chrono_literals;
using ght::test::TempDir;
using test::Writer;
using test::zero;

Result<ChainHead> verified(const std::string& path) {
  GHT_TRY(LedgerFile file, LedgerFile::open(path));
  return verify_ledger(file);
}

// Loads, and commits everything the writer has.
ChainHead write_all(SqliteStorage& storage, Writer& writer) {
  const auto stored = storage.load();
  EXPECT_TRUE(stored.ok()) << stored.error().text();
  const auto head = storage.commit(writer.batch());
  EXPECT_TRUE(head.ok()) << head.error().text();
  return head.ok() ? head.value() : ChainHead{};
}

TEST(SqliteStorage, GivesBackWhatWasCommitted) {
  const TempDir dir;
  Writer writer;
  ChainHead head;
  {
    SqliteStorage storage(dir.file("ledger.db"));
    const auto empty = storage.load();
    ASSERT_TRUE(empty.ok()) << empty.error().text();
    EXPECT_EQ(empty.value().heartbeat, std::nullopt);
    EXPECT_TRUE(empty.value().checks.empty());
    EXPECT_FALSE(empty.value().begun_anew);
    writer.event(RecordKind::definition, "a", "{}").interval("a", State::good, 10s);
    writer.row("a").settled_until = zero + 5s;
    ASSERT_TRUE(storage.commit(writer.batch()).ok());
    writer.row("a").settled_until.reset();
    writer.interval("b", State::maintenance, 20s).interval("a", State::bad, 1ms);
    const auto second = storage.commit(writer.batch());
    ASSERT_TRUE(second.ok()) << second.error().text();
    head = second.value();
  }
  SqliteStorage storage(dir.file("ledger.db"));
  const auto stored = storage.load();
  ASSERT_TRUE(stored.ok()) << stored.error().text();
  EXPECT_EQ(stored.value().heartbeat, writer.now());
  EXPECT_EQ(stored.value().boot_id, "boot");
  EXPECT_EQ(stored.value().checks, writer.rows());
  EXPECT_EQ(stored.value().chain, head);
  EXPECT_EQ(head.records, 4);
  EXPECT_EQ(verified(dir.file("ledger.db")).value(), head);
}

TEST(SqliteStorage, GivesThePastOfOneCheck) {
  const TempDir dir;
  SqliteStorage storage(dir.file("ledger.db"));
  Writer writer;
  writer.event(RecordKind::definition, "a", R"({"n":1})").interval("a", State::good, 10s);
  writer.event(RecordKind::definition, "a", R"({"n":2})").interval("a", State::bad, 10s);
  writer.interval("b", State::bad, 10s).interval("a", State::good, 10s);
  write_all(storage, writer);
  const auto past = storage.past("a", zero + 15s);
  ASSERT_TRUE(past.ok()) << past.error().text();
  ASSERT_EQ(past.value().size(), 2U);
  EXPECT_EQ(past.value()[0].body, R"({"n":2})") << "the terms that held";
  EXPECT_EQ(past.value()[1].segment.from, zero + 20s);
  EXPECT_TRUE(storage.past("nobody", zero).value().empty());
}

TEST(SqliteStorage, AnUnusableDirectoryIsOneClearError) {
  SqliteStorage storage("/proc/no-such-place/ledger.db");
  const auto stored = storage.load();
  ASSERT_FALSE(stored.ok());
  EXPECT_EQ(stored.error().about, "/proc/no-such-place/ledger.db");
  EXPECT_NE(stored.error().message.find("unable to open database file"), std::string::npos);
  EXPECT_FALSE(storage.commit({}).ok());
  EXPECT_FALSE(storage.past("a", zero).ok());
}

TEST(SqliteStorage, ANewerSchemaIsLeftAlone) {
  const TempDir dir;
  const std::string path = dir.file("ledger.db");
  {
    SqliteStorage storage(path);
    Writer writer;
    writer.interval("a", State::good, 1s);
    write_all(storage, writer);
  }
  // The schema version stands at offset 60 of the header, big-endian (sqlite.org/fileformat2).
  {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(63);
    file.put(99);
  }
  const std::string before = ght::test::read_file(path);
  SqliteStorage storage(path);
  const auto stored = storage.load();
  ASSERT_FALSE(stored.ok());
  EXPECT_NE(stored.error().message.find("newer ght-agent (schema 99"), std::string::npos)
      << stored.error().text();
  EXPECT_EQ(ght::test::read_file(path), before);
  const auto file = LedgerFile::open(path);
  ASSERT_FALSE(file.ok());
  EXPECT_NE(file.error().message.find("newer"), std::string::npos) << file.error().text();
}

TEST(SqliteStorage, TwoOpenersNeverMixTheirRecords) {
  const TempDir dir;
  const std::string path = dir.file("ledger.db");
  SqliteStorage storage(path);
  Writer writer;
  writer.interval("a", State::good, 1s);
  write_all(storage, writer);
  SqliteStorage other(path);
  Writer intruder(writer.now());
  intruder.interval("b", State::bad, 1s);
  const ChainHead head = write_all(other, intruder);
  writer.interval("a", State::good, 1s);
  EXPECT_FALSE(storage.commit(writer.batch()).ok());
  EXPECT_EQ(storage.load().value().chain, head) << "what is there, for the ledger to judge";
  EXPECT_EQ(verified(path).value(), head);
}

TEST(SqliteStorage, TellsWhatACheckRemembersBesideARunningAgent) {
  const TempDir dir;
  const std::string path = dir.file("ledger.db");
  EXPECT_EQ(stored_memory(path, "a").value(), "");
  EXPECT_FALSE(std::filesystem::exists(path)) << "a look must not make a ledger";
  SqliteStorage running(path);
  Writer writer;
  writer.interval("a", State::good, 1s);
  write_all(running, writer);
  EXPECT_EQ(stored_memory(path, "a").value(), R"({"é":1})");
  EXPECT_EQ(stored_memory(path, "b").value(), "");
  const auto damaged = stored_memory(dir.write("damaged.db", std::string(8192, 'x')), "a");
  ASSERT_FALSE(damaged.ok());
  EXPECT_NE(damaged.error().text().find("damaged.db"), std::string::npos);
}

constexpr const char* schema_1 = R"(
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
  INSERT INTO ledger VALUES(1, 1790000030000, 'old-boot');
  INSERT INTO checks VALUES('a', 1790000000000, 10000, 5000, 0, 0, 0, 'good', 1790000015000, 'ok',
    NULL, 'm');
  INSERT INTO checks VALUES('b', 1790000000000, 0, 0, 0, 7000, 0, 'bad', 1790000007000, 'no',
    1790000009000, '');
  INSERT INTO intervals VALUES(1, 'a', 'good', 1790000000000, 1790000010000, 'ok');
  INSERT INTO intervals VALUES(2, 'b', 'maintenance', 1790000000000, 1790000007000, 'window');
  INSERT INTO intervals VALUES(5, 'a', 'bad', 1790000010000, 1790000015000, 'no');
  PRAGMA user_version=1;
)";

TEST(SqliteStorage, MigratesTheFirstSchema) {
  const TempDir dir;
  const std::string path = dir.file("ledger.db");
  {
    auto old = sqlite::Database::open(path, sqlite::Database::Mode::read_write);
    ASSERT_TRUE(old.ok() && old.value().execute(schema_1).ok());
  }
  ASSERT_FALSE(LedgerFile::open(path).ok()) << "a look does not migrate";
  SqliteStorage storage(path);
  const auto stored = storage.load();
  ASSERT_TRUE(stored.ok()) << stored.error().text();
  EXPECT_EQ(stored.value().heartbeat, zero + 30s);
  EXPECT_EQ(stored.value().accounted_until, zero + 30s);
  EXPECT_EQ(stored.value().boot_id, "old-boot");
  ASSERT_EQ(stored.value().checks.size(), 2U);
  const StoredCheck& a = stored.value().checks[0];
  EXPECT_EQ(a.closed[State::good], 10s);
  EXPECT_EQ(a.closed[State::bad], 5s);
  EXPECT_EQ(a.open.state, State::good);
  EXPECT_EQ(a.open.observed, Verdict::good);
  EXPECT_EQ(a.memory, "m");
  EXPECT_EQ(stored.value().checks[1].settled_until, zero + 9s);
  EXPECT_EQ(stored.value().chain.records, 4) << "a record of the migration and three intervals";
  EXPECT_EQ(verified(path).value(), stored.value().chain);
  auto file = LedgerFile::open(path);
  ASSERT_TRUE(file.ok()) << file.error().text();
  const auto events = file.value().events(zero + 31s);
  ASSERT_TRUE(events.ok() && events.value().size() == 1U);
  EXPECT_EQ(events.value()[0].kind, RecordKind::migrated);
  EXPECT_EQ(events.value()[0].segment.from, zero + 30s);
  const auto past = storage.past("a", zero);
  ASSERT_TRUE(past.ok());
  ASSERT_EQ(past.value().size(), 2U);
  EXPECT_EQ(past.value()[1].segment.state, State::bad);
  Writer writer(zero + 30s);
  writer.row("a") = a;
  writer.row("b") = stored.value().checks[1];
  writer.interval("a", State::good, 15s);
  const auto head = storage.commit(writer.batch());
  ASSERT_TRUE(head.ok()) << head.error().text();
  EXPECT_EQ(verified(path).value(), head.value());
}

TEST(SqliteStorage, AFailedMigrationChangesNothing) {
  const TempDir dir;
  const std::string path = dir.file("ledger.db");
  auto old = sqlite::Database::open(path, sqlite::Database::Mode::read_write);
  ASSERT_TRUE(old.ok() && old.value().execute(schema_1).ok());
  ASSERT_TRUE(old.value().execute("UPDATE intervals SET state = 'odd' WHERE id = 5").ok());
  SqliteStorage storage(path);
  const auto stored = storage.load();
  ASSERT_FALSE(stored.ok());
  EXPECT_NE(stored.error().message.find("odd"), std::string::npos) << stored.error().text();
  EXPECT_EQ(old.value().scalar("PRAGMA user_version").value(), 1);
  EXPECT_EQ(old.value().scalar("SELECT count(*) FROM intervals").value(), 3);
}

}  // namespace
}  // namespace ght::io
