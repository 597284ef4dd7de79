// File systems, load and memory of this machine, as ght-host-state sees them. README.md says what
// that proves.
#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "agent/core/collector.h"
#include "collectors/availability/host/state.h"
#include "collectors/availability/host/threshold.h"
#include "collectors/helper_outcome.h"

namespace ght::collectors {
namespace {

using host::Amount;
using host::FileSystem;
using host::Mounted;
using host::State;
using host::Threshold;
using Texts = std::vector<std::string>;
using TextMap = std::map<std::string, std::string>;

constexpr std::size_t most_mounts = 50;     // as the helper has it
constexpr std::size_t named_in_reason = 5;  // the rest is counted

constexpr std::array<std::string_view, 1> mount_label = {"mount"};
constexpr Family size_family = {.name = "ght_filesystem_size_bytes",
                                .help = "Size of the file system, without what root alone may use.",
                                .labels = mount_label};
constexpr Family available_family = {.name = "ght_filesystem_available_bytes",
                                     .help = "What can still be written by who is not root.",
                                     .labels = mount_label};
constexpr Family inodes_family = {.name = "ght_filesystem_free_inodes_ratio",
                                  .help = "Free inodes; absent where there is no such limit.",
                                  .labels = mount_label};
constexpr Family read_only_family = {.name = "ght_filesystem_read_only",
                                     .help = "1 when nothing can be written, wanted or not.",
                                     .labels = mount_label};
constexpr Family answers_family = {.name = "ght_filesystem_answers",
                                   .help = "1 when the mount answered in time, 0 when it hangs.",
                                   .labels = mount_label};
constexpr Family load_family = {.name = "ght_load_average",
                                .help = "Load average of the last five minutes."};
constexpr Family processors_family = {.name = "ght_processors", .help = "Processors online."};
constexpr Family memory_family = {.name = "ght_memory_size_bytes", .help = "Memory."};
constexpr Family memory_available_family = {
    .name = "ght_memory_available_bytes",
    .help = "Memory that programs can still get without swapping (MemAvailable)."};
constexpr Family boot_family = {.name = "ght_boot_timestamp_seconds",
                                .help = "When this machine was started."};
constexpr std::array families = {
    &size_family, &available_family,  &inodes_family, &read_only_family,        &answers_family,
    &load_family, &processors_family, &memory_family, &memory_available_family, &boot_family};

constexpr auto settings_table = std::to_array<Field>({
    {.key = "mounts",
     .kind = FieldKind::text_list,
     .max = most_mounts,
     .help = "Mount points to watch, of any kind; all local file systems when not given."},
    {.key = "ignore",
     .kind = FieldKind::text_list,
     .max = most_mounts,
     .help = "Patterns of mount points to leave out; without mounts only."},
    {.key = "min_free",
     .kind = FieldKind::text,
     .fallback = "\"10%\"",
     .help = "Free space that each file system must have: 10% or 500GB."},
    {.key = "min_free_of",
     .kind = FieldKind::text_map,
     .help = "The same for single mount points, instead of min_free."},
    {.key = "min_inodes_free",
     .kind = FieldKind::text,
     .fallback = "\"5%\"",
     .help = "Free inodes that each file system must have: 5% or 10000."},
    {.key = "min_memory_available",
     .kind = FieldKind::text,
     .help = "Memory that must be available: 5% or 2GiB. Not judged when not given."},
    {.key = "max_load_per_cpu",
     .kind = FieldKind::number,
     .min = 0.01,
     .max = 10000,
     .help = "Load of five minutes per processor. Not judged when not given."},
});

constexpr std::string_view all_well = "host_well";
constexpr std::string_view not_mounted = "host_not_mounted";
constexpr std::string_view read_only = "host_read_only";
constexpr std::string_view space_short = "host_space_short";
constexpr std::string_view inodes_short = "host_inodes_short";
constexpr std::string_view memory_short = "host_memory_short";
constexpr std::string_view load_high = "host_load_high";
constexpr std::string_view mount_hung = "host_mount_hung";
constexpr std::string_view mount_unknown = "host_mount_unknown";
constexpr std::string_view nothing_to_watch = "host_nothing_to_watch";
constexpr auto reason_texts = std::to_array<ReasonText>({
    {all_well, "place libre, au moins : {value}", "free space, at least: {value}"},
    {not_mounted, "rien n'est monté sur {value}", "nothing is mounted on {value}"},
    {read_only, "en lecture seule sans que ce soit voulu : {value}",
     "read-only, and not meant to be: {value}"},
    {space_short, "place libre insuffisante : {value}", "not enough free space: {value}"},
    {inodes_short, "inodes libres insuffisants : {value}", "not enough free inodes: {value}"},
    {memory_short, "mémoire disponible : {value} (au moins {expected})",
     "memory available: {value} (at least {expected})"},
    {load_high, "charge par processeur : {value} (au plus {expected})",
     "load per processor: {value} (at most {expected})"},
    {mount_hung, "ne répond pas : {value}", "does not answer: {value}"},
    {mount_unknown, "état inconnu : {value}", "state unknown: {value}"},
    {nothing_to_watch, "aucun système de fichiers local à surveiller",
     "no local file system to watch"},
});

struct Wanted {
  Texts mounts, ignore;
  Threshold free, inodes;
  std::map<std::string, Threshold> free_of;
  std::optional<Threshold> memory;
  std::optional<double> load;

