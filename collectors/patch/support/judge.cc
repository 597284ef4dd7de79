#include "collectors/patch/support/judge.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

#include "collectors/patch/names.h"

namespace ght::collectors::support {
namespace {

using std::chrono_literals::operator""h;

// A table is dated in the day of whoever wrote it, and clocks differ a little.
constexpr WallDuration day_tolerance = 48h;

// Durations in milliseconds: nanoseconds do not reach the years that a table can name.
WallDuration wall(Duration duration) {
  return std::chrono::duration_cast<WallDuration>(duration);
}

// The operating system as the rules see it: its ends, and the table that they are from (none when
// a contract says all that counts).
struct System {
  std::string title;
  Ends ends;
  std::optional<WallTime> written;
  bool known = false;
};

bool contract_holds(const Findings& findings, const Rules& rules) {
  if (rules.contract_release.empty()) return false;
  const std::string& id = findings.os.id;
  return rules.contract_release == id + " " + findings.os.version ||
         (findings.release && rules.contract_release == id + " " + findings.release->cycle);
}

System system_of(const Findings& findings, const Rules& rules) {
  System system{.title = findings.os.title, .ends = {}, .written = std::nullopt};
  if (findings.release) {
    system.title = findings.release->product + " " + findings.release->cycle;
    system.ends = findings.release->ends;
    system.written = findings.release->written;
    system.known = true;
  }
  if (!contract_holds(findings, rules)) return system;
  system.known = true;
  if (rules.contract_standard) system.ends.standard = end_on(*rules.contract_standard);
  if (rules.contract_lts) system.ends.lts = end_on(*rules.contract_lts);
  const bool standard_only = rules.counted == Phase::standard;
  if (standard_only ? rules.contract_standard.has_value() : rules.contract_lts.has_value()) {
    system.written.reset();
  }
  return system;
}

enum class Standing { maintained, ended, unknown };

Standing standing_of(const Deadline& deadline, WallTime now) {
  if (!deadline.at) return Standing::unknown;
  if (now < *deadline.at) return Standing::maintained;
  return deadline.last ? Standing::ended : Standing::unknown;
}

// What software of the release gets, its system gets.
const Ends& ends_of(const Software& software, const System& system) {
  return software.origin == Origin::release ? system.ends : software.ends;
}

std::string words_of(const Software& software, const Deadline& deadline) {
  std::string words = software.id + " " + software.cycle;
  if (deadline.at) words += " (" + format_day(*deadline.at) + ")";
  return words;
}

struct SoftwareLists {
  std::vector<std::string> ended;
  std::vector<std::string> unknown;
};

SoftwareLists lists_of(const Findings& findings, const System& system, Phase counted,
                       WallTime now) {
  SoftwareLists lists;
  for (const Software& each : findings.software) {
    const Deadline deadline = deadline_of(ends_of(each, system), counted);
    const Standing standing = standing_of(deadline, now);
    if (standing == Standing::ended) lists.ended.push_back(words_of(each, deadline));
    if (standing == Standing::unknown) lists.unknown.push_back(words_of(each, deadline));
  }
  return lists;
}

// The oldest of the tables that a verdict would rest on; nullopt when it rests on none.
std::optional<WallTime> oldest_table(const Findings& findings, const System& system,
                                     bool software_counts) {
  std::optional<WallTime> oldest = system.written;
  if (!software_counts) return oldest;
  for (const Software& each : findings.software) {
    if (each.origin != Origin::other) continue;
    if (!oldest || each.written < *oldest) oldest = each.written;
  }
  return oldest;
}

WallTime newest_table(const Findings& findings) {
  WallTime newest = findings.written;
  if (findings.release) newest = std::max(newest, findings.release->written);
  for (const Software& each : findings.software) newest = std::max(newest, each.written);
  return newest;
}

void add(const Family& family, std::vector<std::string> labels, double value,
         std::vector<Sample>& samples) {
  samples.push_back({.family = &family, .label_values = std::move(labels), .value = value});
}

void add_software(const Findings& findings, const System& system, Phase counted,
                  std::vector<Sample>& samples) {
  for (const Software& each : findings.software) {
    add(software_family, {each.id, each.cycle, std::string(name(each.origin))}, 1, samples);
    const Ends& ends = ends_of(each, system);
    const auto phase = [&](const End& end, const char* label) {
      if (end.kind != End::Kind::day) return;
      add(software_end_family, {each.id, each.cycle, label}, to_seconds(end.day), samples);
    };
    phase(ends.standard, "standard");
    if (counted != Phase::standard) phase(ends.lts, "lts");
    if (counted == Phase::extended) phase(ends.extended, "extended");
  }
}

std::vector<Sample> samples_of(const Findings& findings, const System& system, const Rules& rules,
                               const Deadline& deadline, WallTime now) {
  std::vector<Sample> samples;
  const std::string& version = findings.os.version;
  add(os_family, {findings.os.id, version.empty() ? "none" : version}, 1, samples);
  const auto phase = [&](const End& end, const char* label) {
    if (end.kind == End::Kind::day) add(os_end_family, {label}, to_seconds(end.day), samples);
  };
  phase(system.ends.standard, "standard");
  phase(system.ends.lts, "lts");
  if (rules.counted == Phase::extended) phase(system.ends.extended, "extended");
  if (standing_of(deadline, now) != Standing::unknown) {
    add(deadline_family, {}, to_seconds(*deadline.at), samples);
  }
  add(warning_family, {}, to_seconds(rules.warn_before), samples);
  add_software(findings, system, rules.counted, samples);
  const WallTime table = findings.release ? findings.release->written : findings.written;
  add(table_family, {}, to_seconds(table), samples);
  add(table_limit_family, {}, to_seconds(rules.max_table_age), samples);
  return samples;
}

// Why nothing good can be said; nullopt when it can.
std::optional<Reason> doubt(const Findings& findings, const System& system, const Rules& rules,
                            Standing standing, const SoftwareLists& software, WallTime now) {
  if (!system.known) {
    return Reason{.code = findings.os.version.empty() ? reasons::unnumbered : reasons::not_in_table,
                  .value = findings.os.title};
  }
  if (standing == Standing::unknown) {
    return Reason{.code = reasons::end_unknown, .value = system.title};
  }
  const auto table = oldest_table(findings, system, rules.software_counts);
  if (table && now - *table > wall(rules.max_table_age)) {
    return Reason{
        .code = reasons::table_old, .value = format_day(*table), .expected = rules.max_table_age};
  }
  if (rules.software_counts && !software.unknown.empty()) {
    return Reason{.code = reasons::software_unknown, .value = patch::first_of(software.unknown)};
  }
  return std::nullopt;
}

Reason good_reason(const System& system, const Rules& rules, WallTime deadline,
                   const SoftwareLists& software, WallTime now) {
  const std::string until = format_day(deadline);
  if (!software.ended.empty()) {
    return {.code = reasons::software_reported,
            .value = patch::first_of(software.ended),
            .expected = until};
  }
  const bool in_lts = system.ends.standard.kind == End::Kind::day &&
                      now >= system.ends.standard.day && system.ends.lts.kind == End::Kind::day &&
                      now < system.ends.lts.day;
  const bool soon = deadline - now <= wall(rules.warn_before);
  return {.code = soon ? reasons::ends_soon : reasons::maintained,
          .value = system.title + (in_lts ? " LTS" : ""),
          .expected = until};
}

}  // namespace

Observation judge(const Findings& findings, const Rules& rules, WallTime now) {
  Observation observation;
  if (const WallTime newest = newest_table(findings); newest - now > day_tolerance) {
    observation.reason = {.code = reasons::table_future, .value = format_day(newest)};
    return observation;
  }
  const System system = system_of(findings, rules);
  const Deadline deadline = deadline_of(system.ends, rules.counted);
  const Standing standing = standing_of(deadline, now);
  const SoftwareLists software = lists_of(findings, system, rules.counted, now);
  observation.samples = samples_of(findings, system, rules, deadline, now);
  if (standing == Standing::ended) {
    observation.verdict = Verdict::bad;
    observation.reason = {
        .code = reasons::ended, .value = system.title, .expected = format_day(*deadline.at)};
  } else if (rules.software_counts && !software.ended.empty()) {
    observation.verdict = Verdict::bad;
    observation.reason = {.code = reasons::software_ended,
                          .value = patch::first_of(software.ended)};
  } else if (auto why = doubt(findings, system, rules, standing, software, now)) {
    observation.reason = *std::move(why);
  } else {
    observation.verdict = Verdict::good;
    observation.reason = good_reason(system, rules, *deadline.at, software, now);
  }
  return observation;
}

}  // namespace ght::collectors::support
