// Local time on the time line: months, days, public holidays and service hours of one site. Pure:
// the only thing read is the system's time zone database.
#pragma once

#include <chrono>
#include <string>

#include "agent/core/service_hours.h"
#include "agent/core/time.h"

namespace date {
class time_zone;
}

namespace ght {

// Whether `day` is a public holiday there.
bool is_public_holiday(std::chrono::year_month_day day, Holidays holidays);

struct TimeRange {
  WallTime from{};
  WallTime to{};

  bool operator==(const TimeRange&) const = default;
};

class Calendar {
 public:
  // A zone that the system does not know is UTC: the configuration refuses such names, but a
  // ledger may hold one that a tzdata update has taken away.
  Calendar(const std::string& time_zone, Holidays holidays);

  // Local midnight to local midnight. Days have 23 or 25 hours when the clock changes; a midnight
  // that does not exist (it does in some zones) is the moment of the change.
  TimeRange month(std::chrono::year_month month) const;
  TimeRange day_of(WallTime time) const;
  std::chrono::year_month month_of(WallTime time) const;

  // Whether `time` lies within the hours, and until when that stays so for certain: either the next
  // change, or at least a day ahead. Spans begin at the first of two equal local times and end at
  // the last of them; a local time that does not exist is the moment of the change. Overlapping
  // and touching spans are one. A span that begins on a holiday is the holiday's, one that begins
  // the day before goes on into it.
  struct Stretch {
    bool inside = false;
    WallTime until{};
  };
  Stretch at(const WeeklyHours& hours, WallTime time) const;

  // Time within the hours between the two.
  WallDuration within(const WeeklyHours& hours, WallTime from, WallTime to) const;

 private:
  const date::time_zone* zone_;  // nullptr: UTC. Lives as long as the process.
  Holidays holidays_;
};

}  // namespace ght
