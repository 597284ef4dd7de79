// What is due, and when: pure, no clock, no timers. One flight per check; an overrun is skipped and
// counted, never doubled and never caught up in a burst.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/core/time.h"

namespace ght {

// Stable over processes and machines (FNV-1a, 64 bits); spreads start times.
std::uint64_t spread_hash(std::string_view seed, std::string_view name);

class Schedule {
 public:
  struct Task {
    std::string name;
    Duration interval{};
  };

  // `seed` differs per host, so that a hundred agents do not probe one server in the same second.
  explicit Schedule(std::string seed) : seed_(std::move(seed)) {}

  // Replaces the set of tasks. A task of the same name and interval keeps its next start and its
  // flight; a new or changed one starts within min(interval, 10 s) and then keeps its own phase.
  void set_tasks(const std::vector<Task>& tasks, MonoTime now);

  // Everything starts within min(interval, 10 s), or when it was due if that is earlier.
  void hurry(MonoTime now);

  // When something is next due; nullopt without tasks.
  std::optional<MonoTime> next_due() const;

  // Names to start now, each moved to its next slot. A task still in flight is not returned but
  // added to `skipped`.
  std::vector<std::string> take_due(MonoTime now, std::vector<std::string>& skipped);

  // The flight of `name` has landed. Unknown names (removed by a reload) are ignored.
  void landed(std::string_view name);

 private:
  struct Entry {
    Duration interval{};
    MonoTime next{};
    bool in_flight = false;
  };

  MonoTime first_start(const std::string& name, Duration interval, MonoTime now) const;
  MonoTime slot_after(const std::string& name, const Entry& entry, MonoTime start) const;

  std::string seed_;
  std::map<std::string, Entry, std::less<>> entries_;
  std::set<std::pair<MonoTime, std::string>> queue_;
};

}  // namespace ght
