#include "agent/io/ledger_tables.h"

#include <algorithm>
#include <utility>

#include "agent/ledger/terms_json.h"

namespace ght::io {
namespace {

using sqlite::Database;
using sqlite::Statement;

// The index on subjects serves the past of one check; the partial one finds declarations without
// walking through a year of intervals.
constexpr const char* schema = R"(
  CREATE TABLE ledger(
    only INTEGER PRIMARY KEY CHECK (only = 1), heartbeat_ms INTEGER NOT NULL, boot_id TEXT NOT NULL,
    accounted_until_ms INTEGER NOT NULL, records INTEGER NOT NULL, head BLOB NOT NULL) STRICT;
  CREATE TABLE checks(
    name TEXT PRIMARY KEY, since_ms INTEGER NOT NULL,
    good_ms INTEGER NOT NULL, bad_ms INTEGER NOT NULL, unknown_ms INTEGER NOT NULL,
    maintenance_ms INTEGER NOT NULL, out_of_hours_ms INTEGER NOT NULL,
    open_state TEXT NOT NULL, open_observed TEXT NOT NULL, open_from_ms INTEGER NOT NULL,
    open_reason TEXT NOT NULL, settled_until_ms INTEGER, memory TEXT NOT NULL, terms TEXT NOT NULL,
    removed INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE records(
    seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, subject TEXT NOT NULL, state TEXT NOT NULL,
    observed TEXT NOT NULL, from_ms INTEGER NOT NULL, to_ms INTEGER NOT NULL, reason TEXT NOT NULL,
    body TEXT NOT NULL, hash BLOB NOT NULL) STRICT;
  CREATE INDEX records_by_subject ON records(subject, from_ms);
  CREATE INDEX declarations ON records(seq) WHERE kind <> 'interval';
)";

constexpr const char* record_columns =
    "seq, kind, subject, state, observed, from_ms, to_ms, reason, body, hash";

std::string set_version() {
  return "PRAGMA user_version=" + std::to_string(ledger_schema_version);
}

Verdict verdict_from_name(const std::string& text) {
  if (text == name(Verdict::good)) return Verdict::good;
  return text == name(Verdict::bad) ? Verdict::bad : Verdict::unknown;
}

Result<State> read_state_name(const Database& database, const std::string& text) {
  const auto state = state_from_name(text);
  if (!state) return Error{database.path(), "holds the unknown state \"" + text + "\""};
  return *state;
}

// What is hashed is the name of what was read: a text that is none would go unnoticed otherwise.
Result<Verdict> read_verdict_name(const Database& database, std::int64_t seq,
                                  const std::string& text) {
  for (const Verdict verdict : {Verdict::good, Verdict::bad, Verdict::unknown}) {
    if (text == name(verdict)) return verdict;
  }
  return Error{database.path(),
               "record " + std::to_string(seq) + " has the unknown verdict \"" + text + "\""};
}

Result<ChainedRecord> read_record(const Database& database, const Statement& row) {
  ChainedRecord chained;
  chained.seq = row.integer(0);
  Record& record = chained.record;
  const std::string kind_text = row.text(1);
  const auto kind = record_kind_from_name(kind_text);
  if (!kind) {
    return Error{database.path(), "record " + std::to_string(chained.seq) +
                                      " is of the unknown kind \"" + kind_text + "\""};
  }
  record.kind = *kind;
  record.subject = row.text(2);
  if (record.kind == RecordKind::interval) {
    const auto state = state_from_name(row.text(3));
    if (!state) {
      return Error{database.path(), "record " + std::to_string(chained.seq) +
                                        " has the unknown state \"" + row.text(3) + "\""};
    }
    record.segment.state = *state;
    GHT_TRY(record.segment.observed, read_verdict_name(database, chained.seq, row.text(4)));
  } else if (!row.text(3).empty() || !row.text(4).empty()) {
    return Error{database.path(),
                 "record " + std::to_string(chained.seq) + " has a state, but is no interval"};
  }
  record.segment.from = row.time(5);
  record.segment.to = row.time(6);
  record.segment.reason = row.text(7);
  record.body = row.text(8);
  chained.hash = row.text(9);
  return chained;
}

Result<std::vector<Record>> collect_records(const Database& database, Statement& rows) {
  std::vector<Record> records;
  while (true) {
    GHT_TRY(const bool row, rows.step());
    if (!row) return records;
    GHT_TRY(ChainedRecord chained, read_record(database, rows));
    records.push_back(std::move(chained.record));
  }
}

Result<void> append(Database& database, Statement& insert, ChainHead& head, const Record& record) {
  head = chain_append(head, record);
  if (auto done = insert_record(insert, record, head); !done.ok()) {
    return Error{database.path(), done.error().message};
  }
  return {};
}

// Version 1 had intervals without a chain, and checks without terms.
Result<void> migrate_rows(Database& database) {
  GHT_TRY_VOID(
      database.execute("ALTER TABLE ledger RENAME TO old_ledger;"
                       "ALTER TABLE checks RENAME TO old_checks"));
  GHT_TRY_VOID(database.execute(schema));
  GHT_TRY(Statement rows, database.prepare("SELECT check_name, state, from_ms, to_ms, reason FROM "
                                           "intervals ORDER BY id"));
  GHT_TRY(Statement insert, database.prepare(insert_record_sql));
  GHT_TRY(const std::optional<std::int64_t> heartbeat,
          database.scalar("SELECT heartbeat_ms FROM old_ledger"));
  ChainHead head;
  Record migrated{
      .kind = RecordKind::migrated, .subject = {}, .segment = {}, .body = R"({"from":1})"};
  migrated.segment.from = wall_from_unix_ms(heartbeat.value_or(0));
  migrated.segment.to = migrated.segment.from;
  GHT_TRY_VOID(append(database, insert, head, migrated));
  while (true) {
    GHT_TRY(const bool row, rows.step());
    if (!row) break;
    Record record{.kind = RecordKind::interval, .subject = rows.text(0), .segment = {}, .body = {}};
    GHT_TRY(record.segment.state, read_state_name(database, rows.text(1)));
    record.segment.observed = verdict_from_name(rows.text(1));
    record.segment.from = rows.time(2);
    record.segment.to = rows.time(3);
    record.segment.reason = rows.text(4);
    GHT_TRY_VOID(append(database, insert, head, record));
  }
  GHT_TRY(Statement old, database.prepare("INSERT INTO ledger SELECT 1, heartbeat_ms, boot_id, "
                                          "heartbeat_ms, ?1, ?2 FROM old_ledger"));
  GHT_TRY_VOID(old.bind(head.records).bind_blob(head.hash).run());
  return database.execute(
      "INSERT INTO checks SELECT name, since_ms, good_ms, bad_ms, unknown_ms, maintenance_ms,"
      " out_of_hours_ms, open_state, open_state, open_from_ms, open_reason, settled_until_ms,"
      " memory, '', 0 FROM old_checks;"
      "DROP TABLE old_ledger; DROP TABLE old_checks; DROP TABLE intervals;" +
      set_version());
}

Result<void> in_transaction(Database& database, const std::function<Result<void>()>& work) {
  GHT_TRY_VOID(database.execute("BEGIN IMMEDIATE"));
  Result<void> done = work();
  if (done.ok()) done = database.execute("COMMIT");
  if (!done.ok()) database.rollback();
  return done;
}

Result<StoredCheck> read_check(const Database& database, const Statement& row) {
  StoredCheck check;
  check.name = row.text(0);
  check.since = row.time(1);
  int column = 2;
  for (const State state : all_states) check.closed[state] = WallDuration(row.integer(column++));
  GHT_TRY(check.open.state, read_state_name(database, row.text(7)));
  check.open.observed = verdict_from_name(row.text(8));
  check.open.from = row.time(9);
  check.open.to = check.open.from;
  check.open.reason = row.text(10);
  if (!row.is_null(11)) check.settled_until = row.time(11);
  check.memory = row.text(12);
  check.terms = row.text(13);
  check.removed = row.integer(14) != 0;
  return check;
}

// What was read before an Error stays in `checks` and `windows`.
Result<void> read_checks(Database& database, std::vector<StoredCheck>& checks) {
  GHT_TRY(Statement rows,
          database.prepare("SELECT name, since_ms, good_ms, bad_ms, unknown_ms, maintenance_ms, "
                           "out_of_hours_ms, open_state, open_observed, open_from_ms, open_reason, "
                           "settled_until_ms, memory, terms, removed FROM checks"));
  while (true) {
    GHT_TRY(const bool row, rows.step());
    if (!row) return {};
    GHT_TRY(StoredCheck check, read_check(database, rows));
    checks.push_back(std::move(check));
  }
}

Result<void> read_windows(Database& database, std::vector<Record>& windows) {
  GHT_TRY(Statement rows,
          database.prepare(std::string("SELECT ") + record_columns +
                           " FROM records WHERE kind <> 'interval' AND kind IN "
                           "('maintenance', 'maintenance_end', 'restore_test') ORDER BY seq"));
  while (true) {
    GHT_TRY(const bool row, rows.step());
    if (!row) return {};
    GHT_TRY(ChainedRecord chained, read_record(database, rows));
    windows.push_back(std::move(chained.record));
  }
}

Result<ChainHead> read_newest(Database& database) {
  GHT_TRY(Statement rows,
          database.prepare("SELECT seq, hash FROM records ORDER BY seq DESC LIMIT 1"));
  GHT_TRY(const bool row, rows.step());
  if (!row) return ChainHead{};
  return ChainHead{.records = rows.integer(0), .hash = rows.text(1)};
}

Result<void> read_ledger_row(Database& database, StoredLedger& stored) {
  GHT_TRY(Statement rows, database.prepare("SELECT heartbeat_ms, boot_id, accounted_until_ms, "
                                           "records, head FROM ledger"));
  GHT_TRY(const bool row, rows.step());
  if (!row) return {};
  stored.heartbeat = rows.time(0);
  stored.boot_id = rows.text(1);
  stored.accounted_until = rows.time(2);
  stored.chain = {.records = rows.integer(3), .hash = rows.text(4)};
  return {};
}

}  // namespace

Result<void> prepare_tables(Database& database) {
  GHT_TRY(const std::optional<std::int64_t> found, database.scalar("PRAGMA user_version"));
  const std::int64_t version = found.value_or(0);
  if (version > ledger_schema_version) {
    return Error{database.path(), "was written by a newer ght-agent (schema " +
                                      std::to_string(version) + ", this one knows " +
                                      std::to_string(ledger_schema_version) + ")"};
  }
  // The cache is small on purpose: the ledger appends, it hardly reads.
  GHT_TRY_VOID(
      database.execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-256;"
                       "PRAGMA wal_autocheckpoint=256"));
  if (version == ledger_schema_version) return {};
  return in_transaction(database, [&] {
    return version == 1 ? migrate_rows(database) : database.execute(schema + set_version());
  });
}

