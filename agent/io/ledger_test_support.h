// Batches of made-up checks for the tests of the ledger's file: counters and intervals that agree,
// as the ledger makes them.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "agent/ledger/storage.h"

namespace ght::io::test {

inline const WallTime zero = wall_from_unix_ms(1'790'000'000'000);  // 2026-09-21T14:13:20Z

// What a ledger would hand out: closes intervals, keeps the sums, and the open one.
class Writer {
 public:
  explicit Writer(WallTime start = zero) : now_(start) {}

  // Time passes in this state, and the interval is closed.
  Writer& interval(const std::string& check, State state, WallDuration length) {
    StoredCheck& row = this->row(check);
    Record record{.kind = RecordKind::interval, .subject = check, .segment = {}, .body = {}};
    record.segment = {.state = state,
                      .observed = state == State::good ? Verdict::good : Verdict::bad,
                      .from = row.open.from,
                      .to = row.open.from + length,
                      .reason = "why"};
    row.closed[state] += length;
    row.open = {.state = State::unknown,
                .observed = Verdict::unknown,
                .from = record.segment.to,
                .to = record.segment.to,
                .reason = "later"};
    now_ = std::max(now_, record.segment.to);
    records_.push_back(std::move(record));
    return *this;
  }

  Writer& event(RecordKind kind, const std::string& subject, const std::string& body) {
    Record record{.kind = kind, .subject = subject, .segment = {}, .body = body};
    record.segment.from = now_;
    record.segment.to = now_;
    records_.push_back(std::move(record));
    return *this;
  }

  // Everything since the last one.
  Batch batch() {
    Batch batch{.heartbeat = now_,
                .boot_id = "boot",
                .accounted_until = now_,
                .records = std::exchange(records_, {}),
                .checks = {}};
    for (const auto& [name, row] : rows_) batch.checks.push_back(row);
    return batch;
  }

  StoredCheck& row(const std::string& check) {
    const auto found = rows_.find(check);
    if (found != rows_.end()) return found->second;
    StoredCheck made;
    made.name = check;
    made.since = now_;
    made.open.from = now_;
    made.open.to = now_;
    made.memory = R"({"é":1})";
    return rows_.emplace(check, std::move(made)).first->second;
  }
  std::vector<StoredCheck> rows() const {
    std::vector<StoredCheck> rows;
    for (const auto& [name, row] : rows_) rows.push_back(row);
    return rows;
  }
  WallTime now() const { return now_; }
  void at(WallTime now) { now_ = now; }

 private:
  WallTime now_;
  std::map<std::string, StoredCheck> rows_;
  std::vector<Record> records_;
};

}  // namespace ght::io::test
