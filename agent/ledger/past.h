// The past of one check in memory, for pages: months, cells of the last day and month, outages. Of
// fixed size however much happened, but for what has to be kept after a clock was set back.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "agent/core/history.h"
#include "agent/core/service_level.h"
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

  // Segments in the order of time. `terms`: in force, `calendar`: of the site.
  void add(const Segment& segment, const Terms& terms, const Calendar& calendar);
  // Sums without detail (a condensed record).
  void add_sums(WallTime at, const StateTimes& times, const Terms& terms, const Calendar& calendar);
  // What the clock accounted for before it was set back, in the order of time: it stands until the
  // account gets there again. None of it lies before the interval under way begins.
  void add_ahead(const Segment& segment, const Terms& terms);
  // The check was removed: its outage is over, whatever comes after.
  void end_outage() { outages_.end(); }

  // All time before this is known here.
  WallTime known_until() const { return known_until_; }

  // The interval under way as far as it is durable, under its own terms.
  struct Open {
    const Segment& segment;
    const Terms& terms;
  };
  // `terms`: the newest, `to_come`: committed time left in the month under them. `detail`: with
  // cells and outages.
  CheckHistory at(WallTime now, const std::optional<Open>& open, const Terms& terms,
                  const Calendar& calendar, WallDuration to_come, bool detail) const;

 private:
  struct Cell {
    WallTime from{};
    WallTime to{};
    std::array<std::uint32_t, all_states.size()> milliseconds{};
  };
  // The part of a month under one set of terms.
  struct Part {
    TimeRange month;
    Terms terms;
    StateTimes times;
  };
  struct Ahead {
    Segment segment;
    Terms terms;
  };
  void add_to_month(const TimeRange& month, State state, WallDuration length, const Terms& terms);
  static void add_to_cells(std::vector<Cell>& cells, const Segment& segment, std::size_t most,
                           const Calendar* calendar);
  static std::vector<HistoryCell> cells(const std::vector<Cell>& cells, WallTime from);
  std::optional<MonthFigures> month(const TimeRange& range, WallTime now, const Terms& terms,
                                    WallDuration to_come) const;

  std::vector<Part> parts_;     // of the newest two months
  std::vector<Cell> quarters_;  // 15 minutes each
  std::vector<Cell> days_;
  OutageTracker outages_;
  std::vector<Ahead> ahead_;
  WallTime known_until_{};
};

}  // namespace ght
