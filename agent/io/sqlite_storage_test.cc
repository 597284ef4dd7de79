#include "agent/io/sqlite_storage.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/support/files.h"

namespace ght::io {
namespace {

using namespace std::chrono_literals;

const WallTime zero = wall_from_unix_ms(1'790'000'000'000);

StoredCheck row(const std::string& name) {
  StoredCheck check{.name = name,
                    .since = zero,
                    .closed = {},
                    .open_state = State::bad,
                    .open_from = zero + 10s,
                    .open_reason = "http_status",
                    .settled_until = zero + 15s,
                    .memory = R"({"é":1})"};
  check.closed[State::good] = 10s;
  return check;
}

Batch batch_of(WallTime heartbeat, std::vector<StoredCheck> checks) {
  return {.heartbeat = heartbeat,
          .boot_id = "boot",
          .closed = {{"a", State::good, zero, zero + 10s, "fine"}},
          .checks = std::move(checks)};
}

TEST(SqliteStorage, GivesBackWhatWasCommitted) {
  const test::TempDir dir;
  {
    SqliteStorage storage(dir.file("ledger.db"));
    const auto empty = storage.load();
    ASSERT_TRUE(empty.ok()) << empty.error().text();
    EXPECT_EQ(empty.value().heartbeat, std::nullopt);
    EXPECT_TRUE(empty.value().checks.empty());
    ASSERT_TRUE(storage.commit(batch_of(zero + 20s, {row("a")})).ok());
    StoredCheck changed = row("a");
    changed.settled_until.reset();
    ASSERT_TRUE(storage.commit(batch_of(zero + 30s, {changed, row("b")})).ok());
  }
  SqliteStorage storage(dir.file("ledger.db"));
  const auto stored = storage.load();
  ASSERT_TRUE(stored.ok()) << stored.error().text();
  EXPECT_EQ(stored.value().heartbeat, zero + 30s);
  EXPECT_EQ(stored.value().boot_id, "boot");
  StoredCheck a = row("a");
  a.settled_until.reset();
  EXPECT_EQ(stored.value().checks, (std::vector<StoredCheck>{a, row("b")}));
}

TEST(SqliteStorage, AnUnusableDirectoryIsOneClearError) {
  SqliteStorage storage("/proc/no-such-place/ledger.db");
  const auto stored = storage.load();
  ASSERT_FALSE(stored.ok());
  EXPECT_EQ(stored.error().about, "/proc/no-such-place/ledger.db");
  EXPECT_NE(stored.error().message.find("unable to open database file"), std::string::npos);
  EXPECT_FALSE(storage.commit({}).ok());
}

TEST(SqliteStorage, ADamagedFileIsAnErrorAndStaysAsItIs) {
  const test::TempDir dir;
  const std::string path = dir.write("ledger.db", std::string(8192, 'x'));
  SqliteStorage storage(path);
  const auto stored = storage.load();
  ASSERT_FALSE(stored.ok());
  EXPECT_NE(stored.error().message.find("not a database"), std::string::npos)
      << stored.error().text();
  EXPECT_EQ(test::read_file(path), std::string(8192, 'x'));
}

TEST(SqliteStorage, ANewerSchemaIsLeftAlone) {
  const test::TempDir dir;
  const std::string path = dir.file("ledger.db");
  {
    SqliteStorage storage(path);
    ASSERT_TRUE(storage.load().ok());
  }
  // The schema version stands at offset 60 of the header, big-endian (sqlite.org/fileformat2).
  {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(63);
    file.put(99);
  }
  SqliteStorage storage(path);
  const auto stored = storage.load();
  ASSERT_FALSE(stored.ok());
  EXPECT_NE(stored.error().message.find("newer ght-agent (schema 99"), std::string::npos)
      << stored.error().text();
}

TEST(SqliteStorage, TwoOpenersTakeTurns) {
  const test::TempDir dir;
  SqliteStorage storage(dir.file("ledger.db"));
  ASSERT_TRUE(storage.load().ok());
  ASSERT_TRUE(storage.commit(batch_of(zero + 20s, {row("a")})).ok());
  SqliteStorage other(dir.file("ledger.db"));
  ASSERT_TRUE(other.load().ok());
  ASSERT_TRUE(other.commit(batch_of(zero + 25s, {row("b")})).ok());
  ASSERT_TRUE(storage.commit(batch_of(zero + 30s, {row("c")})).ok());
  const auto stored = storage.load();
  ASSERT_TRUE(stored.ok());
  EXPECT_EQ(stored.value().checks.size(), 3U);
  EXPECT_EQ(stored.value().heartbeat, zero + 30s);
}

TEST(SqliteStorage, TellsWhatACheckRemembersBesideARunningAgent) {
  const test::TempDir dir;
  const std::string path = dir.file("ledger.db");
  EXPECT_EQ(stored_memory(path, "a").value(), "");
  EXPECT_FALSE(std::filesystem::exists(path)) << "a look must not make a ledger";
  SqliteStorage running(path);
  ASSERT_TRUE(running.load().ok());
  ASSERT_TRUE(running.commit(batch_of(zero + 20s, {row("a")})).ok());
  EXPECT_EQ(stored_memory(path, "a").value(), R"({"é":1})");
  EXPECT_EQ(stored_memory(path, "b").value(), "");
  const auto damaged = stored_memory(dir.write("damaged.db", std::string(8192, 'x')), "a");
  ASSERT_FALSE(damaged.ok());
  EXPECT_NE(damaged.error().text().find("damaged.db"), std::string::npos);
}

}  // namespace
}  // namespace ght::io
