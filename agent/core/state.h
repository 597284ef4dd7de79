// Verdict: what one observation says. State: what the account of a second says.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string_view>

#include "agent/core/time.h"

namespace ght {

enum class Verdict { good, bad, unknown };

// Exactly one at any second of a check's life.
enum class State { good, bad, unknown, maintenance, out_of_hours };

inline constexpr std::array all_states = {State::good, State::bad, State::unknown,
                                          State::maintenance, State::out_of_hours};

inline constexpr std::string_view name(Verdict verdict) {
  constexpr std::array<std::string_view, 3> names = {"good", "bad", "unknown"};
  return names[static_cast<std::size_t>(verdict)];
}

inline constexpr std::string_view name(State state) {
  constexpr std::array<std::string_view, 5> names = {"good", "bad", "unknown", "maintenance",
                                                     "out_of_hours"};
  return names[static_cast<std::size_t>(state)];
}

inline constexpr std::optional<State> state_from_name(std::string_view text) {
  for (State state : all_states) {
    if (name(state) == text) return state;
  }
  return std::nullopt;
}

// Time per state, milliseconds, indexed by State.
struct StateTimes {
  std::array<WallDuration, all_states.size()> each{};

  WallDuration& operator[](State state) { return each[static_cast<std::size_t>(state)]; }
  WallDuration operator[](State state) const { return each[static_cast<std::size_t>(state)]; }
  bool operator==(const StateTimes&) const = default;
};

}  // namespace ght