Result<StoredLedger> read_state(Database& database) {
  StoredLedger stored;
  GHT_TRY_VOID(read_ledger_row(database, stored));
  GHT_TRY_VOID(read_checks(database, stored.checks));
  GHT_TRY_VOID(read_windows(database, stored.declared));
  return stored;
}

StoredLedger salvage_state(Database& database) {
  StoredLedger stored;
  static_cast<void>(read_ledger_row(database, stored));
  static_cast<void>(read_checks(database, stored.checks));
  static_cast<void>(read_windows(database, stored.declared));
  if (stored.heartbeat) return stored;
  if (auto newest = read_newest(database); newest.ok()) stored.chain = std::move(newest).value();
  // Without a heartbeat: every check was still in its open state when the newest of these began.
  for (const StoredCheck& check : stored.checks) {
    stored.heartbeat = std::max(stored.heartbeat.value_or(check.open.from), check.open.from);
  }
  stored.accounted_until = stored.heartbeat.value_or(WallTime{});
  return stored;
}

// Looking a row up by its subject costs more than sorting it: the rows are sorted here.
Result<PastReader> PastReader::prepare(Database& database) {
  const std::string columns = std::string("SELECT ") + record_columns + " FROM records WHERE ";
  PastReader reader(database);
  GHT_TRY(reader.records_,
          database.prepare(columns + "subject = ?1 AND from_ms >= ?2 AND from_ms < ?3 AND kind IN "
                                     "('interval', 'condensed', 'definition', 'removed')"));
  // The pluses make SQLite look among the declarations, not among a year of the check's intervals.
  GHT_TRY(
      reader.terms_,
      database.prepare(columns + "seq = (SELECT max(seq) FROM records WHERE kind <> 'interval' "
                                 "AND kind = 'definition' AND +subject = ?1 AND +from_ms < ?2)"));
  return reader;
}

