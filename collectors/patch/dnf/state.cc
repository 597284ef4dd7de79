#include "collectors/patch/dnf/state.h"

#include <algorithm>

#include "agent/core/limits.h"
#include "agent/core/text.h"
#include "collectors/patch/first_seen.h"

namespace ght::collectors::dnf {
namespace {

constexpr std::size_t names_shown = 3;

std::string list_of(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), names_shown); ++i) {
    text += (i == 0 ? "" : ", ") + names[i];
  }
  if (names.size() > names_shown) text += ", …";
  return clean_text(text, limits::reason_value_bytes);
}

bool is_security(const Advisory& advisory) {
  return advisory.type == "security";
}

patch::Update update_of(const Update& update) {
  patch::Update result;
  result.id = update.package;
  result.withheld = update.withheld;
  result.security = std::ranges::any_of(update.advisories, is_security);
  return result;
}

patch::Source source_of(const Repository& repository) {
  patch::Source result;
  result.name = repository.id;
  result.security = repository.advisories;
  result.read = repository.read;
  result.confirmed = repository.confirmed;
  result.published = repository.published;
  return result;
}

// Advisories of pending updates that may be about security, for all one can tell: their update has
// none that is.
std::vector<std::string> of_unknown_type(const State& state) {
  std::vector<std::string> names;
  for (const Update& update : state.updates) {
    if (std::ranges::any_of(update.advisories, is_security)) continue;
    for (const Advisory& advisory : update.advisories) {
      if (advisory.type == "unknown") names.push_back(advisory.name + " (" + update.package + ")");
    }
  }
  return names;
}

// Why nothing can be called good, for reasons that the contract of all package tools does not know.
std::optional<Reason> doubt_about(const State& state, const std::vector<std::string>& accepted) {
  if (!state.doubled.empty() && !state.running) {
    return Reason{.code = reasons::transaction_interrupted, .value = list_of(state.doubled)};
  }
  std::vector<std::string> silent;
  for (const Repository& repository : state.repositories) {
    if (!repository.advisories && std::ranges::find(accepted, repository.id) == accepted.end()) {
      silent.push_back(repository.id);
    }
  }
  if (!silent.empty()) {
    return Reason{.code = reasons::without_advisories, .value = list_of(silent)};
  }
  if (const auto names = of_unknown_type(state); !names.empty()) {
    return Reason{.code = reasons::type_unknown, .value = list_of(names)};
  }
  return std::nullopt;
}

// When it is not known which updates are about security, one that seems to be gone may only be out
// of sight: its age must not start again.
Memory with_all_of(const Memory& before, const Memory& after) {
  patch::FirstSeen all = patch::read_first_seen(after);
  for (const auto& [id, seen] : patch::read_first_seen(before)) all.try_emplace(id, seen);
  return patch::write_first_seen(all);
}

bool is_count(const Sample& sample) {
  return sample.family == &patch::pending_family || sample.family == &patch::withheld_family;
}

}  // namespace

Observation judge(const State& state, const std::vector<std::string>& accepted,
                  const patch::Rules& rules, const Memory& before, WallTime now) {
  if (!state.damage.empty()) {
    return {.verdict = Verdict::bad,
            .reason = {.code = reasons::database_damaged,
                       .value = clean_text(state.damage, limits::reason_value_bytes)},
            .samples = {},
            .memory = before};
  }
  patch::PatchState common;
  common.broken = state.problems;
  std::ranges::transform(state.updates, std::back_inserter(common.updates), update_of);
  std::ranges::transform(state.repositories, std::back_inserter(common.sources), source_of);
  Observation observation = patch::judge(common, rules, before, now);
  const auto doubt = doubt_about(state, accepted);
  const bool silent = std::ranges::none_of(state.repositories, &Repository::advisories);
  if (!doubt && !silent) return observation;
  observation.memory = with_all_of(before, observation.memory);
  if (!doubt) return observation;
  std::erase_if(observation.samples, is_count);
  if (observation.verdict == Verdict::good) {
    observation.verdict = Verdict::unknown;
    observation.reason = *doubt;
  }
  return observation;
}

}  // namespace ght::collectors::dnf
