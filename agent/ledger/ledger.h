// All accounts together: what is known in memory, what is durable, and what must be written next.
// Pure: no clock, no disk. Exposure never runs ahead of the disk: durable() grows only when a batch
// was committed, so that a crash can never make a counter go backwards.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/backup_records.h"
#include "agent/core/history.h"
#include "agent/core/maintenance.h"
#include "agent/ledger/account.h"
#include "agent/ledger/past.h"
#include "agent/ledger/storage.h"
#include "agent/ledger/timetable.h"

namespace ght {

// Which boot of the machine this is, and when it began.
struct BootInfo {
  std::string id;
  WallTime at{};
};

class Ledger {
 public:
  struct CheckPolicy {
    std::string name;
    AccountPolicy policy;
    Terms terms;
    bool on_this_host = false;
  };

  explicit Ledger(BootInfo boot) : boot_(std::move(boot)) {}

  // Takes over what the disk holds. Until then (a disk that could not be read) the ledger accounts
  // in memory, has no durable figures, and no batch may be taken. Checks that are configured
  // already keep what was accounted since, after the stored history and a gap of unknown.
  // Returns what of the stored declarations could not be read, for the log.
  std::vector<Error> restore(const StoredLedger& stored);
  bool restored() const { return restored_; }

  // The disk was opened again after an error. Goes on when it holds what was last committed, or
  // nothing at all: then everything is written once more. An Error when it holds anything else.
  Result<void> reopened(const StoredLedger& stored);

  // The checks that are accounted from `now` on. One that is gone stops, its history is kept; one
  // that was watched before a restart goes on after the gap, one that was removed starts again.
  void configure(const std::vector<CheckPolicy>& checks, WallTime now);

  void observe(std::string_view check, Verdict verdict, std::string_view reason, WallTime at);
  void remember(std::string_view check, std::string memory);
  std::string memory(std::string_view check) const;  // empty when none

  // The clock was stepped (negative: backwards), or the machine suspended, some time after
  // `last_look`. README.md says what becomes of the time between.
  void clock_stepped(WallTime last_look, WallDuration step, WallTime now);
  void advance(WallTime now);

  // Maintenance. An Error says what is wrong with the plan; scope and words are the caller's to
  // check. Holds at once; durable with the next batch.
  Result<MaintenanceWindow> declare(MaintenancePlan plan, bool configured, WallTime now);
  Result<MaintenanceWindow> end_window(std::string_view id, const std::string& by, WallTime now);
  // Declares those that are new and ends those that are gone.
  void configure_windows(const std::vector<MaintenancePlan>& plans, WallTime now);
  // That hold now or later.
  std::vector<MaintenanceWindow> windows(WallTime now) const;
  bool maintenance_active(std::string_view check, WallTime now) const;

  // A restore that was tried. An Error says what is wrong with it. Durable with the next batch.
  Result<void> record(const RestoreTest& test, WallTime now);
  const std::vector<RestoreTest>& restore_tests() const { return restore_tests_; }

  // What to write: everything since the last committed batch. One batch at a time: take, write,
  // then committed() or failed(); after failed() the next batch holds the same and more.
  Batch take_batch(WallTime now);
  void committed(const ChainHead& chain);
  void failed();
  // Old records were deleted from the disk, and what says so was appended.
  void pruned(const ChainHead& chain) { chain_ = chain; }
  const ChainHead& chain() const { return chain_; }

  struct Standing {
    State state = State::unknown;
    WallTime since{};
    std::string reason;
  };
  Standing standing(std::string_view check) const;
  std::optional<StateTimes> durable(std::string_view check) const;
  // The next moment at which some state changes by itself (goes stale, a window begins or ends).
  std::optional<WallTime> next_change() const;

  // The past, once it was read from the disk: absent before. `records` as Storage::past gives them.
  // Returns false when no past is wanted (unknown check).
  bool take_past(std::string_view check, const std::vector<Record>& records);
  std::vector<std::string> wants_past() const;  // names whose past has to be read (again)
  // Far enough back for take_past at this time.
  WallTime past_from(WallTime now) const;
  std::optional<CheckHistory> history(std::string_view check, WallTime now, bool detail) const;

 private:
  struct Entry {
    Entry(Account made, Timetable table) : account(std::move(made)), timetable(std::move(table)) {}
    Account account;
    Timetable timetable;
    bool configured = false;
    bool removed = false;  // said so on the disk
    bool defined = false;  // its terms are on the disk, or in a record that waits
    bool on_this_host = false;
    bool changed = true;  // its stored row differs from the last batch
    WallTime since{};
    WallTime state_since{};         // over intervals: of the newest interval's state
    std::optional<State> excluded;  // now
    WallTime phase_until{};
    StateTimes closed;            // all closed intervals, written or not
    std::optional<Segment> open;  // the newest interval; absent: nothing accounted yet
    std::string memory;
    std::optional<StateTimes> durable;
    std::optional<Segment> durable_open;
    std::optional<StateTimes> in_batch;  // durable once the batch under way is committed
    std::optional<Segment> open_in_batch;
    std::optional<WallTime> stored_settled_until;  // as in the newest row given to a batch
    std::optional<Past> past;
  };

  Entry* find(std::string_view check);
  const Entry* find(std::string_view check) const;
  Entry& begin(const CheckPolicy& check, WallTime now);
  void resume(const std::string& name, Entry& entry, WallTime now);
  void define(const std::string& name, Entry& entry, WallTime now);
  void collect(const std::string& name, Entry& entry);
  void close_open(const std::string& name, Entry& entry);
  void look(Entry& entry, WallTime now);
  void restore_entry(const StoredCheck& stored, const StoredLedger& ledger, Terms terms);
  void restore_under(const StoredCheck& stored, WallTime stored_end, Entry& entry);
  void restore_windows(const std::vector<Record>& records, std::vector<Error>& problems);
  void forget_declared_again(const MaintenanceWindow& stored);
  void begin_anew();
  void windows_changed(WallTime now);
  void unwatched(Entry& entry, WallTime known, WallTime now, std::string_view reason,
                 std::string_view afterwards);
  void begin_era(const std::string& name, Entry& entry, WallTime last, WallTime now,
                 std::string_view reason);
  void note_clock(WallTime last, WallTime now);
  void remove(const std::string& name, Entry& entry, WallTime now);
  void condense();
  void remember_past(const Record& record);
  static StateTimes total(const Entry& entry);
  static Record event(RecordKind kind, std::string subject, WallTime at, std::string body);

  BootInfo boot_;
  std::optional<WallTime> last_heartbeat_;  // of the run before
  bool rebooted_ = false;                   // since that
  WallTime accounted_until_{};
  std::map<std::string, Entry, std::less<>> entries_;
  std::vector<MaintenanceWindow> windows_;
  std::vector<RestoreTest> restore_tests_;
  std::vector<Record> pending_;   // not in a batch yet
  std::vector<Record> in_batch_;  // in the batch under way
  std::vector<std::string> batch_rows_;
  ChainHead chain_;
  bool restored_ = false;
};

}  // namespace ght
