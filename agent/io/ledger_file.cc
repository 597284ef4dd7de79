#include "agent/io/ledger_file.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <system_error>
#include <utility>

namespace ght::io {
namespace {

using sqlite::Database;

constexpr std::size_t witness_digits_min = 12;
constexpr std::size_t hash_digits = 64;

bool exists(const std::string& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

Result<void> begin(Database& database) {
  // A month of all checks: they lie among each other, and are read one check after the other.
  GHT_TRY_VOID(database.execute("PRAGMA cache_size=-8192"));
  GHT_TRY_VOID(database.execute("BEGIN"));
  // The first look is what the transaction sees from here on.
  GHT_TRY(const std::optional<std::int64_t> version, database.scalar("PRAGMA user_version"));
  if (version != ledger_schema_version) {
    return Error{database.path(),
                 "has schema " + std::to_string(version.value_or(0)) + ", expected " +
                     std::to_string(ledger_schema_version) +
                     (version < ledger_schema_version ? "; the agent migrates it at its start"
                                                      : ": it is of a newer ght-agent")};
  }
  GHT_TRY(const std::optional<std::int64_t> rows, database.scalar("SELECT count(*) FROM ledger"));
  static_cast<void>(rows);
  return {};
}

Result<Database> open_at(const std::string& path, Database::Mode mode) {
  GHT_TRY(Database database, Database::open(path, mode));
  GHT_TRY_VOID(begin(database));
  return database;
}

// The head as one more link was read: does it stand where the witness saw it?
Result<void> compare(const Witness& witness, const ChainHead& head) {
  if (witness.records != head.records || to_hex(head.hash).starts_with(witness.hex)) return {};
  return Error{"record " + std::to_string(head.records),
               "the witness saw the head " + witness.hex + " here, the chain has " +
                   to_hex(head.hash) + ": it is another chain"};
}

Result<void> compare_head(const StoredLedger& stored, const ChainHead& walked) {
  if (stored.chain == walked) return {};
  return Error{"head", "the ledger says " + std::to_string(stored.chain.records) +
                           " records with head " + to_hex(stored.chain.hash) +
                           ", the chain ends with record " + std::to_string(walked.records) +
                           " and head " + to_hex(walked.hash)};
}

Result<void> compare_sums(const StoredLedger& stored, const ChainVerifier& verifier) {
  const auto differ = [](const std::string& check, const StateTimes& row, const StateTimes& sums) {
    for (const State state : all_states) {
      if (row[state] == sums[state]) continue;
      return Result<void>(Error{"check " + check, "its counter of " + std::string(name(state)) +
                                                      " is " + std::to_string(row[state].count()) +
                                                      " ms, its intervals come to " +
                                                      std::to_string(sums[state].count()) + " ms"});
    }
    return Result<void>();
  };
  for (const StoredCheck& check : stored.checks) {
    const auto sums = verifier.sums().find(check.name);
    GHT_TRY_VOID(differ(check.name, check.closed,
                        sums == verifier.sums().end() ? StateTimes{} : sums->second));
  }
  for (const auto& [check, sums] : verifier.sums()) {
    if (std::ranges::find(stored.checks, check, &StoredCheck::name) == stored.checks.end()) {
      return Error{"check " + check, "has intervals, but no counters"};
    }
  }
  return {};
}

}  // namespace

std::string ledger_path(const std::string& state_directory) {
  return state_directory + "/ledger.db";
}

Result<LedgerFile> LedgerFile::open(const std::string& path) {
  if (!exists(path)) return Error{path, "there is no ledger here"};
  auto database = open_at(path, Database::Mode::read_only);
  // Without the right to make its shared memory beside it, SQLite reads no file in WAL mode; when
  // there is no log either, the file alone is everything.
  if (!database.ok() && !exists(path + "-wal") && !exists(path + "-shm")) {
    auto alone = open_at(path, Database::Mode::immutable);
    if (alone.ok()) return LedgerFile(std::move(alone).value());
  }
  if (!database.ok()) return Error{path, database.error().message};
  return LedgerFile(std::move(database).value());
}

Result<void> LedgerFile::intact() {
  GHT_TRY(sqlite::Statement rows, database_.prepare("PRAGMA integrity_check(1)"));
  GHT_TRY(const bool row, rows.step());
  if (row && rows.text(0) == "ok") return {};
  return Error{"file", row ? rows.text(0) : "the integrity check says nothing"};
}

Result<Witness> parse_witness(std::string_view text) {
  Witness witness;
  const std::size_t colon = text.find(':');
  const Error wrong{std::string(text), "expected RECORDS:HEX, a number and at least " +
                                           std::to_string(witness_digits_min) +
                                           " hexadecimal digits"};
  if (colon == std::string_view::npos) return wrong;
  const char* end = text.data() + colon;
  const auto [stop, error] = std::from_chars(text.data(), end, witness.records);
  if (error != std::errc() || stop != end || witness.records < 0) return wrong;
  for (const char c : text.substr(colon + 1)) {
    constexpr std::string_view digits = "0123456789abcdef0123456789ABCDEF";
    const std::size_t digit = digits.find(c);
    if (digit == std::string_view::npos) return wrong;
    witness.hex += digits[digit % 16];
  }
  if (witness.hex.size() < witness_digits_min || witness.hex.size() > hash_digits) return wrong;
  return witness;
}

Result<ChainHead> verify_ledger(LedgerFile& file, const std::optional<Witness>& witness) {
  GHT_TRY(const StoredLedger stored, file.state());
  GHT_TRY(std::optional<Checkpoint> start, file.start());
  ChainVerifier verifier(std::move(start));
  if (witness && witness->records < verifier.head().records) {
    return Error{"witness", "record " + std::to_string(witness->records) +
                                " was deleted after the retention; the chain here begins after " +
                                std::to_string(verifier.head().records)};
  }
  const auto next = [&](const ChainedRecord& record) -> Result<void> {
    GHT_TRY_VOID(verifier.next(record));
    return witness ? compare(*witness, verifier.head()) : Result<void>();
  };
  if (witness) GHT_TRY_VOID(compare(*witness, verifier.head()));
  GHT_TRY_VOID(file.records(next));
  GHT_TRY_VOID(compare_head(stored, verifier.head()));
  if (witness && witness->records > verifier.head().records) {
    return Error{"witness", "saw " + std::to_string(witness->records) + " records, the chain has " +
                                std::to_string(verifier.head().records) + ": its end is missing"};
  }
  GHT_TRY_VOID(compare_sums(stored, verifier));
  GHT_TRY_VOID(file.intact());
  return verifier.head();
}

}  // namespace ght::io