Result<std::vector<Record>> PastReader::read(const std::string& check, WallTime from, WallTime to) {
  std::vector<ChainedRecord> found;
  const auto collect = [&](Statement& rows) -> Result<void> {
    while (true) {
      GHT_TRY(const bool row, rows.step());
      if (!row) return {};
      GHT_TRY(ChainedRecord chained, read_record(database_, rows));
      found.push_back(std::move(chained));
    }
  };
  GHT_TRY_VOID(collect(terms_.bind(std::string_view(check)).bind(from)));
  GHT_TRY_VOID(collect(records_.bind(std::string_view(check)).bind(from).bind(to)));
  std::ranges::sort(found, {}, &ChainedRecord::seq);
  std::vector<Record> records;
  records.reserve(found.size());
  for (ChainedRecord& chained : found) records.push_back(std::move(chained.record));
  return records;
}

Result<void> read_records(Database& database,
                          const std::function<Result<void>(const ChainedRecord&)>& each) {
  GHT_TRY(Statement rows,
          database.prepare(std::string("SELECT ") + record_columns + " FROM records ORDER BY seq"));
  while (true) {
    GHT_TRY(const bool row, rows.step());
    if (!row) return {};
    GHT_TRY(const ChainedRecord record, read_record(database, rows));
    GHT_TRY_VOID(each(record));
  }
}

