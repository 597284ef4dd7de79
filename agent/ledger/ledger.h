// All accounts together: what is known in memory, what is durable, and what must be written next.
// Pure: no clock, no disk. Exposure never runs ahead of the disk: durable() grows only when a batch
// was committed, so that a crash can never make a counter go backwards.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/ledger/account.h"
#include "agent/ledger/storage.h"

namespace ght {

class Ledger {
 public:
  struct CheckPolicy {
    std::string name;
    AccountPolicy policy;
  };

  explicit Ledger(std::string boot_id) : boot_id_(std::move(boot_id)) {}

  // Takes over what the disk holds. Until then (a disk that could not be read) the ledger accounts
  // in memory, has no durable figures, and no batch may be taken. Called at most once. Checks that
  // are configured already keep what was accounted since, after the stored history and a gap of
  // unknown.
  void restore(const StoredLedger& stored);
  bool restored() const { return restored_; }

  // The checks that are accounted from `now` on. One that is gone stops, its history is kept; one
  // that has a history (from before a restart or a removal) goes on after a gap of unknown.
  void configure(const std::vector<CheckPolicy>& checks, WallTime now);

  void observe(std::string_view check, Verdict verdict, std::string_view reason, WallTime at);
  void remember(std::string_view check, std::string memory);
  std::string memory(std::string_view check) const;  // empty when none

  // The clock jumped from the last advance() to `now` (step, suspension): unknown.
  void gap(WallTime now, std::string_view reason);
  void advance(WallTime now);

  // What to write: everything since the last committed batch. One batch at a time: take, write,
  // then committed() or failed(); after failed() the next batch holds the same and more.
  Batch take_batch(WallTime now);
  void committed();
  void failed();

  struct Standing {
    State state = State::unknown;
    WallTime since{};
    std::string reason;
  };
  Standing standing(std::string_view check) const;
  std::optional<StateTimes> durable(std::string_view check) const;
  // The next moment at which some state changes by itself (goes stale).
  std::optional<WallTime> next_change() const;

 private:
  struct Entry {
    explicit Entry(Account made) : account(std::move(made)) {}
    Account account;
    bool configured = false;
    bool changed = true;  // its stored row differs from the last batch
    WallTime since{};
    WallTime state_since{};       // over intervals: of the newest interval's state
    StateTimes closed;            // all closed intervals, written or not
    std::optional<Segment> open;  // the newest interval; absent: nothing accounted yet
    std::string memory;
    std::optional<StateTimes> durable;
    std::optional<StateTimes> in_batch;            // durable once the batch under way is committed
    std::optional<WallTime> stored_settled_until;  // as in the newest row given to a batch
  };

  Entry* find(std::string_view check);
  const Entry* find(std::string_view check) const;
  void collect(const std::string& name, Entry& entry);
  void close_open(const std::string& name, Entry& entry);
  void restore_under(const StoredCheck& stored, WallTime stored_end, Entry& entry);
  static StateTimes total(const Entry& entry);

  std::string boot_id_;
  std::map<std::string, Entry, std::less<>> entries_;
  std::vector<ClosedInterval> closed_;    // not in a batch yet
  std::vector<ClosedInterval> in_batch_;  // in the batch under way
  std::vector<std::string> batch_rows_;
  bool restored_ = false;
};

}  // namespace ght
