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
#include "collectors/patch/contract.h"
#include "collectors/patch/dnf/answer.h"
#include "collectors/patch/dnf/dnf5.h"
#include "collectors/patch/dnf/state.h"
#include "collectors/patch/exploited.h"
#include "collectors/patch/families.h"
#include "collectors/patch/terms.h"

namespace ght::collectors {
namespace {

constexpr auto tools = std::to_array<std::string_view>({"dnf", "dnf5"});
constexpr auto own_settings = std::to_array<Field>({
    patch::severity_ages_field,
    {.key = "repositories_without_advisories",
     .kind = FieldKind::text_list,
     .fallback = "[]",
     .max = 100,
     .help = "Ids of repositories known to publish no advisories: their updates count as other "
             "updates, and the check may be good all the same."},
    {.key = "tool",
     .kind = FieldKind::choice,
     .fallback = "\"dnf\"",
     .help = "What updates this system: dnf (RHEL 8 to 10 and its likes) or dnf5 (Fedora).",
     .choices = tools},
});
constexpr auto dnf_settings = patch::with_common(own_settings);
constexpr auto dnf_families = patch::joined(
    patch::common_families,
    std::to_array<const Family*>({&patch::severity_family, &patch::interrupted_family}));
constexpr auto dnf_reasons =
    patch::joined(patch::reasons::common_texts, patch::reasons::installation_texts,
                  patch::reasons::dependency_texts, dnf::reasons::texts);

bool by_dnf5(const Settings& settings) {
  return settings.get<std::string>("tool") == "dnf5";
}

// All steps that are known of so far: that of the catalogue, if there is one, then the tool's.
Plan steps_of(const Settings& settings, const Evidence& so_far) {
  Plan steps;
  if (const auto* catalogue = settings.find<std::string>("exploited_catalogue")) {
    steps.push_back(RunHelper{.program = "ght-exploited", .arguments = {*catalogue}});
  }
  const auto* given = settings.find<std::string>("root");
  const std::string root = given == nullptr || *given == "/" ? "" : *given;
  if (by_dnf5(settings)) {
    const auto skipped = static_cast<std::ptrdiff_t>(std::min(steps.size(), so_far.size()));
    const Plan all = dnf::dnf5_steps(root, Evidence(so_far.begin() + skipped, so_far.end()));
    steps.insert(steps.end(), all.begin(), all.end());
  } else {
    RunHelper helper{.program = "ght-dnf-state"};
    if (!root.empty()) helper.arguments = {"--root", root};
    steps.push_back(std::move(helper));
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

Result<patch::ExploitedCatalogue> read_catalogue(const StepResult& step) {
  const auto* result = std::get_if<HelperResult>(&step);
  if (result == nullptr || result->end != HelperEnd::exited) {
    return Error{"ght-exploited", result == nullptr || result->detail.empty()
                                      ? "did not end by itself"
                                      : result->detail};
  }
  if (result->code != 0) {
    return Error{"", result->err.empty() ? "ght-exploited failed" : result->err};
  }
  return patch::read_exploited(result->out);
}

// A step that did not succeed, as an observation; nullopt when all did, or when rpm says that its
// database is damaged, which it may do with exit status 0.
std::optional<Observation> dnf5_failure(const Evidence& evidence, const Memory& before,
                                        dnf::State& damaged) {
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

// What the tool said; an Observation when it failed.
std::variant<Result<dnf::State>, Observation> state_of(const Settings& settings,
                                                       const Evidence& evidence,
                                                       const Memory& before) {
  if (by_dnf5(settings)) {
    dnf::State damaged;
    if (auto failure = dnf5_failure(evidence, before, damaged)) return *std::move(failure);
    if (!damaged.damage.empty()) return Result<dnf::State>(std::move(damaged));
    return dnf::read_dnf5(evidence);
  }
  const auto* result = evidence.size() == 1 ? std::get_if<HelperResult>(&evidence[0]) : nullptr;
  if (result == nullptr) return helper_unreadable("no answer of ght-dnf-state", before);
  if (auto failure = helper_failure(*result, before)) return *std::move(failure);
  return dnf::read_answer(result->out);
}

Observation interpret(const Settings& settings, const Evidence& evidence, const Memory& before,
                      WallTime now) {
  dnf::Terms terms{.accepted =
                       settings.get<std::vector<std::string>>("repositories_without_advisories")};
  auto rest = evidence.begin();
  if (settings.find<std::string>("exploited_catalogue") != nullptr) {
    if (evidence.empty()) return helper_unreadable("no answer of ght-exploited", before);
    terms.catalogue = read_catalogue(*rest++);
  }
  auto said = state_of(settings, Evidence(rest, evidence.end()), before);
  if (auto* failure = std::get_if<Observation>(&said)) return std::move(*failure);
  const auto& state = std::get<Result<dnf::State>>(said);
  if (!state.ok()) {
    const std::string program = by_dnf5(settings) ? "dnf5: " : "ght-dnf-state: ";
    return helper_unreadable(program + state.error().text(), before);
  }
  return dnf::judge(state.value(), terms, patch::rules_of(settings), before, now);
}

}  // namespace

extern const Collector dnf_collector;
constexpr Collector dnf_collector = {
    .name = "dnf",
    .summary =
        "Pending security and other updates of a system of the RHEL family, read from the "
        "cache of dnf without refreshing it.",
    .families = dnf_families,
    .settings = dnf_settings,
    .reasons = dnf_reasons,
    .plan = plan,
    .interpret = interpret};

}  // namespace ght::collectors
