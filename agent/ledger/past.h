// The past of one check in memory, for pages: months, cells of the last day and month, outages. Of
// fixed size however much happened.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "agent/core/history.h"
#include "agent/ledger/calendar.h"
#include "agent/ledger/outages.h"
#include "agent/ledger/record.h"

namespace ght {

// Where accounts cover the same time (a clock that was set back), the later one stands: what comes
// out is in the order of time and without overlap. `segments` are in the order of the ledger.
std::vector<Segment> paint(std::vector<Segment> segments);

class Past {
 public:
  Past();

  // Segments in the order of time. `guaranteed`: the level in force, `calendar`: of the site.
  void add(const Segment& segment, std::optional<double> guaranteed, const Calendar& calendar);
  // Sums without detail (a condensed record).
  void add_sums(WallTime at, const StateTimes& times, std::optional<double> guaranteed,
                const Calendar& calendar);

  // All time before this is known here.
  WallTime known_until() const { return known_until_; }

  // `open`: the interval under way as far as it is durable. `to_come`: committed time left in the
  // month. `detail`: with cells and outages.
  CheckHistory at(WallTime now, const std::optional<Segment>& open,
                  std::optional<double> guaranteed, const Calendar& calendar, WallDuration to_come,
                  bool detail) const;

 private:
  struct Cell {
    WallTime from{};
    WallTime to{};
    std::array<std::uint32_t, all_states.size()> milliseconds{};
  };
  // The part of a month under one guaranteed level.
  struct Part {
    TimeRange month;
    std::optional<double> guaranteed;
    StateTimes times;
  };
  void add_to_month(const TimeRange& month, State state, WallDuration length,
                    std::optional<double> guaranteed);
  static void add_to_cells(std::vector<Cell>& cells, const Segment& segment, std::size_t most,
                           const Calendar* calendar);
  static std::vector<HistoryCell> cells(const std::vector<Cell>& cells, WallTime from);
  std::optional<MonthFigures> month(const TimeRange& range, WallTime now,
                                    std::optional<double> guaranteed, WallDuration to_come) const;

  std::vector<Part> parts_;     // of the newest two months
  std::vector<Cell> quarters_;  // 15 minutes each
  std::vector<Cell> days_;
  OutageTracker outages_;
  WallTime known_until_{};
};

}  // namespace ght
