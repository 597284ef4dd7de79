// What a second of one check counts as beside its verdict: its terms over time, service hours and
// maintenance windows. Cuts segments where any of that changes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/maintenance.h"
#include "agent/core/service_level.h"
#include "agent/ledger/calendar.h"
#include "agent/ledger/record.h"

namespace ght {

class Timetable {
 public:
  Timetable(std::string check, Terms terms, WallTime from);

  // New terms hold from `from` on; the old ones stay for time that is not attributed yet.
  void change(Terms terms, WallTime from);
  // Nothing before this will be asked for any more.
  void forget_before(WallTime time);
  // The windows given to the calls below have changed.
  void windows_changed();

  const Terms& terms() const { return epochs_.back().terms; }  // the newest
  const Calendar& calendar() const { return epochs_.back().calendar; }
  const Terms& terms_at(WallTime time) const { return epoch_at(time).terms; }

  struct Phase {
    std::optional<State> excluded;  // out_of_hours or maintenance; absent: the verdict counts
    bool maintenance = false;       // a window covers it, also out of hours
    WallTime until{};               // nothing of this changes before; at most the end of the month
  };
  Phase at(WallTime time, const std::vector<MaintenanceWindow>& windows) const;

  struct Piece {
    Segment segment;
    bool begins = false;  // a new interval begins here even if the state is the same
  };
  std::vector<Piece> cut(const Segment& segment,
                         const std::vector<MaintenanceWindow>& windows) const;

  // Committed time between `now` and the end of its month, as far as is known.
  WallDuration to_come(WallTime now, const std::vector<MaintenanceWindow>& windows) const;

 private:
  struct Epoch {
    WallTime from{};
    Terms terms;
    Calendar calendar;
  };
  struct Cached {
    WallTime from{};
    Phase phase;
    std::optional<WallDuration> to_come;  // from phase.until to the end of the month
  };

  const Epoch& epoch_at(WallTime time) const;
  Phase find(WallTime time, const std::vector<MaintenanceWindow>& windows) const;
  Phase window_phase(WallTime time, const Epoch& epoch,
                     const std::vector<MaintenanceWindow>& windows) const;

  std::string check_;
  std::vector<Epoch> epochs_;            // oldest first, never empty
  mutable std::optional<Cached> cache_;  // the phase asked for last: time goes on
};

}  // namespace ght
