#include "collectors/patch/rpm_state.h"

#include <fnmatch.h>

#include <algorithm>
#include <utility>

#include "agent/core/limits.h"
#include "agent/core/text.h"
#include "collectors/patch/names.h"

namespace ght::collectors::rpm {
namespace {

std::string short_list(const std::vector<std::string>& names) {
  return clean_text(patch::first_of(names), limits::reason_value_bytes);
}

bool is_security(const Advisory& advisory) {
  return advisory.type == "security";
}

// In the words of Red Hat, or of Fedora and Amazon; most publishers leave it out now and then.
patch::Severity severity_of(std::string_view said) {
  constexpr auto words = std::to_array<std::pair<std::string_view, patch::Severity>>(
      {{"critical", patch::Severity::critical},
       {"urgent", patch::Severity::critical},
       {"important", patch::Severity::important},
       {"high", patch::Severity::important},
       {"moderate", patch::Severity::moderate},
       {"medium", patch::Severity::moderate},
       {"low", patch::Severity::low}});
  std::string lower(said);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  for (const auto& [word, severity] : words) {
    if (lower == word) return severity;
  }
  return patch::Severity::unknown;
}

patch::Update update_of(const Update& update, const Terms& terms) {
  patch::Update result{.id = update.package};
  result.package = update.package.substr(0, update.package.rfind('.'));
  result.withheld = update.withheld;
  for (const Advisory& advisory : update.advisories) {
    if (!is_security(advisory)) continue;
    result.security = true;
    result.severity = std::max(result.severity, severity_of(advisory.severity));
    result.advisories.push_back(advisory.name);
    if (!terms.catalogue || !terms.catalogue->ok()) continue;
    for (const std::string& cve : advisory.cves) {
      const bool known = terms.catalogue->value().cves.contains(cve);
      if (known && !(std::ranges::find(result.exploited, cve) != result.exploited.end()))
        result.exploited.push_back(cve);
    }
  }
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

// Why it is not known which updates are about security.
std::optional<Reason> doubt_about(const State& state, const Terms& terms) {
  std::vector<std::string> silent;
  for (const Repository& repository : state.repositories) {
    const bool accepted = std::ranges::any_of(terms.accepted, [&](const std::string& pattern) {
      return ::fnmatch(pattern.c_str(), repository.id.c_str(), 0) == 0;
    });
    if (!repository.advisories && !accepted) silent.push_back(repository.id);
  }
  if (!silent.empty()) {
    return Reason{.code = reasons::without_advisories, .value = short_list(silent)};
  }
  if (const auto names = of_unknown_type(state); !names.empty()) {
    return Reason{.code = reasons::type_unknown, .value = short_list(names)};
  }
  return std::nullopt;
}

patch::PatchState common_state(const State& state, const Terms& terms) {
  patch::PatchState common;
  common.database_fault = clean_text(state.damage, limits::reason_value_bytes);
  common.broken = state.problems;
  common.tells_severity = true;
  common.doubt = doubt_about(state, terms);
  if (state.doubled) common.unfinished.emplace(reasons::interrupted, *state.doubled);
  common.busy = state.running;
  for (const Update& each : state.updates) common.updates.push_back(update_of(each, terms));
  for (const Repository& each : state.repositories) common.sources.push_back(source_of(each));
  if (terms.catalogue) {
    patch::Catalogue& catalogue = common.catalogue.emplace();
    if (terms.catalogue->ok()) {
      catalogue.published = terms.catalogue->value().published;
    } else {
      catalogue.fault = clean_text(terms.catalogue->error().text(), limits::reason_value_bytes);
    }
  }
  return common;
}

}  // namespace

Observation judge(const State& state, const Terms& terms, const patch::Rules& rules,
                  const Memory& before, WallTime now) {
  return patch::judge(common_state(state, terms), rules, before, now);
}

}  // namespace ght::collectors::rpm
