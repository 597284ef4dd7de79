// The settings that every collector of package updates has, and what they ask for.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/field.h"
#include "agent/core/result.h"
#include "agent/core/time.h"

namespace ght::collectors::patch {

// What an advisory says of itself, in the words of Red Hat's scale.
enum class Severity { unknown, low, moderate, important, critical };
inline constexpr auto severities =
    std::to_array<std::string_view>({"unknown", "low", "moderate", "important", "critical"});

// A vulnerability that somebody answers for, for a time. PGSSI-S asks for the reason in writing.
struct Waiver {
  std::string package;   // a name, or a name with architecture as the check shows it; or
  std::string advisory;  // an advisory. Exactly one of the two
  std::string reason;
  std::string author;
  WallTime end{};  // the first moment at which it no longer holds
};

struct Rules {
  Duration max_security_age{};
  std::map<Severity, Duration> by_severity = {};  // instead of max_security_age
  std::optional<Duration> max_exploited_age = {};
  Duration max_metadata_age{};
  Duration max_catalogue_age{};
  bool automatic = false;  // whether updates must be installed without a person
  std::optional<Duration> max_automatic_age = {};
  std::vector<Waiver> waivers = {};
};

Rules rules_of(const Settings& settings);

// What no table of fields can say about these settings; an Error names the setting.
Result<void> check(const Settings& settings);

namespace field {

inline constexpr double year = 366 * 86'400.0;

inline constexpr auto severity_ages = std::to_array<Field>({
    {.key = "low",
     .kind = FieldKind::duration,
     .min = 0,
     .max = year,
     .help = "When every advisory of the update says low at most."},
    {.key = "moderate",
     .kind = FieldKind::duration,
     .min = 0,
     .max = year,
     .help = "When one says moderate, and none more."},
    {.key = "important",
     .kind = FieldKind::duration,
     .min = 0,
     .max = year,
     .help = "When one says important, and none critical."},
    {.key = "critical",
     .kind = FieldKind::duration,
     .min = 0,
     .max = year,
     .help = "When one says critical."},
});

inline constexpr auto waiver = std::to_array<Field>({
    {.key = "package",
     .kind = FieldKind::text,
     .min = 1,
     .max = 128,
     .help = "Name of the package, with or without its architecture; or else `advisory`."},
    {.key = "advisory",
     .kind = FieldKind::text,
     .min = 1,
     .max = 128,
     .help = "Name of the advisory; it covers an update that has no other advisory."},
    {.key = "reason",
     .kind = FieldKind::text,
     .need = Need::required,
     .min = 1,
     .max = 300,
     .help = "Why the update is not installed, and what protects the server meanwhile."},
    {.key = "author",
     .kind = FieldKind::text,
     .need = Need::required,
     .min = 1,
     .max = 100,
     .help = "Who answers for it."},
    {.key = "until",
     .kind = FieldKind::text,
     .need = Need::required,
     .min = 10,
     .max = 10,
     .help = "The last day on which it holds, as 2026-12-31 (until midnight UTC)."},
});

}  // namespace field

inline constexpr auto common_settings = std::to_array<Field>({
    {.key = "max_security_age",
     .kind = FieldKind::duration,
     .fallback = "\"7d\"",
     .min = 0,
     .max = field::year,
     .help = "How long a security update may be pending before the check is bad."},
    {.key = "max_metadata_age",
     .kind = FieldKind::duration,
     .fallback = "\"2d\"",
     .min = 60,
     .max = field::year,
     .help =
         "How old the package lists of the security sources may be before the check is unknown."},
    {.key = "waivers",
     .kind = FieldKind::object_list,
     .max = 50,
     .help = "Security updates that are left out for a time, with a reason and a name.",
     .inner = field::waiver},
    {.key = "exploited_catalogue",
     .kind = FieldKind::path,
     .help =
         "A catalogue of exploited vulnerabilities (the JSON file of CISA KEV): updates that fix "
         "one of them are counted apart."},
    {.key = "max_catalogue_age",
     .kind = FieldKind::duration,
     .fallback = "\"60d\"",
     .min = 86'400,
     .max = field::year,
     .help = "How old that catalogue may be before the check is unknown; a tracker beside it too."},
    {.key = "max_exploited_age",
     .kind = FieldKind::duration,
     .min = 0,
     .max = field::year,
     .help = "How long an update may be pending that fixes a vulnerability of the catalogue."},
    {.key = "root",
     .kind = FieldKind::path,
     .help = "Root of the system to look at, when it is not this one."},
});

// For tools whose advisories say how severe they are.
inline constexpr Field severity_ages_field = {
    .key = "max_age_by_severity",
    .kind = FieldKind::object,
    .help = "How long a security update may be pending, where its advisories say how severe it is.",
    .inner = field::severity_ages};

// A tool's own fields and the common ones, for Collector::settings.
template <std::size_t count>
constexpr auto with_common(const std::array<Field, count>& own) {
  std::array<Field, count + common_settings.size()> all{};
  std::size_t next = 0;
  for (const Field& each : common_settings) all[next++] = each;
  for (const Field& each : own) all[next++] = each;
  return all;
}

}  // namespace ght::collectors::patch
