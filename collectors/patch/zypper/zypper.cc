// Patch state of SUSE Linux Enterprise and openSUSE, as ght-zypper-state reads it through zypper.
#include <array>

#include "agent/core/collector.h"
#include "collectors/patch/rpm_collector.h"
#include "collectors/patch/terms.h"

namespace ght::collectors {
namespace {

constexpr auto own_settings = std::to_array<Field>({
    patch::severity_ages_field,
    rpm::without_advisories_field,
});
constexpr auto zypper_settings = patch::with_common(own_settings);

Result<Plan> plan(const Settings& settings, const Evidence& so_far, const Memory&) {
  GHT_TRY_VOID(patch::check(settings));
  if (!so_far.empty()) return Plan{};
  Plan steps = rpm::catalogue_steps(settings);
  steps.push_back(rpm::state_step(settings, "ght-zypper-state"));
  return steps;
}

rpm::Said said(const Settings&, const Evidence& evidence, const Memory& before) {
  return rpm::said_by("ght-zypper-state", evidence, before);
}

Observation interpret(const Settings& settings, const Evidence& evidence, const Memory& before,
                      WallTime now) {
  return rpm::interpret(said, settings, evidence, before, now);
}

}  // namespace

extern const Collector zypper_collector;
constexpr Collector zypper_collector = {
    .name = "zypper",
    .summary =
        "Pending security and other updates of a system of the SUSE family, read from the cache "
        "of zypper without refreshing it.",
    .families = rpm::families,
    .settings = zypper_settings,
    .reasons = rpm::reason_texts,
    .plan = plan,
    .interpret = interpret};

}  // namespace ght::collectors
