// Patch state of a system of the RHEL family, as ght-dnf-state reads it through the Python module
// dnf, or as the command line of dnf5 says it.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "agent/core/collector.h"
#include "collectors/helper_outcome.h"
#include "collectors/patch/dnf/dnf5.h"
#include "collectors/patch/rpm_collector.h"
#include "collectors/patch/terms.h"

namespace ght::collectors {
namespace {

constexpr auto tools = std::to_array<std::string_view>({"dnf", "dnf5"});
constexpr auto own_settings = std::to_array<Field>({
    patch::severity_ages_field,
    rpm::without_advisories_field,
    {.key = "tool",
     .kind = FieldKind::choice,
     .fallback = "\"dnf\"",
     .help = "What updates this system: dnf (RHEL 8 to 10 and its likes) or dnf5 (Fedora).",
     .choices = tools},
});
constexpr auto dnf_settings = patch::with_common(own_settings);

bool by_dnf5(const Settings& settings) {
  return settings.get<std::string>("tool") == "dnf5";
}

// All steps that are known of so far: that of the catalogue, if there is one, then the tool's.
Plan steps_of(const Settings& settings, const Evidence& so_far) {
  Plan steps = rpm::catalogue_steps(settings);
  if (by_dnf5(settings)) {
    const auto skipped = static_cast<std::ptrdiff_t>(std::min(steps.size(), so_far.size()));
    const Plan all =
        dnf::dnf5_steps(rpm::root_of(settings), Evidence(so_far.begin() + skipped, so_far.end()));
    steps.insert(steps.end(), all.begin(), all.end());
  } else {
    steps.push_back(rpm::state_step(settings, "ght-dnf-state"));
  }
  return steps;
}

Result<Plan> plan(const Settings& settings, const Evidence& so_far, const Memory&) {
  GHT_TRY_VOID(patch::check(settings));
  const Plan all = steps_of(settings, so_far);
  const std::size_t from = std::min(so_far.size(), all.size());
  const std::size_t to = std::min(from + limits::plan_steps, all.size());
  return Plan(all.begin() + static_cast<std::ptrdiff_t>(from),
              all.begin() + static_cast<std::ptrdiff_t>(to));
}

// A step that did not succeed, as an observation; nullopt when all did, or when rpm says that its
// database is damaged, which it may do with exit status 0.
std::optional<Observation> dnf5_failure(const Evidence& evidence, const Memory& before,
                                        rpm::State& damaged) {
  for (std::size_t i = 0; i < evidence.size(); ++i) {
    const auto* result = std::get_if<HelperResult>(&evidence[i]);
    if (result == nullptr) return helper_unreadable("no answer of dnf5", before);
    if (dnf::dnf5_asks_rpm(i) && result->end == HelperEnd::exited) {
      damaged.damage = dnf::damage_in(result->err);
      if (!damaged.damage.empty()) return std::nullopt;
      if (result->err.find("error:") != std::string::npos) {
        return helper_unreadable("rpm -qa: " + result->err, before);
      }
    }
    if (dnf::dnf5_succeeded(i, *result)) continue;
    if (auto failure = helper_failure(*result, before)) return failure;
  }
  return std::nullopt;
}

rpm::Said said(const Settings& settings, const Evidence& evidence, const Memory& before) {
  if (!by_dnf5(settings)) return rpm::said_by("ght-dnf-state", evidence, before);
  rpm::State damaged;
  if (auto failure = dnf5_failure(evidence, before, damaged)) return *std::move(failure);
  if (!damaged.damage.empty()) return damaged;
  Result<rpm::State> state = dnf::read_dnf5(evidence);
  if (state.ok()) return std::move(state).value();
  return helper_unreadable("dnf5: " + state.error().text(), before);
}

Observation interpret(const Settings& settings, const Evidence& evidence, const Memory& before,
                      WallTime now) {
  return rpm::interpret(said, settings, evidence, before, now);
}

}  // namespace

extern const Collector dnf_collector;
constexpr Collector dnf_collector = {
    .name = "dnf",
    .summary =
        "Pending security and other updates of a system of the RHEL family, read from the "
        "cache of dnf without refreshing it.",
    .families = rpm::families,
    .settings = dnf_settings,
    .reasons = rpm::reason_texts,
    .plan = plan,
    .interpret = interpret};

}  // namespace ght::collectors
