#include "collectors/patch/reboot/judge.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "agent/core/limits.h"
#include "agent/core/text.h"
#include "collectors/patch/names.h"
#include "collectors/patch/reboot/kernel_name.h"
#include "collectors/patch/reboot/memory.h"
#include "collectors/patch/reboot/process_text.h"

namespace ght::collectors::reboot {
namespace {

using std::chrono_literals::operator""min;

// Small steps of the clock between a date and now. In milliseconds: nanoseconds do not reach the
// years that a broken clock can claim.
constexpr WallDuration clock_tolerance = 5min;
constexpr WallDuration longest_age = std::chrono::hours(24) * 365 * 200;

// What requires a reboot.
struct Cause {
  std::string text;               // the same in every language
  std::optional<WallTime> since;  // as far as it has a date
};

// What the kernels, the flags and the packages say together.
struct Need {
  std::vector<Cause> causes;
  std::optional<bool> outdated;         // the kernel; none: not known
  std::vector<Cause> possible;          // what may require one: microcode that a boot may refuse
  std::vector<std::string> not_loaded;  // microcode that the last boot left
  std::optional<Reason> doubt;          // why `causes` may not be all
};

void keep_earliest(std::optional<WallTime>& earliest, const std::optional<WallTime>& date) {
  if (date && (!earliest || *date < *earliest)) earliest = date;
}

std::string hexadecimal(std::uint32_t number) {
  std::array<char, 8> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr;
  return "0x" + std::string(digits.data(), end);
}

// The build of the kernel that runs, when no newer one is installed.
void look_at_build(const Answer& answer, const KernelName& running, const InstalledKernel& same,
                   Need& need) {
  const Build build = running.names_its_build
                          ? Build::same
                          : compare_builds(answer.version, same.package.value_or(""));
  // An image that has not been touched since the boot is the one that was booted.
  const bool untouched = same.changed && *same.changed <= answer.booted;
  if (build == Build::differs) {
    need.outdated = true;
    need.causes.push_back(
        {.text = same.release + " (" + same.package.value_or("") + ")", .since = same.since});
  } else if (build == Build::same || untouched) {
    need.outdated = false;
  } else {
    need.doubt = Reason{.code = reasons::build_not_known, .value = same.release};
  }
}

void look_at_kernels(const Answer& answer, Need& need) {
  const auto running = parse_kernel(answer.release);
  const InstalledKernel* same = nullptr;
  const InstalledKernel* newest = nullptr;
  std::string_view newest_version;
  std::optional<WallTime> since;
  for (const InstalledKernel& kernel : answer.installed) {
    const auto name = parse_kernel(kernel.release);
    if (!running || !name || name->flavour != running->flavour) continue;
    if (kernel.release == answer.release) same = &kernel;
    if (compare_versions(name->version, running->version) <= 0) continue;
    keep_earliest(since, kernel.since);
    if (newest == nullptr || compare_versions(name->version, newest_version) > 0) {
      newest = &kernel;
      newest_version = name->version;
    }
  }
  if (newest != nullptr) {
    need.outdated = true;
    need.causes.push_back({.text = answer.release + " → " + newest->release, .since = since});
  } else if (same != nullptr) {
    look_at_build(answer, *running, *same, need);
  } else {
    need.doubt = Reason{.code = reasons::kernel_not_comparable, .value = answer.release};
  }
}

// A file that was there at boot, and is newer than what runs, was not loaded then: another boot
// alone helps as little.
void look_at_microcode(const Answer& answer, Need& need) {
  for (const Microcode& kind : answer.microcode) {
    if (kind.installed <= kind.running) continue;
    std::string text = "microcode " + kind.processor + ": " + hexadecimal(kind.running) + " → " +
                       hexadecimal(kind.installed);
    if (kind.since > answer.booted) {
      auto& causes = kind.loads_for_sure ? need.causes : need.possible;
      causes.push_back({.text = std::move(text), .since = kind.since});
    } else {
      need.not_loaded.push_back(std::move(text));
    }
  }
  if (answer.microcode_problem && !need.doubt) {
    need.doubt = Reason{.code = reasons::microcode_not_read,
                        .value = clean_text(*answer.microcode_problem, limits::reason_value_bytes)};
  }
}

Need need_of(const Answer& answer, const CorePackages& core) {
  Need need;
  look_at_kernels(answer, need);
  look_at_microcode(answer, need);
  for (const Flag& flag : answer.flags) {
    const std::string packages = patch::first_of(flag.packages);
    need.causes.push_back(
        {.text = flag.file + (packages.empty() ? "" : " (" + packages + ")"), .since = flag.since});
  }
  std::vector<std::string> newer;
  std::optional<WallTime> since;
  for (const CorePackage& package : core.packages) {
    if (package.installed <= answer.booted) continue;
    if (newer.empty() || newer.back() != package.name) newer.push_back(package.name);
    keep_earliest(since, package.installed);
  }
  if (!newer.empty()) need.causes.push_back({.text = patch::first_of(newer), .since = since});
  if (core.doubt) need.doubt = core.doubt;
  return need;
}

std::string texts_of(const std::vector<Cause>& causes) {
  std::string text;
  for (const Cause& cause : causes) text += (text.empty() ? "" : "; ") + cause.text;
  return clean_text(text, limits::reason_value_bytes);
}

// The cause that has waited the longest: it alone decides that the wait was too long.
std::string first_cause_of(const Need& need) {
  const auto date = [](const Cause& cause) { return cause.since.value_or(WallTime::max()); };
  const auto first = std::ranges::min_element(need.causes, {}, date);
  return clean_text(first->text, limits::reason_value_bytes);
}

std::optional<WallTime> future_date(const Answer& answer, const Need& need, WallTime now) {
  const auto is_future = [&](WallTime date) { return date - now > clock_tolerance; };
  if (is_future(answer.booted)) return answer.booted;
  for (const auto* causes : {&need.causes, &need.possible}) {
    for (const Cause& cause : *causes) {
      if (cause.since && is_future(*cause.since)) return cause.since;
    }
  }
  return std::nullopt;
}

Duration age_of(WallTime date, WallTime now) {
  return std::clamp(now - date, -longest_age, longest_age);
}

bool is_older(const std::vector<Cause>& causes, Duration limit, WallTime now) {
  return std::ranges::any_of(
      causes, [&](const Cause& each) { return each.since && age_of(*each.since, now) > limit; });
}

bool is_ignored(const std::string& name, const std::vector<std::string>& patterns) {
  return std::ranges::any_of(patterns, [&](std::string_view pattern) {
    if (!pattern.ends_with('*')) return name == pattern;
    pattern.remove_suffix(1);
    return name.starts_with(pattern);
  });
}

struct Units {
  std::vector<std::string> names;
  std::vector<std::string> overdue;
  std::array<std::int64_t, 4> of_kind{};
};

// Also carries the dates of first sight on: a unit that is out of sight is forgotten only when
// every process was read, and one that was started since begins anew.
Units units_of(const Answer& answer, const Rules& rules, Remembered& remembered) {
  Units units;
  std::map<std::string, Duration> next;
  if (!answer.whole()) next = remembered.units;
  for (const StaleUnit& unit : answer.units) {
    if (is_ignored(unit.name, rules.ignored_units)) continue;
    const std::string key = unit.kind + " " + unit.name;
    const auto known = remembered.units.find(key);
    const bool is_new = known == remembered.units.end() || known->second < unit.started;
    const Duration seen = is_new ? answer.uptime : std::min(known->second, answer.uptime);
    next[key] = seen;
    units.names.push_back(unit.name);
    if (rules.max_service_age && answer.uptime - seen > *rules.max_service_age) {
      units.overdue.push_back(unit.name);
    }
    for (std::size_t i = 0; i < units.of_kind.size(); ++i) {
      if (unit.kind == word_of(static_cast<UnitKind>(i))) ++units.of_kind[i];
    }
  }
  remembered.units = std::move(next);
  return units;
}

std::string counted(const std::vector<std::string>& names, bool all) {
  return clean_text((all ? "" : "≥ ") + patch::counted(names), limits::reason_value_bytes);
}

std::string not_read(const Answer& answer) {
  if (answer.processes_hidden) return "/proc (hidepid)";
  return std::to_string(answer.processes_not_read) + " / " +
         std::to_string(answer.processes_not_read + answer.processes_read);
}

void add_sample(const Family& family, double value, std::vector<Sample>& samples) {
  samples.push_back({.family = &family, .label_values = {}, .value = value});
}

std::vector<Sample> samples_of(const Answer& answer, const Need& need, const Units& units,
                               std::optional<WallTime> since, const Rules& rules) {
  std::vector<Sample> samples;
  if (!need.causes.empty() || (!need.doubt && need.possible.empty())) {
    add_sample(required_family, need.causes.empty() ? 0 : 1, samples);
  }
  if (since) {
    add_sample(since_family, to_seconds(*since), samples);
    add_sample(limit_family, to_seconds(rules.max_reboot_age), samples);
  }
  if (need.outdated) add_sample(outdated_family, *need.outdated ? 1 : 0, samples);
  if (!answer.microcode.empty()) {
    const bool newer = std::ranges::any_of(
        answer.microcode, [](const Microcode& kind) { return kind.installed > kind.running; });
    if (newer || !answer.microcode_problem) add_sample(microcode_family, newer ? 1 : 0, samples);
  }
  for (std::size_t i = 0; answer.whole() && i < units.of_kind.size(); ++i) {
    samples.push_back({.family = &services_family,
                       .label_values = {std::string(word_of(static_cast<UnitKind>(i)))},
                       .value = static_cast<double>(units.of_kind[i])});
  }
  return samples;
}

Reason good_reason(const Answer& answer, const Need& need, const Units& units, const Rules& rules) {
  if (!need.causes.empty()) {
    return {
        .code = reasons::pending, .value = texts_of(need.causes), .expected = rules.max_reboot_age};
  }
  if (!need.possible.empty()) {
    return {.code = reasons::microcode_possible,
            .value = texts_of(need.possible),
            .expected = rules.max_reboot_age};
  }
  if (!need.not_loaded.empty()) {
    return {.code = reasons::microcode_not_loaded,
            .value = clean_text(patch::first_of(need.not_loaded), limits::reason_value_bytes)};
  }
  if (!units.names.empty()) {
    return {.code = reasons::services_stale, .value = counted(units.names, answer.whole())};
  }
  if (!answer.whole()) return {.code = reasons::not_required_in_part, .value = not_read(answer)};
  return {.code = reasons::not_required,
          .value = clean_text(answer.release, limits::reason_value_bytes)};
}

}  // namespace

Observation judge(const Answer& answer, const CorePackages& core, const Rules& rules,
                  const Memory& before, WallTime now) {
  const Need need = need_of(answer, core);
  if (const auto future = future_date(answer, need, now)) {
    return {.verdict = Verdict::unknown,
            .reason = {.code = reasons::clock_wrong, .value = *future},
            .samples = {},
            .memory = before};
  }
  Remembered remembered = remembered_of(before, answer.boot_id);
  std::optional<WallTime> since;
  if (!need.causes.empty()) {
    since = std::chrono::floor<std::chrono::seconds>(now);
    keep_earliest(since, remembered.required_since);
    for (const Cause& cause : need.causes) keep_earliest(since, cause.since);
  }
  // With a doubt and no cause the state may still hold.
  if (since || !need.doubt) remembered.required_since = since;
  const Units units = units_of(answer, rules, remembered);
  Observation observation;
  observation.samples = samples_of(answer, need, units, since, rules);
  observation.memory = memory_of(remembered);
  if (since && age_of(*since, now) > rules.max_reboot_age) {
    observation.verdict = Verdict::bad;
    observation.reason = {
        .code = reasons::overdue, .value = first_cause_of(need), .expected = rules.max_reboot_age};
  } else if (!units.overdue.empty()) {
    observation.verdict = Verdict::bad;
    observation.reason = {.code = reasons::services_overdue,
                          .value = counted(units.overdue, answer.whole()),
                          .expected = *rules.max_service_age};
  } else if (need.doubt) {
    observation.reason = *need.doubt;
  } else if (is_older(need.possible, rules.max_reboot_age, now)) {
    observation.reason = {.code = reasons::microcode_overdue,
                          .value = texts_of(need.possible),
                          .expected = rules.max_reboot_age};
  } else if (rules.max_service_age && !answer.whole()) {
    observation.reason = {.code = reasons::processes_not_read, .value = not_read(answer)};
  } else {
    observation.verdict = Verdict::good;
    observation.reason = good_reason(answer, need, units, rules);
  }
  return observation;
}

}  // namespace ght::collectors::reboot
