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

extern const Collector apt_collector;
constexpr Collector apt_collector = {.name = "apt",
                                     .summary = "stub",
                                     .families = {},
                                     .settings = {},
                                     .reasons = {},
                                     .plan = plan,
                                     .interpret = interpret};

}  // namespace ght::collectors
