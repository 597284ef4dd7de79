// The ledger's disk in memory, for tests.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "agent/ledger/chain.h"
#include "agent/ledger/ledger.h"
#include "agent/ledger/storage.h"

namespace ght::test {

// Applies batches as the real storage does.
class Disk {
 public:
  ChainHead commit(const Batch& batch) {
    for (const Record& record : batch.records) {
      if (record.kind == RecordKind::damage) {
        const Result<Checkpoint> checkpoint = checkpoint_from_json(record.body);
        GHT_CHECK(checkpoint.ok());
        stored.chain = checkpoint.value().head;
        stored.declared.clear();
        records.clear();
      }
      stored.chain = chain_append(stored.chain, record);
      records.push_back({.seq = stored.chain.records, .record = record, .hash = stored.chain.hash});
      const bool declared = record.kind == RecordKind::maintenance ||
                            record.kind == RecordKind::maintenance_end ||
                            record.kind == RecordKind::restore_test;
      if (declared) stored.declared.push_back(record);
    }
    stored.heartbeat = batch.heartbeat;
    stored.boot_id = batch.boot_id;
    stored.accounted_until = batch.accounted_until;
    for (const StoredCheck& row : batch.checks) {
      std::erase_if(stored.checks, [&](const StoredCheck& old) { return old.name == row.name; });
      stored.checks.push_back(row);
    }
    return stored.chain;
  }

  // As Storage::past.
  std::vector<Record> past(const std::string& check, WallTime from) const {
    const auto told = [](RecordKind kind) {
      return kind == RecordKind::interval || kind == RecordKind::condensed ||
             kind == RecordKind::definition || kind == RecordKind::removed;
    };
    std::int64_t terms_before = 0;  // the newest definition before `from`
    for (const ChainedRecord& one : records) {
      const bool definition = one.record.kind == RecordKind::definition;
      if (definition && one.record.subject == check && one.record.segment.from < from) {
        terms_before = one.seq;
      }
    }
    std::vector<Record> found;
    for (const ChainedRecord& one : records) {
      if (one.record.subject != check || !told(one.record.kind)) continue;
      if (one.record.segment.from >= from || one.seq == terms_before) found.push_back(one.record);
    }
    return found;
  }

  std::vector<Segment> intervals(const std::string& check) const {
    std::vector<Segment> found;
    for (const ChainedRecord& one : records) {
      const bool interval = one.record.kind == RecordKind::interval;
      if (interval && one.record.subject == check) found.push_back(one.record.segment);
    }
    return found;
  }

  // The interval under way, as far as the disk knows it; absent when it has no length.
  std::optional<Segment> open(const std::string& check) const {
    for (const StoredCheck& row : stored.checks) {
      if (row.name != check || row.removed) continue;
      Segment segment = row.open;
      segment.to = row.settled_until.value_or(*stored.heartbeat);
      if (segment.from < segment.to) return segment;
    }
    return std::nullopt;
  }

  StoredLedger stored;
  std::vector<ChainedRecord> records;
};

inline void write(Ledger& ledger, Disk& disk, WallTime now) {
  ledger.committed(disk.commit(ledger.take_batch(now)));
}

}  // namespace ght::test
