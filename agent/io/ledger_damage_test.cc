// What the ledger's file goes through: pruning, damage, deletion, replacement, tampering.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "agent/io/ledger_file.h"
#include "agent/io/ledger_test_support.h"
#include "agent/io/sqlite.h"
#include "agent/io/sqlite_storage.h"
#include "tests/support/files.h"

namespace ght::io {
namespace {

using namespace std::chrono_literals;
using ght::test::TempDir;
using test::Writer;
using test::zero;

Result<ChainHead> verified(const std::string& path, std::optional<Witness> witness = {}) {
  GHT_TRY(LedgerFile file, LedgerFile::open(path));
  return verify_ledger(file, witness);
}

std::int64_t count(const std::string& path, const std::string& sql) {
  auto database = sqlite::Database::open(path, sqlite::Database::Mode::read_only);
  if (!database.ok()) return -1;
  const auto value = database.value().scalar(sql);
  return value.ok() && value.value() ? *value.value() : -1;
}

ChainHead acknowledged(const Result<ChainHead>& head) {
  EXPECT_TRUE(head.ok()) << head.error().text();
  return head.ok() ? head.value() : ChainHead{};
}

ChainHead commit(SqliteStorage& storage, Writer& writer) {
  return acknowledged(storage.commit(writer.batch()));
}

std::string window(const std::string& id, const std::string& to) {
  return R"({"id":")" + id + R"(","to_ms":)" + to + "}";
}

TEST(LedgerPruning, KeepsTheSumsTheTermsAndTheChain) {
  const TempDir dir;
  const std::string path = dir.file("ledger.db");
  SqliteStorage storage(path, 2);
  ASSERT_TRUE(storage.load().ok());
  Writer writer;
  writer.event(RecordKind::definition, "a", R"({"n":1})");
  writer.event(RecordKind::maintenance, "endless", window("endless", "null"));
  writer.event(RecordKind::maintenance, "short", window("short", "1790000000001"));
  writer.event(RecordKind::maintenance, "far", window("far", "1990000000000"));
  for (int day = 0; day < 400; ++day) {
    writer.interval("a", day % 3 == 0 ? State::bad : State::good, 24h);
    commit(storage, writer);
    const ChainHead head = acknowledged(storage.prune(writer.now()));
    const auto walked = verified(path);
    ASSERT_TRUE(walked.ok()) << "day " << day << ": " << walked.error().text();
    ASSERT_EQ(walked.value(), head) << "day " << day;
  }
  EXPECT_LT(count(path, "SELECT count(*) FROM records WHERE kind = 'interval'"), 95);
  EXPECT_GT(count(path, "SELECT count(*) FROM records WHERE kind = 'interval'"), 58);
  EXPECT_EQ(count(path, "SELECT count(*) FROM records WHERE kind = 'definition'"), 1);
  EXPECT_EQ(count(path, "SELECT count(*) FROM records WHERE subject = 'short'"), 0);
  EXPECT_EQ(count(path, "SELECT count(*) FROM records WHERE subject = 'endless'"), 1);
  EXPECT_EQ(count(path, "SELECT count(*) FROM records WHERE subject = 'far'"), 1);
  EXPECT_GE(count(path, "SELECT max(seq) - count(*) FROM records"), 300);
  const auto stored = storage.load();
  ASSERT_TRUE(stored.ok()) << stored.error().text();
  EXPECT_EQ(stored.value().checks, writer.rows());
  writer.interval("a", State::good, 1s);
  const ChainHead head = commit(storage, writer);
  EXPECT_EQ(verified(path).value(), head) << "the chain goes on";
}

TEST(LedgerPruning, AWitnessIsComparedAsLongAsItsRecordIsThere) {
  const TempDir dir;
  const std::string path = dir.file("ledger.db");
  SqliteStorage storage(path, 2);
  ASSERT_TRUE(storage.load().ok());
  Writer writer;
  writer.interval("a", State::good, 1h);
  const ChainHead first = commit(storage, writer);
  const Witness early{.records = first.records, .hex = to_hex(first.hash).substr(0, 13)};
  EXPECT_TRUE(verified(path, early).ok());
  EXPECT_TRUE(verified(path, Witness{.records = 0, .hex = std::string(12, '0')}).ok());
  EXPECT_FALSE(verified(path, Witness{.records = 1, .hex = "000000000000"}).ok());
  EXPECT_FALSE(verified(path, Witness{.records = 9, .hex = early.hex}).ok())
      << "the end is missing";
  for (int day = 0; day < 120; ++day) {
    writer.interval("a", State::good, 24h);
    commit(storage, writer);
    acknowledged(storage.prune(writer.now()));
  }
  const auto gone = verified(path, early);
  ASSERT_FALSE(gone.ok());
  EXPECT_NE(gone.error().text().find("retention"), std::string::npos) << gone.error().text();
}

TEST(LedgerWitness, IsRecordsAndTwelveDigitsOrMore) {
  const auto witness = parse_witness("12:00ABCDEF0123");
  ASSERT_TRUE(witness.ok()) << witness.error().text();
  EXPECT_EQ(witness.value().records, 12);
  EXPECT_EQ(witness.value().hex, "00abcdef0123");
  EXPECT_TRUE(parse_witness("0:" + std::string(64, 'f')).ok());
  for (const char* wrong : {"", "12", ":00abcdef0123", "12:", "12:00abcdef012", "-1:00abcdef0123",
                            "x:00abcdef0123", "12:00abcdef012g", "1 2:00abcdef0123"}) {
    EXPECT_FALSE(parse_witness(wrong).ok()) << wrong;
  }
  EXPECT_FALSE(parse_witness("0:" + std::string(65, 'f')).ok());
}

// A ledger with some pages, closed and in one file.
Writer fill(const std::string& path, int intervals = 2000) {
  SqliteStorage storage(path);
  EXPECT_TRUE(storage.load().ok());
  Writer writer;
  writer.event(RecordKind::definition, "a", "{}").event(RecordKind::maintenance, "m1", "{}");
  for (int i = 0; i < intervals; ++i) writer.interval("a", i % 2 ? State::bad : State::good, 1s);
  commit(storage, writer);
  return writer;
}

std::vector<std::string> files_in(const TempDir& dir) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(dir.path())) {
    names.push_back(entry.path().filename().string());
  }
  std::ranges::sort(names);
  return names;
}