Result<std::vector<Record>> read_events(Database& database, WallTime to) {
  GHT_TRY(Statement rows, database.prepare(std::string("SELECT ") + record_columns +
                                           " FROM records WHERE kind <> 'interval' AND "
                                           "from_ms < ?1 ORDER BY seq"));
  rows.bind(to);
  return collect_records(database, rows);
}

Result<std::optional<Checkpoint>> read_start(Database& database) {
  GHT_TRY(const std::optional<std::int64_t> first, database.scalar("SELECT min(seq) FROM records"));
  if (!first) return std::optional<Checkpoint>();
  GHT_TRY(Statement rows,
          database.prepare("SELECT seq, body FROM records WHERE kind <> 'interval' AND (kind = "
                           "'checkpoint' OR (kind = 'damage' AND seq = ?1)) ORDER BY seq DESC"));
  rows.bind(*first);
  while (true) {
    GHT_TRY(const bool row, rows.step());
    if (!row) break;
    GHT_TRY(Checkpoint checkpoint, checkpoint_from_json(rows.text(1)));
    if (checkpoint.head.records + 1 == *first) return std::optional(std::move(checkpoint));
  }
  if (*first == 1) return std::optional<Checkpoint>();
  return Error{database.path(), "the chain begins with record " + std::to_string(*first) +
                                    ", and no checkpoint says what was before"};
}

Result<void> insert_record(Statement& insert, const Record& record, const ChainHead& head) {
  const bool interval = record.kind == RecordKind::interval;
  return insert.bind(head.records)
      .bind(name(record.kind))
      .bind(std::string_view(record.subject))
      .bind(interval ? name(record.segment.state) : std::string_view())
      .bind(interval ? name(record.segment.observed) : std::string_view())
      .bind(record.segment.from)
      .bind(record.segment.to)
      .bind(std::string_view(record.segment.reason))
      .bind(std::string_view(record.body))
      .bind_blob(head.hash)
      .run();
}

}  // namespace ght::io
