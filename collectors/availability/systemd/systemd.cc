// States, restarts and failures of systemd's units, as systemctl tells them. README.md says what
// that proves.
#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "agent/core/collector.h"
#include "collectors/availability/systemd/units.h"
#include "collectors/helper_outcome.h"

namespace ght::collectors {
namespace {

using nlohmann::json;
using Names = std::vector<std::string>;
using Restarts = std::map<std::string, std::uint64_t>;
using systemd::Listed;
using systemd::Unit;

constexpr std::size_t most_units = 100;  // watched by one check: series, and calls to systemd
constexpr std::size_t named_units = 5;   // in a sentence; the rest is counted

constexpr std::array<std::string_view, 1> unit_label = {"unit"};
constexpr Family active_family = {.name = "ght_systemd_unit_active",
                                  .help = "1 when the unit is loaded and active, 0 otherwise.",
                                  .type = MetricType::gauge,
                                  .labels = unit_label};
constexpr Family restarts_family = {
    .name = "ght_systemd_unit_restarts_total",
    .help = "Restarts of the service by systemd itself since somebody last started it.",
    .type = MetricType::counter,
    .labels = unit_label};
constexpr Family failed_family = {
    .name = "ght_systemd_failed_units",
    .help = "Failed units of the whole system, without those that the check ignores.",
    .type = MetricType::gauge,
    .labels = {}};
constexpr std::array families = {&active_family, &restarts_family, &failed_family};

constexpr auto settings_table = std::to_array<Field>({
    {.key = "units",
     .kind = FieldKind::text_list,
     .max = most_units,
     .help = "Units that must be active: full names (postgresql.service) or patterns of loaded "
             "units (postgresql@*.service)."},
    {.key = "max_restarts",
     .kind = FieldKind::integer,
     .fallback = "0",
     .min = 0,
     .max = 1000000,
     .help = "How often systemd itself may restart one of these units from one look to the next."},
    {.key = "failed_units",
     .kind = FieldKind::boolean,
     .fallback = "true",
     .help = "Whether any failed unit of the system is bad."},
    {.key = "ignore",
     .kind = FieldKind::text_list,
     .max = most_units,
     .help = "Names or patterns of units that may be failed."},
});

constexpr std::string_view all_active = "systemd_units_active";
constexpr std::string_view all_active_none_failed = "systemd_active_none_failed";
constexpr std::string_view none_failed = "systemd_none_failed";
constexpr std::string_view no_match = "systemd_pattern_matches_nothing";
constexpr std::string_view not_active = "systemd_unit_not_active";
constexpr std::string_view restarted = "systemd_unit_restarted";
constexpr std::string_view some_failed = "systemd_failed_units";
constexpr std::string_view too_many = "systemd_too_many_units";
constexpr auto reason_texts = std::to_array<ReasonText>({
    {all_active, "unités actives : {value}", "units active: {value}"},
    {all_active_none_failed,
     "unités actives : {value}, et aucune en échec sur ce système, hors exceptions",
     "units active: {value}, and none of the system failed, exceptions aside"},
    {none_failed, "aucune unité en échec sur ce système, hors exceptions",
     "no unit of the system failed, exceptions aside"},
    {no_match, "aucune unité chargée ne correspond à {value}", "no loaded unit matches {value}"},
    {not_active, "unités non actives : {value}", "units not active: {value}"},
    {restarted,
     "redémarrages par systemd depuis la mesure précédente : {value} (au plus {expected})",
     "restarted by systemd since the last look: {value} (at most {expected})"},
    {some_failed, "unités en échec : {value}", "failed units: {value}"},
    {too_many, "{value} unités correspondent, et {expected} au plus sont suivies",
     "{value} units match, and at most {expected} are watched"},
});

Names texts(const Settings& settings, std::string_view key) {
  const auto* given = settings.find<Names>(key);
  return given == nullptr ? Names{} : *given;
}

// What the settings ask for, names and patterns apart.
struct Wanted {
  Names names;
  Names patterns;
  bool failed = true;
};

Error setting_error(const std::string& key, std::string message) {
  return {"settings." + key, std::move(message)};
}

Result<Wanted> wanted(const Settings& settings) {
  Wanted found;
  found.failed = settings.get<bool>("failed_units");
  for (const std::string& text : texts(settings, "units")) {
    if (!systemd::is_name_or_pattern(text)) {
      return setting_error("units", "\"" + text + "\": expected the name of a unit or a pattern");
    }
    const bool pattern = systemd::is_pattern(text);
    if (!pattern && !systemd::has_kind(text)) {
      return setting_error("units",
                           "\"" + text + "\": expected a full name, such as " + text + ".service");
    }
    Names& list = pattern ? found.patterns : found.names;
    if (std::ranges::find(list, text) == list.end()) list.push_back(text);
  }
  for (const std::string& text : texts(settings, "ignore")) {
    if (!systemd::is_name_or_pattern(text)) {
      return setting_error("ignore", "\"" + text + "\": expected the name of a unit or a pattern");
    }
    if (!found.failed) return setting_error("ignore", "has no effect without failed_units");
  }
  if (!found.failed && found.names.empty() && found.patterns.empty()) {
    return setting_error("units", "expected at least one unit, or failed_units");
  }
  return found;
}

RunHelper list_step(const Names& more) {
  RunHelper step;
  step.program = "systemctl";
  step.arguments = {"list-units", "--no-pager", "--full", "--all", "--plain", "--output=json"};
  step.arguments.insert(step.arguments.end(), more.begin(), more.end());
  return step;
}

// `--all` shows empty properties, too: every unit then has the same, and a cut answer lacks one.
RunHelper show_step(const Names& names) {
  RunHelper step;
  step.program = "systemctl";
  step.arguments = {"show", "--no-pager", "--all",
                    "--property=Id,Names,LoadState,ActiveState,SubState,Result,NRestarts", "--"};
  step.arguments.insert(step.arguments.end(), names.begin(), names.end());
  return step;
}

const HelperResult* helper_at(const Evidence& evidence, std::size_t index) {
  return index < evidence.size() ? std::get_if<HelperResult>(&evidence[index]) : nullptr;
}

// Names, then what the patterns have matched; each once. A unit that others only mention
// (not-found), or that an administrator has forbidden (masked), is none that a pattern means.
Names named_and_matched(const Wanted& asked, const std::vector<Listed>& matched) {
  Names all = asked.names;
  for (const Listed& unit : matched) {
    if (unit.load == "not-found" || unit.load == "masked") continue;
    if (std::ranges::find(all, unit.name) == all.end()) all.push_back(unit.name);
  }
  return all;
}

Result<Plan> plan(const Settings& settings, const Evidence& so_far, const Memory&) {
  GHT_TRY(const Wanted asked, wanted(settings));
  Plan steps;
  const std::size_t lists = (asked.failed ? 1 : 0) + (asked.patterns.empty() ? 0 : 1);
  if (so_far.empty()) {
    if (asked.failed) steps.emplace_back(list_step({"--state=failed"}));
    if (!asked.patterns.empty()) {
      Names patterns = asked.patterns;
      patterns.insert(patterns.begin(), "--");
      steps.emplace_back(list_step(patterns));
    } else if (!asked.names.empty()) {
      steps.emplace_back(show_step(asked.names));
    }
    return steps;
  }
  if (asked.patterns.empty() || so_far.size() != lists) return steps;
  const HelperResult* list = helper_at(so_far, lists - 1);
  if (list == nullptr || helper_failure(*list, {})) return steps;
  const auto matched = systemd::read_list(list->out);
  if (!matched.ok()) return steps;
  const Names names = named_and_matched(asked, matched.value());
  if (!names.empty() && names.size() <= most_units) steps.emplace_back(show_step(names));
  return steps;
}

// All that was asked for, whole; or why not.
struct Looked {
  Names failed;
  std::vector<Listed> matched;
  std::vector<Unit> units;
};

bool is_ignored(const Settings& settings, const std::string& unit) {
  return std::ranges::any_of(texts(settings, "ignore"), [&](const std::string& pattern) {
    return systemd::matches(pattern, unit);
  });
}

std::optional<Observation> read_all(const Settings& settings, const Wanted& asked,
                                    const Evidence& evidence, const Memory& before, Looked& found) {
  std::size_t next = 0;
  std::optional<Observation> failure;
  const auto answer = [&]() -> const HelperResult* {
    const HelperResult* result = helper_at(evidence, next++);
    failure = result == nullptr ? helper_unreadable("no answer of systemctl", before)
                                : helper_failure(*result, before);
    return failure ? nullptr : result;
  };
  if (asked.failed) {
    const HelperResult* result = answer();
    if (result == nullptr) return failure;
    const auto list = systemd::read_list(result->out);
    if (!list.ok()) return helper_unreadable(list.error().text(), before);
    for (const Listed& unit : list.value()) {
      if (!is_ignored(settings, unit.name)) found.failed.push_back(unit.name);
    }
  }
  if (!asked.patterns.empty()) {
    const HelperResult* result = answer();
    if (result == nullptr) return failure;
    const auto list = systemd::read_list(result->out);
    if (!list.ok()) return helper_unreadable(list.error().text(), before);
    found.matched = list.value();
  }
  const Names names = named_and_matched(asked, found.matched);
  if (names.size() > most_units) {
    return Observation{.reason = {.code = too_many,
                                  .value = static_cast<std::int64_t>(names.size()),
                                  .expected = static_cast<std::int64_t>(most_units)},
                       .samples = {},
                       .memory = before};
  }
  if (names.empty()) return std::nullopt;
  const HelperResult* result = answer();
  if (result == nullptr) return failure;
  auto units = systemd::read_properties(result->out, names);
  if (!units.ok()) return helper_unreadable(units.error().text(), before);
  found.units = std::move(units).value();
  return std::nullopt;
}

enum class Activity { up, down, not_understood };

Activity activity(const Unit& unit) {
  constexpr auto up = std::to_array<std::string_view>({"active", "reloading", "refreshing"});
  // A service between two attempts is "activating", not "active": it serves nobody.
  constexpr auto down = std::to_array<std::string_view>(
      {"inactive", "failed", "activating", "deactivating", "maintenance"});
  if (std::ranges::find(down, unit.active) != down.end()) return Activity::down;
  if (std::ranges::find(up, unit.active) == up.end()) return Activity::not_understood;
  return unit.load == "loaded" ? Activity::up : Activity::down;
}

std::string why_not_active(const Unit& unit) {
  if (unit.load != "loaded") return unit.name + " " + unit.load;
  std::string text = unit.name + " " + unit.active + " (" + unit.sub;
  if (!unit.result.empty() && unit.result != "success") text += ", " + unit.result;
  return text + ")";
}

std::string listed(const Names& all) {
  std::string text;
  for (std::size_t i = 0; i < std::min(all.size(), named_units); ++i) {
    text += (i == 0 ? "" : ", ") + all[i];
  }
  if (all.size() > named_units) text += ", + " + std::to_string(all.size() - named_units);
  return text;
}

Restarts restarts_in(const Memory& memory) {
  Restarts known;
  const json document = json::parse(memory.json, nullptr, false);
  const auto table = document.is_object() ? document.find("restarts") : document.end();
  if (!document.is_object() || table == document.end() || !table->is_object()) return known;
  for (const auto& [unit, count] : table->items()) {
    if (count.is_number_unsigned()) known.emplace(unit, count.get<std::uint64_t>());
  }
  return known;
}

Memory memory_of(const std::vector<Unit>& units) {
  json table = json::object();
  for (const Unit& unit : units) {
    if (unit.restarts) table[unit.name] = *unit.restarts;
  }
  return {json{{"restarts", table}}.dump(-1, ' ', false, json::error_handler_t::replace)};
}

// systemd begins at 0 again when somebody starts the unit by hand, and at a boot.
Names restarted_units(const std::vector<Unit>& units, const Restarts& before, std::uint64_t most) {
  Names found;
  for (const Unit& unit : units) {
    const auto last = before.find(unit.name);
    if (!unit.restarts || last == before.end()) continue;
    const bool reset = *unit.restarts < last->second;
    const std::uint64_t since = *unit.restarts - (reset ? 0 : last->second);
    if (since > most) found.push_back(unit.name + " " + std::to_string(since));
  }
  return found;
}

struct Judgement {
  Verdict verdict;
  Reason reason;
};

Judgement good(const Wanted& asked, std::size_t units) {
  if (units == 0) return {Verdict::good, {.code = none_failed}};
  return {Verdict::good,
          {.code = asked.failed ? all_active_none_failed : all_active,
           .value = static_cast<std::int64_t>(units)}};
}

Judgement judge(const Settings& settings, const Wanted& asked, const Looked& found,
                const Memory& before) {
  Names down, unmatched;
  for (const Unit& unit : found.units) {
    if (activity(unit) == Activity::down) down.push_back(why_not_active(unit));
  }
  if (!down.empty()) return {Verdict::bad, {.code = not_active, .value = listed(down)}};
  for (const std::string& pattern : asked.patterns) {
    const bool any = std::ranges::any_of(
        found.units, [&](const Unit& unit) { return systemd::matches(pattern, unit.name); });
    if (!any) unmatched.push_back(pattern);
  }
  if (!unmatched.empty()) return {Verdict::bad, {.code = no_match, .value = listed(unmatched)}};
  const auto most = settings.get<std::int64_t>("max_restarts");
  const Names again =
      restarted_units(found.units, restarts_in(before), static_cast<std::uint64_t>(most));
  if (!again.empty()) {
    return {Verdict::bad, {.code = restarted, .value = listed(again), .expected = most}};
  }
  if (!found.failed.empty()) {
    return {Verdict::bad, {.code = some_failed, .value = listed(found.failed)}};
  }
  return good(asked, found.units.size());
}

std::vector<Sample> samples_of(const Wanted& asked, const Looked& found) {
  std::vector<Sample> samples;
  for (const Unit& unit : found.units) {
    samples.push_back({&active_family, {unit.name}, activity(unit) == Activity::up ? 1.0 : 0.0});
    if (unit.restarts) {
      samples.push_back({&restarts_family, {unit.name}, static_cast<double>(*unit.restarts)});
    }
  }
  if (asked.failed) {
    samples.push_back({&failed_family, {}, static_cast<double>(found.failed.size())});
  }
  return samples;
}

Observation interpret(const Settings& settings, const Evidence& evidence, const Memory& before,
                      WallTime) {
  const Result<Wanted> asked = wanted(settings);
  if (!asked.ok()) return helper_unreadable(asked.error().text(), before);
  Looked found;
  if (auto failure = read_all(settings, asked.value(), evidence, before, found)) {
    return *std::move(failure);
  }
  for (const Unit& unit : found.units) {
    if (activity(unit) == Activity::not_understood) {
      return helper_unreadable(unit.name + ": an ActiveState \"" + unit.active + "\"", before);
    }
  }
  Judgement judgement = judge(settings, asked.value(), found, before);
  Observation observation;
  observation.verdict = judgement.verdict;
  observation.reason = std::move(judgement.reason);
  observation.samples = samples_of(asked.value(), found);
  if (!found.units.empty()) observation.memory = memory_of(found.units);
  return observation;
}

}  // namespace

extern const Collector systemd_collector;
constexpr Collector systemd_collector = {
    .name = "systemd",
    .summary = "Whether units of systemd are active and stay so, and whether any unit has failed.",
    .families = families,
    .settings = settings_table,
    .reasons = reason_texts,
    .plan = plan,
    .interpret = interpret};

}  // namespace ght::collectors
