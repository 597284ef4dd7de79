// The service level of a check as the contract has it (art. R.1111-11 6 CSP), and the figures that
// its accounted time comes to.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "agent/core/activity.h"
#include "agent/core/service_hours.h"
#include "agent/core/state.h"
#include "agent/core/time.h"

namespace ght {

// An absent level is "not announced" / "not guaranteed", never 0.
struct ServiceLevel {
  std::optional<double> guaranteed;  // ratio, 0 < x <= 1
  std::optional<double> announced;
  std::string penalties = "none";                                // free text; "none" is printable
  std::string service_hours = "24x7";                            // as configured
  WeeklyHours hours{.always = true, .days = {}, .holiday = {}};  // the same, parsed
  // GTR: an outage shall not last longer than this. Absent: not agreed.
  std::optional<Duration> max_outage;

  bool operator==(const ServiceLevel&) const = default;
};

// Everything about a check that changes what its seconds mean. A change applies from then on; both
// are reported.
struct Terms {
  std::string title;
  std::string collector;
  Activity activity = Activity::administration;
  Duration interval{};
  Duration stale_after{};
  int confirm_bad = 1;
  ServiceLevel sla;
  std::string time_zone = "Europe/Paris";
  Holidays holidays = Holidays::fr;

  bool operator==(const Terms&) const = default;
};

// good + bad + unknown: the time for which the level was promised.
WallDuration committed(const StateTimes& times);

// Never one without the others. lower counts unknown as down (the default of contracts), upper as
// up; coverage is the part that was observed.
struct Figures {
  double lower = 0;
  double upper = 0;
  double coverage = 0;

  bool operator==(const Figures&) const = default;
};

// Absent when no time was committed: there is nothing to divide by, and 100 % would be a guess.
std::optional<Figures> figures(const StateTimes& times);

// The down time that the level allows over this committed time: (1 - guaranteed) x committed,
// rounded to a millisecond.
WallDuration budget(double guaranteed, WallDuration committed);

enum class LevelVerdict { met, breached, undetermined };

inline constexpr std::string_view name(LevelVerdict verdict) {
  constexpr std::array<std::string_view, 3> names = {"met", "breached", "undetermined"};
  return names[static_cast<std::size_t>(verdict)];
}

// met: bad + unknown + `to_come` fit the budget. breached: bad alone exceeds it. Else the evidence
// does not decide. `to_come` is committed time of the same period that has not passed yet: it
// counts for the budget, and nobody knows what it will bring. Absent when nothing is committed.
std::optional<LevelVerdict> judge(double guaranteed, const StateTimes& times,
                                  WallDuration to_come = {});

}  // namespace ght
