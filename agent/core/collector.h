// A collector is a row of data and two pure functions. It describes what it wants to see (plan) and
// says what that means (interpret). It never acts, never reads a clock, a file or a socket.
#pragma once

#include <span>
#include <string_view>

#include "agent/core/evidence.h"
#include "agent/core/field.h"
#include "agent/core/observation.h"
#include "agent/core/plan.h"
#include "agent/core/reason.h"
#include "agent/core/result.h"
#include "agent/core/sample.h"

namespace ght {

struct Collector {
  std::string_view name;
  std::string_view summary;  // one sentence, English, for `ght-agent collectors`
  std::span<const Family* const> families;
  std::span<const Field> settings;
  std::span<const ReasonText> reasons;  // its own codes, beside core/reasons.h

  // The next round of steps, given what earlier rounds brought. An empty plan: enough is known.
  // Called with no evidence and no memory when a configuration is checked: an Error there is a
  // configuration error, and must name the setting. At most limits::plan_rounds rounds.
  Result<Plan> (*plan)(const Settings&, const Evidence& so_far, const Memory& before);

  // Evidence of all rounds to an observation. Total: for every evidence that the plan can bring,
  // failures included, there is an observation; what cannot be understood is `unknown`.
  Observation (*interpret)(const Settings&, const Evidence&, const Memory& before, WallTime now);
};

}  // namespace ght