void overwrite(const std::string& path, std::int64_t from, std::int64_t bytes) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(from);
  file << std::string(static_cast<std::size_t>(bytes), '\x5a');
}

// As the ledger does: the first record says what the old file came to.
Batch after_damage(const StoredLedger& stored, Writer& writer) {
  Checkpoint checkpoint{.head = stored.chain, .sums = {}};
  for (const StoredCheck& check : stored.checks) checkpoint.sums[check.name] = check.closed;
  Batch batch = writer.batch();
  Record said{
      .kind = RecordKind::damage, .subject = {}, .segment = {}, .body = to_json(checkpoint)};
  said.segment.from = batch.heartbeat;
  said.segment.to = batch.heartbeat;
  batch.records.insert(batch.records.begin(), said);
  return batch;
}

TEST(LedgerDamage, EveryDamagedPageIsFoundOrHarmless) {
  const TempDir origin;
  const Writer writer = fill(origin.file("ledger.db"));
  const auto size = static_cast<std::int64_t>(std::filesystem::file_size(origin.file("ledger.db")));
  int aside = 0;
  int counters_kept = 0;
  for (std::int64_t page = 0; page * 4096 < size; ++page) {
    const TempDir dir;
    const std::string path = dir.file("ledger.db");
    std::filesystem::copy(origin.file("ledger.db"), path);
    overwrite(path, page * 4096, 4096);
    const std::string damaged = ght::test::read_file(path);
    SqliteStorage storage(path);
    Writer more = writer;
    auto stored = storage.load();
    ASSERT_TRUE(stored.ok()) << page << ": " << stored.error().text();
    if (!stored.value().begun_anew) {
      more.interval("a", State::good, 1s);
      if (storage.commit(more.batch()).ok()) {
        EXPECT_FALSE(verified(path).ok()) << page << ": a cold page is for `verify` to find";
        continue;
      }
      more = writer;
      stored = storage.load();
      ASSERT_TRUE(stored.ok()) << page << ": " << stored.error().text();
    }
    ++aside;
    EXPECT_TRUE(stored.value().begun_anew) << page;
    ASSERT_EQ(stored.value().damaged_files.size(), 1U) << page;
    EXPECT_EQ(ght::test::read_file(stored.value().damaged_files[0]), damaged) << page;
    if (!stored.value().checks.empty()) {
      ++counters_kept;
      EXPECT_EQ(stored.value().checks, writer.rows()) << page;
      EXPECT_EQ(stored.value().chain.records, 2002) << page;
    }
    EXPECT_TRUE(storage.load().value().begun_anew) << "as long as nothing was written";
    if (stored.value().checks.empty()) more = Writer();
    more.interval("a", State::bad, 1s);
    const auto head = storage.commit(after_damage(stored.value(), more));
    ASSERT_TRUE(head.ok()) << page << ": " << head.error().text();
    EXPECT_EQ(verified(path).value(), head.value()) << page;
    EXPECT_FALSE(storage.load().value().begun_anew);
  }
  EXPECT_GE(aside, 4);
  EXPECT_GE(counters_kept, 2);
}

