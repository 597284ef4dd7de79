// Time as values. Nothing here reads a clock: `now` is always an argument, and only io/clock reads.
#pragma once

#include <chrono>
#include <cstdint>

namespace ght {

using Duration = std::chrono::nanoseconds;

// Monotonic: for intervals, deadlines and durations. Says nothing about the date.
using MonoTime = std::chrono::time_point<std::chrono::steady_clock, Duration>;

// Wall clock, UTC, milliseconds: for the ledger and for people. May step.
using WallTime = std::chrono::sys_time<std::chrono::milliseconds>;
using WallDuration = std::chrono::milliseconds;

inline double to_seconds(Duration d) {
  return std::chrono::duration<double>(d).count();
}
inline double to_seconds(WallTime t) {
  return std::chrono::duration<double>(t.time_since_epoch()).count();
}
inline WallTime wall_from_unix_ms(std::int64_t ms) {
  return WallTime(WallDuration(ms));
}
inline std::int64_t to_unix_ms(WallTime t) {
  return t.time_since_epoch().count();
}

}  // namespace ght
