// What ght-clock-state and chronyc answer, read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "agent/core/result.h"
#include "agent/core/time.h"

namespace ght::collectors::ntp {

struct Kernel {
  std::string error;  // not empty: the kernel told nothing, and why
  bool synchronised = false;
  Duration offset{};     // this clock minus the reference; what is still to be corrected
  Duration max_error{};  // grows by half a millisecond a second from the last update on
};

struct ClockState {
  bool chronyd = false;
  Kernel kernel;
};

struct Tracking {
  std::string reference;  // address or name of the source; empty when there is none
  bool synchronised = false;
  bool own_clock = false;  // chronyd's `local`: its source is this very clock
  std::optional<WallTime> updated;
  Duration offset{};     // this clock minus the reference
  Duration max_error{};  // half the root delay, and the root dispersion
};

// An answer that ends early is an Error.
Result<ClockState> read_clock_state(const std::string& out);
Result<Tracking> read_tracking(const std::string& out);

}  // namespace ght::collectors::ntp
