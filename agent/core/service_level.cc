#include "agent/core/service_level.h"

#include <cmath>

#include "agent/core/report.h"

namespace ght {
namespace {

double ratio(WallDuration part, WallDuration whole) {
  return static_cast<double>(part.count()) / static_cast<double>(whole.count());
}

}  // namespace

WallDuration committed(const StateTimes& times) {
  return times[State::good] + times[State::bad] + times[State::unknown];
}

std::optional<Figures> figures(const StateTimes& times) {
  const WallDuration whole = committed(times);
  if (whole <= WallDuration(0)) return std::nullopt;
  const WallDuration unknown = times[State::unknown];
  return Figures{.lower = ratio(times[State::good], whole),
                 .upper = ratio(times[State::good] + unknown, whole),
                 .coverage = ratio(whole - unknown, whole)};
}

WallDuration budget(double guaranteed, WallDuration committed) {
  return WallDuration(std::llround((1 - guaranteed) * static_cast<double>(committed.count())));
}

std::optional<LevelVerdict> judge(double guaranteed, const StateTimes& times,
                                  WallDuration to_come) {
  const WallDuration whole = committed(times) + to_come;
  if (whole <= WallDuration(0)) return std::nullopt;
  const WallDuration allowed = budget(guaranteed, whole);
  if (times[State::bad] > allowed) return LevelVerdict::breached;
  if (times[State::bad] + times[State::unknown] + to_come <= allowed) return LevelVerdict::met;
  return LevelVerdict::undetermined;
}

std::optional<GrossFigures> gross_figures(const Tally& tally) {
  const StateTimes& times = tally.times;
  const WallDuration whole = committed(times) + times[State::maintenance];
  if (whole <= WallDuration(0)) return std::nullopt;
  const WallDuration good = times[State::good] + tally.good_in_maintenance;
  const WallDuration unknown = times[State::unknown] + tally.unknown_in_maintenance;
  return GrossFigures{.lower = ratio(good, whole), .upper = ratio(good + unknown, whole)};
}

}  // namespace ght