TEST(LedgerDamage, AForeignFileIsKeptAsideWhole) {
  const TempDir dir;
  const std::string path = dir.write("ledger.db", std::string(8192, 'x'));
  SqliteStorage storage(path);
  const auto stored = storage.load();
  ASSERT_TRUE(stored.ok()) << stored.error().text();
  EXPECT_TRUE(stored.value().begun_anew);
  EXPECT_TRUE(stored.value().checks.empty());
  ASSERT_EQ(stored.value().damaged_files.size(), 1U);
  EXPECT_EQ(ght::test::read_file(stored.value().damaged_files[0]), std::string(8192, 'x'));
}

TEST(LedgerDamage, ASecondDamageRecordBehindTheFirstDoesNoHarm) {
  const TempDir dir;
  const std::string path = dir.write("ledger.db", std::string(8192, 'x'));
  SqliteStorage storage(path);
  StoredLedger before = storage.load().value();
  before.chain = {.records = 41, .hash = std::string(32, 'h')};
  Writer writer;
  Batch batch = after_damage(before, writer);
  batch.records.push_back(batch.records.front());
  const auto head = storage.commit(batch);
  ASSERT_TRUE(head.ok()) << head.error().text();
  EXPECT_EQ(head.value().records, 43);
  EXPECT_EQ(verified(path).value(), head.value());
}

TEST(LedgerDeletion, WritesEverythingAgain) {
  const TempDir dir;
  const std::string path = dir.file("ledger.db");
  SqliteStorage storage(path);
  ASSERT_TRUE(storage.load().ok());
  Writer writer;
  writer.interval("a", State::good, 1s);
  const ChainHead head = commit(storage, writer);
  for (const std::string& name : files_in(dir)) std::filesystem::remove(dir.file(name));
  Writer more = writer;
  more.interval("a", State::bad, 1s);
  const Batch batch = more.batch();
  const auto told = storage.commit(batch);
  ASSERT_FALSE(told.ok());
  EXPECT_NE(told.error().message.find("written again"), std::string::npos) << told.error().text();
  EXPECT_EQ(storage.load().value().chain, head) << "everything is there";
  const auto next = storage.commit(batch);
  ASSERT_TRUE(next.ok()) << next.error().text();
  EXPECT_EQ(verified(path).value(), next.value());
  EXPECT_EQ(next.value().records, 2);
}

TEST(LedgerDeletion, WaitsForTheDirectoryToComeBack) {
  const TempDir dir;
  std::filesystem::create_directory(dir.file("state"));
  const std::string path = dir.file("state/ledger.db");
  SqliteStorage storage(path);
  ASSERT_TRUE(storage.load().ok());
  Writer writer;
  writer.interval("a", State::good, 1s);
  const ChainHead head = commit(storage, writer);
  std::filesystem::remove_all(dir.file("state"));
  writer.interval("a", State::bad, 1s);
  EXPECT_FALSE(storage.commit(writer.batch()).ok());
  EXPECT_FALSE(storage.load().ok());
  EXPECT_FALSE(storage.load().ok());
  std::filesystem::create_directory(dir.file("state"));
  EXPECT_EQ(storage.load().value().chain, head);
  EXPECT_EQ(verified(path).value(), head);
}

