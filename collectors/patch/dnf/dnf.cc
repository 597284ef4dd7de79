// Patch state of a system of the RHEL family, as ght-dnf-state reads it through the Python module
// dnf, or as the command line of dnf5 says it.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/collector.h"
#include "collectors/helper_outcome.h"
#include "collectors/patch/contract.h"
#include "collectors/patch/dnf/answer.h"
#include "collectors/patch/dnf/dnf5.h"
#include "collectors/patch/dnf/state.h"

namespace ght::collectors {
namespace {

constexpr std::array<std::string_view, 2> tools = {"dnf", "dnf5"};
constexpr Field tool_field = {
    .key = "tool",
    .kind = FieldKind::choice,
    .need = Need::optional,
    .fallback = "\"dnf\"",
    .help = "What updates this system: dnf (RHEL 8 to 10 and its likes) or dnf5 (Fedora).",
    .choices = tools,
    .inner = {}};
constexpr Field accepted_field = {
    .key = "repositories_without_advisories",
    .kind = FieldKind::text_list,
    .need = Need::optional,
    .fallback = "[]",
    .min = 0,
    .max = 100,
    .help =
        "Ids of repositories known to publish no advisories: their updates count as other "
        "updates, and the check may be good all the same.",
    .choices = {},
    .inner = {}};
constexpr Field root_field = {.key = "root",
                              .kind = FieldKind::path,
                              .need = Need::optional,
                              .fallback = {},
                              .help = "Root of the system to look at, when it is not this one.",
                              .choices = {},
                              .inner = {}};
constexpr std::array<Field, 5> dnf_settings = {patch::max_security_age_field,
                                               patch::max_metadata_age_field, tool_field,
                                               accepted_field, root_field};

constexpr auto reason_texts = [] {
  std::array<ReasonText, patch::reasons::texts.size() + dnf::reasons::texts.size()> all{};
  const auto end = std::ranges::copy(patch::reasons::texts, all.begin()).out;
  std::ranges::copy(dnf::reasons::texts, end);
  return all;
}();

std::string root_of(const Settings& settings) {
  const auto* root = settings.find<std::string>(root_field.key);
  return root == nullptr || *root == "/" ? "" : *root;
}

bool by_dnf5(const Settings& settings) {
  return settings.get<std::string>(tool_field.key) == "dnf5";
}

Result<Plan> plan(const Settings& settings, const Evidence& so_far, const Memory&) {
  const std::string root = root_of(settings);
  if (by_dnf5(settings)) {
    const Plan all = dnf::dnf5_steps(root, so_far);
    const std::size_t from = std::min(so_far.size(), all.size());
    const std::size_t to = std::min(from + limits::plan_steps, all.size());
    return Plan(all.begin() + static_cast<std::ptrdiff_t>(from),
                all.begin() + static_cast<std::ptrdiff_t>(to));
  }
  if (!so_far.empty()) return Plan{};
  RunHelper helper;
  helper.program = "ght-dnf-state";
  if (!root.empty()) helper.arguments = {"--root", root};
  return Plan{std::move(helper)};
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

Observation interpret(const Settings& settings, const Evidence& evidence, const Memory& before,
                      WallTime now) {
  Result<dnf::State> state;
  if (by_dnf5(settings)) {
    dnf::State damaged;
    if (auto failure = dnf5_failure(evidence, before, damaged)) return *std::move(failure);
    state = damaged.damage.empty() ? dnf::read_dnf5(evidence) : damaged;
  } else {
    const auto* result = evidence.size() == 1 ? std::get_if<HelperResult>(&evidence[0]) : nullptr;
    if (result == nullptr) return helper_unreadable("no answer of ght-dnf-state", before);
    if (auto failure = helper_failure(*result, before)) return *std::move(failure);
    state = dnf::read_answer(result->out);
  }
  if (!state.ok()) {
    const std::string program = by_dnf5(settings) ? "dnf5: " : "ght-dnf-state: ";
    return helper_unreadable(program + state.error().text(), before);
  }
  const auto& accepted = settings.get<std::vector<std::string>>(accepted_field.key);
  return dnf::judge(state.value(), accepted, patch::rules_of(settings), before, now);
}

}  // namespace

extern const Collector dnf_collector;
constexpr Collector dnf_collector = {
    .name = "dnf",
    .summary =
        "Pending security and other updates of a system of the RHEL family, read from the "
        "cache of dnf without refreshing it.",
    .families = patch::families,
    .settings = dnf_settings,
    .reasons = reason_texts,
    .plan = plan,
    .interpret = interpret};

}  // namespace ght::collectors
