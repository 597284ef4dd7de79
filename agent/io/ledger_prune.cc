#include "agent/io/ledger_prune.h"

#include <map>
#include <utility>

namespace ght::io {
namespace {

using sqlite::Database;
using sqlite::Statement;

using Sums = std::map<std::string, StateTimes, std::less<>>;

// What the intervals up to `last` came to, after what an earlier checkpoint says.
Result<Sums> sums_until(Database& database, std::int64_t last) {
  GHT_TRY(std::optional<Checkpoint> start, read_start(database));
  Sums sums = start ? std::move(start->sums) : Sums();
  GHT_TRY(Statement intervals,
          database.prepare("SELECT subject, state, sum(to_ms - from_ms) FROM records WHERE seq <= "
                           "?1 AND kind = 'interval' GROUP BY subject, state"));
  intervals.bind(last);
  while (true) {
    GHT_TRY(const bool row, intervals.step());
    if (!row) break;
    const auto state = state_from_name(intervals.text(1));
    if (!state) return Error{database.path(), "holds the unknown state " + intervals.text(1)};
    sums[intervals.text(0)][*state] += WallDuration(intervals.integer(2));
  }
  GHT_TRY(Statement condensed, database.prepare("SELECT subject, body FROM records WHERE seq <= ?1 "
                                                "AND kind = 'condensed'"));
  condensed.bind(last);
  while (true) {
    GHT_TRY(const bool row, condensed.step());
    if (!row) break;
    GHT_TRY(const StateTimes times, sums_from_json(condensed.text(1)));
    for (const State state : all_states) sums[condensed.text(0)][state] += times[state];
  }
  return sums;
}

// The newest definition of every check that still exists, every window that can still hold
// after `before`, and every restore test: their age is what they are asked for. The plus and "kind
// <> 'interval'" make SQLite look among the declarations only.
Result<std::vector<Record>> in_force(Database& database, std::int64_t last, WallTime before) {
  constexpr const char* sql =
      "SELECT kind, subject, from_ms, to_ms, body FROM records WHERE kind <> 'interval' AND seq <= "
      "?1 AND ("
      " (kind = 'definition' AND seq = (SELECT max(seq) FROM records AS newer WHERE"
      "   newer.kind <> 'interval' AND newer.kind = 'definition'"
      "   AND +newer.subject = records.subject)"
      "   AND EXISTS (SELECT 1 FROM checks WHERE name = records.subject AND removed = 0))"
      " OR (kind = 'maintenance' AND NOT EXISTS (SELECT 1 FROM records AS newer WHERE"
      "   newer.kind <> 'interval' AND newer.kind = 'maintenance_end'"
      "   AND +newer.subject = records.subject)"
      "   AND coalesce(json_extract(body, '$.to_ms') >= ?2, 1))"
      " OR kind = 'restore_test') ORDER BY seq";
  GHT_TRY(Statement rows, database.prepare(sql));
  rows.bind(last).bind(before);
  std::vector<Record> records;
  while (true) {
    GHT_TRY(const bool row, rows.step());
    if (!row) return records;
    Record record;
    record.kind = record_kind_from_name(rows.text(0)).value_or(RecordKind::definition);
    record.subject = rows.text(1);
    record.segment.from = rows.time(2);
    record.segment.to = rows.time(3);
    record.body = rows.text(4);
    records.push_back(std::move(record));
  }
}

}  // namespace

Result<void> prune(Database& database, WallTime before, WallTime now, ChainHead& head) {
  GHT_TRY(const std::optional<std::int64_t> first, database.scalar("SELECT min(seq) FROM records"));
  const std::string limit = std::to_string(to_unix_ms(before));
  GHT_TRY(const std::optional<std::int64_t> kept,
          database.scalar("SELECT min(seq) FROM records WHERE to_ms >= " + limit));
  const std::int64_t last = kept.value_or(head.records + 1) - 1;
  if (!first || last < *first) return {};
  GHT_TRY(Statement hash, database.prepare("SELECT hash FROM records WHERE seq = ?1"));
  hash.bind(last);
  GHT_TRY(const bool found, hash.step());
  if (!found) return Error{database.path(), "record " + std::to_string(last) + " is missing"};
  Checkpoint checkpoint{.head = {.records = last, .hash = hash.text(0)}, .sums = {}};
  GHT_TRY(checkpoint.sums, sums_until(database, last));
  GHT_TRY(std::vector<Record> records, in_force(database, last, before));
  Record said{
      .kind = RecordKind::checkpoint, .subject = {}, .segment = {}, .body = to_json(checkpoint)};
  said.segment.from = now;
  said.segment.to = now;
  records.push_back(std::move(said));
  GHT_TRY(Statement insert, database.prepare(insert_record_sql));
  for (const Record& record : records) {
    head = chain_append(head, record);
    GHT_TRY_VOID(insert_record(insert, record, head));
  }
  return database.execute("DELETE FROM records WHERE seq <= " + std::to_string(last));
}

}  // namespace ght::io