TEST(LedgerReplacement, IsNotWrittenTo) {
  const TempDir dir;
  const std::string path = dir.file("ledger.db");
  fill(dir.file("other.db"), 3);
  const std::string other = ght::test::read_file(dir.file("other.db"));
  SqliteStorage storage(path);
  ASSERT_TRUE(storage.load().ok());
  Writer writer;
  writer.interval("a", State::good, 1s);
  commit(storage, writer);
  std::filesystem::rename(dir.file("other.db"), path);
  writer.interval("a", State::good, 1s);
  const auto told = storage.commit(writer.batch());
  ASSERT_FALSE(told.ok());
  EXPECT_NE(told.error().message.find("replaced"), std::string::npos) << told.error().text();
  EXPECT_EQ(ght::test::read_file(path), other);
}

struct Tampering {
  const char* what;
  const char* sql;
};

class LedgerTampering : public ::testing::TestWithParam<Tampering> {};

TEST_P(LedgerTampering, IsFoundWithTheRecordNamed) {
  const TempDir dir;
  const std::string path = dir.file("ledger.db");
  fill(path, 10);
  ASSERT_TRUE(verified(path).ok());
  {
    auto database = sqlite::Database::open(path, sqlite::Database::Mode::read_write);
    ASSERT_TRUE(database.ok() && database.value().execute(GetParam().sql).ok());
  }
  const auto walked = verified(path);
  ASSERT_FALSE(walked.ok());
  EXPECT_NE(walked.error().text().find(GetParam().what), std::string::npos)
      << walked.error().text();
}

INSTANTIATE_TEST_SUITE_P(
    EveryColumn, LedgerTampering,
    ::testing::Values(
        Tampering{"record 7", "UPDATE records SET seq = 700 WHERE seq = 6"},
        Tampering{"record 6", "UPDATE records SET kind = 'removed' WHERE seq = 6"},
        Tampering{"record 6", "UPDATE records SET kind = 'odd' WHERE seq = 6"},
        Tampering{"record 6", "UPDATE records SET subject = 'b' WHERE seq = 6"},
        Tampering{"record 6", "UPDATE records SET state = 'maintenance' WHERE seq = 6"},
        Tampering{"record 6", "UPDATE records SET state = 'odd' WHERE seq = 6"},
        Tampering{"record 6", "UPDATE records SET observed = 'unknown' WHERE seq = 6"},
        Tampering{"record 6", "UPDATE records SET observed = 'odd' WHERE seq = 6"},
        Tampering{"record 6", "UPDATE records SET from_ms = from_ms + 1 WHERE seq = 6"},
        Tampering{"record 6", "UPDATE records SET to_ms = to_ms - 1 WHERE seq = 6"},
        Tampering{"record 6", "UPDATE records SET reason = '' WHERE seq = 6"},
        Tampering{"record 6", "UPDATE records SET body = '{}' WHERE seq = 6"},
        Tampering{"record 6", "UPDATE records SET hash = zeroblob(32) WHERE seq = 6"},
        Tampering{"record 2", "UPDATE records SET state = 'good' WHERE seq = 2"},
        Tampering{"record 7", "DELETE FROM records WHERE seq = 6"},
        Tampering{"begins with record 2", "DELETE FROM records WHERE seq = 1"},
        Tampering{"head", "DELETE FROM records WHERE seq = 12"},
        Tampering{"head", "UPDATE ledger SET records = 11"},
        Tampering{"head", "UPDATE ledger SET head = zeroblob(32)"},
        Tampering{"head", "DELETE FROM ledger"},
        Tampering{"check a", "UPDATE checks SET bad_ms = bad_ms - 1"},
        Tampering{"check a", "UPDATE checks SET unknown_ms = 1"},
        Tampering{"check a", "DELETE FROM checks"},
        Tampering{"check b",
                  "INSERT INTO checks SELECT 'b', since_ms, good_ms, bad_ms, unknown_ms,"
                  " maintenance_ms, out_of_hours_ms, open_state, open_observed, open_from_ms,"
                  " open_reason, settled_until_ms, memory, terms, removed FROM checks"}));

}  // namespace
}  // namespace ght::io
