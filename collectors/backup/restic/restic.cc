#include "agent/core/collector.h"

namespace ght::collectors {
namespace {

Result<Plan> plan(const Settings&, const Evidence&, const Memory&) {
  return Plan{};
}
Observation interpret(const Settings&, const Evidence&, const Memory&, WallTime) {
  return {};
}

}  // namespace

extern const Collector restic_collector;
constexpr Collector restic_collector = {.name = "restic",
                                        .summary = "stub",
                                        .families = {},
                                        .settings = {},
                                        .reasons = {},
                                        .plan = plan,
                                        .interpret = interpret};

}  // namespace ght::collectors