  const Threshold& free_on(const std::string& path) const {
    const auto own = free_of.find(path);
    return own == free_of.end() ? free : own->second;
  }
};

Error setting_error(const std::string& key, std::string message) {
  return {"settings." + key, std::move(message)};
}

Result<Threshold> threshold(const std::string& key, const std::string& text, Amount amount) {
  const auto found = host::parse_threshold(text, amount);
  if (found) return *found;
  const char* const example = amount == Amount::bytes ? "10% or 500GB" : "5% or 10000";
  return setting_error(key, "\"" + text + "\": expected " + example);
}

bool is_mount_point(const std::string& text) {
  return text == "/" || (text.starts_with('/') && !text.ends_with('/'));
}

Texts texts(const Settings& settings, std::string_view key) {
  const auto* given = settings.find<Texts>(key);
  return given == nullptr ? Texts{} : *given;
}

Result<Wanted> wanted(const Settings& settings) {
  Wanted found{.mounts = texts(settings, "mounts"),
               .ignore = texts(settings, "ignore"),
               .free = {},
               .inodes = {},
               .free_of = {},
               .memory = {},
               .load = {}};
  for (const auto& [key, list] : {std::pair("mounts", found.mounts), {"ignore", found.ignore}}) {
    for (const std::string& path : list) {
      if (is_mount_point(path)) continue;
      return setting_error(key, "\"" + path + "\": expected an absolute path without a final /");
    }
  }
  Texts sorted = found.mounts;
  std::ranges::sort(sorted);
  if (std::ranges::adjacent_find(sorted) != sorted.end()) {
    return setting_error("mounts", "expected each mount point once");
  }
  if (!found.mounts.empty() && !found.ignore.empty()) {
    return setting_error("ignore", "has no effect beside mounts");
  }
  GHT_TRY(found.free, threshold("min_free", settings.get<std::string>("min_free"), Amount::bytes));
  GHT_TRY(found.inodes, threshold("min_inodes_free", settings.get<std::string>("min_inodes_free"),
                                  Amount::pieces));
  if (const auto* own = settings.find<TextMap>("min_free_of")) {
    for (const auto& [path, text] : *own) {
      const bool listed = std::ranges::find(found.mounts, path) != found.mounts.end();
      if (!is_mount_point(path) || (!found.mounts.empty() && !listed)) {
        return setting_error("min_free_of", "\"" + path + "\": expected a mount point to watch");
      }
      GHT_TRY(found.free_of[path], threshold("min_free_of." + path, text, Amount::bytes));
    }
  }
  if (const auto* text = settings.find<std::string>("min_memory_available")) {
    GHT_TRY(found.memory, threshold("min_memory_available", *text, Amount::bytes));
  }
  if (const auto* load = settings.find<double>("max_load_per_cpu")) found.load = *load;
  return found;
}

Result<Plan> plan(const Settings& settings, const Evidence& so_far, const Memory&) {
  GHT_TRY(const Wanted asked, wanted(settings));
  if (!so_far.empty()) return Plan{};
  RunHelper step;
  step.program = "ght-host-state";
  for (const std::string& path : asked.mounts) {
    step.arguments.insert(step.arguments.end(), {"--mount", path});
  }
  for (const std::string& pattern : asked.ignore) {
    step.arguments.insert(step.arguments.end(), {"--ignore", pattern});
  }
  return Plan{std::move(step)};
}

std::string number(double value, int decimals) {
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
  return text.data();
}

double ratio(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

std::string percent(std::uint64_t part, std::uint64_t whole) {
  return number(100 * ratio(part, whole), 1) + "%";
}

bool holds(const State& state, const std::string& path) {
  return std::ranges::any_of(state.file_systems,
                             [&](const FileSystem& system) { return system.path == path; });
}

// What is said of the file systems, by what is wrong with them.
struct Faults {
  Texts unmounted, read_only, space, inodes, hung, unknown;
};

Faults faults_of(const Wanted& asked, const State& state) {
  Faults found;
  for (const FileSystem& system : state.file_systems) {
    const std::string& path = system.path;
    if (system.read_only_unwanted) found.read_only.push_back(path);
    if (system.state == Mounted::not_mounted) found.unmounted.push_back(path);
    if (system.state == Mounted::hung) found.hung.push_back(path);
    if (system.state == Mounted::failed) found.unknown.push_back(path + " (" + system.error + ")");
    if (system.state != Mounted::known) continue;
    const Threshold& least = asked.free_on(path);
    // Nothing is written there, so nothing is missing: an image is full by design.
    const bool written = !system.read_only || system.read_only_unwanted;
    if (written && host::falls_short(least, system.available, system.size)) {
      found.space.push_back(path + " " + percent(system.available, system.size) + " < " +
                            least.text);
    }
    if (written && system.inodes > 0 &&
        host::falls_short(asked.inodes, system.free_inodes, system.inodes)) {
      found.inodes.push_back(path + " " + percent(system.free_inodes, system.inodes) + " < " +
                             asked.inodes.text);
    }
  }
  for (const auto& [path, least] : asked.free_of) {
    if (!holds(state, path)) found.unknown.push_back(path + " (no local file system)");
  }
  return found;
}

std::string listed(const Texts& all) {
  std::string text;
  for (std::size_t i = 0; i < std::min(all.size(), named_in_reason); ++i) {
    text += (i == 0 ? "" : ", ") + all[i];
  }
  if (all.size() > named_in_reason) text += ", + " + std::to_string(all.size() - named_in_reason);
  return text;
}

std::string tightest(const State& state) {
  const auto fullness = [](const FileSystem& system) {
    return ratio(system.available, system.size);
  };
  const auto least = std::ranges::min_element(state.file_systems, {}, fullness);
  return least->path + " " + percent(least->available, least->size);
}

struct Judgement {
  Verdict verdict;
  Reason reason;
};

Judgement judge(const Wanted& asked, const State& state) {
  const Faults faults = faults_of(asked, state);
  // What is proven bad stays so whatever else is not known.
  for (const auto& [code, list] : {std::pair(not_mounted, &faults.unmounted),
                                   {read_only, &faults.read_only},
                                   {space_short, &faults.space},
                                   {inodes_short, &faults.inodes}}) {
    if (!list->empty()) return {Verdict::bad, {.code = code, .value = listed(*list)}};
  }
  if (asked.memory && host::falls_short(*asked.memory, state.memory_available, state.memory)) {
    return {Verdict::bad,
            {.code = memory_short,
             .value = percent(state.memory_available, state.memory),
             .expected = asked.memory->text}};
  }
  const double load = state.load / static_cast<double>(state.processors);
  if (asked.load && load > *asked.load) {
    return {Verdict::bad,
            {.code = load_high, .value = number(load, 2), .expected = number(*asked.load, 2)}};
  }
  for (const auto& [code, list] :
       {std::pair(mount_hung, &faults.hung), {mount_unknown, &faults.unknown}}) {
    if (!list->empty()) return {Verdict::unknown, {.code = code, .value = listed(*list)}};
  }
  if (state.file_systems.empty()) return {Verdict::unknown, {.code = nothing_to_watch}};
  return {Verdict::good, {.code = all_well, .value = tightest(state)}};
}

std::vector<Sample> samples_of(const State& state) {
  std::vector<Sample> samples = {
      {&load_family, {}, state.load},
      {&processors_family, {}, static_cast<double>(state.processors)},
      {&memory_family, {}, static_cast<double>(state.memory)},
      {&memory_available_family, {}, static_cast<double>(state.memory_available)},
      {&boot_family, {}, static_cast<double>(state.booted)}};
  for (const FileSystem& system : state.file_systems) {
    const auto add = [&](const Family& family, double value) {
      samples.push_back({&family, {system.path}, value});
    };
    if (system.state == Mounted::hung) add(answers_family, 0);
    if (system.state != Mounted::known) continue;
    add(answers_family, 1);
    add(size_family, static_cast<double>(system.size));
    add(available_family, static_cast<double>(system.available));
    add(read_only_family, system.read_only ? 1 : 0);
    if (system.inodes > 0) add(inodes_family, ratio(system.free_inodes, system.inodes));
  }
  return samples;
}

// The paths that the settings name are all there.
bool covers(const Wanted& asked, const State& state) {
  return std::ranges::all_of(asked.mounts,
                             [&](const std::string& path) { return holds(state, path); });
}

Observation interpret(const Settings& settings, const Evidence& evidence, const Memory& before,
                      WallTime) {
  const auto* result = evidence.size() == 1 ? std::get_if<HelperResult>(&evidence[0]) : nullptr;
  if (result == nullptr) return helper_unreadable("no answer of ght-host-state", before);
  if (auto failure = helper_failure(*result, before)) return *std::move(failure);
  const Result<Wanted> asked = wanted(settings);
  if (!asked.ok()) return helper_unreadable(asked.error().text(), before);
  const Result<State> state = host::read_state(result->out);
  if (!state.ok()) return helper_unreadable("ght-host-state: " + state.error().text(), before);
  if (!covers(asked.value(), state.value())) {
    return helper_unreadable("ght-host-state: expected every mount point that was named", before);
  }
  Judgement judgement = judge(asked.value(), state.value());
  return {.verdict = judgement.verdict,
          .reason = std::move(judgement.reason),
          .samples = samples_of(state.value()),
          .memory = {}};
}

}  // namespace

extern const Collector host_collector;
constexpr Collector host_collector = {
    .name = "host",
    .summary =
        "Free space, inodes and read-only state of file systems, a hung mount told apart; "
        "load and memory.",
    .families = families,
    .settings = settings_table,
    .reasons = reason_texts,
    .plan = plan,
    .interpret = interpret};

}  // namespace ght::collectors
