// From what the helper found to a verdict.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "agent/core/observation.h"
#include "agent/core/reason.h"
#include "agent/core/sample.h"
#include "collectors/patch/support/match.h"

namespace ght::collectors::support {

struct Rules {
  Phase counted = Phase::lts;
  Duration warn_before{};
  Duration max_table_age{};
  bool software_counts = false;  // software past its end makes the check bad

  // Ends by a contract of the site's own, which hold for one release only ("debian 11").
  std::string contract_release = {};
  std::optional<WallTime> contract_standard = {};
  std::optional<WallTime> contract_lts = {};
};

// The verdict:
//   unknown, nothing else  when the table is dated after `now`: a clock is wrong;
//   bad      when the last phase that counts has ended, however old the table; or software has, if
//            that counts;
//   unknown  when the release is not in the table, or its end is not known; when the table is older
//            than max_table_age (an end may have been moved nearer since), unless the end is the
//            contract's; if software counts, when an end of software is not known;
//   good     otherwise; the reason names what ends soon, and software past its end.
// A day counts from its beginning, UTC: at most a day too early, never too late.
Observation judge(const Findings& findings, const Rules& rules, WallTime now);

inline constexpr std::array<std::string_view, 1> phase_label = {"phase"};
inline constexpr std::array<std::string_view, 2> os_labels = {"id", "version"};
inline constexpr std::array<std::string_view, 3> software_end_labels = {"software", "version",
                                                                        "phase"};
inline constexpr std::array<std::string_view, 3> software_labels = {"software", "version",
                                                                    "origin"};

inline constexpr Family os_family = {.name = "ght_os_info",
                                     .help = "The running operating system, always 1.",
                                     .type = MetricType::gauge,
                                     .labels = os_labels};
inline constexpr Family os_end_family = {
    .name = "ght_os_support_end_timestamp_seconds",
    .help = "When a phase of support of the running operating system ends.",
    .type = MetricType::gauge,
    .labels = phase_label};
inline constexpr Family deadline_family = {
    .name = "ght_os_support_deadline_timestamp_seconds",
    .help = "When the last phase of support that counts for this check ends.",
    .type = MetricType::gauge,
    .labels = {}};
inline constexpr Family software_family = {
    .name = "ght_software_info",
    .help = "Software of the support table that is installed, always 1.",
    .type = MetricType::gauge,
    .labels = software_labels};
inline constexpr Family software_end_family = {
    .name = "ght_software_support_end_timestamp_seconds",
    .help = "When a phase of support that counts ends for installed software.",
    .type = MetricType::gauge,
    .labels = software_end_labels};
inline constexpr Family table_family = {
    .name = "ght_support_table_timestamp_seconds",
    .help = "Date of the support table that the row of the operating system is from.",
    .type = MetricType::gauge,
    .labels = {}};
// The two settings, each beside its date, so that whoever compares uses the same limits.
inline constexpr Family table_limit_family = {
    .name = "ght_support_table_limit_seconds",
    .help = "How old the support table may be, as configured.",
    .type = MetricType::gauge,
    .labels = {}};
inline constexpr Family warning_family = {
    .name = "ght_support_warning_seconds",
    .help = "How long before an end of support a warning is due, as configured.",
    .type = MetricType::gauge,
    .labels = {}};

inline constexpr std::array<const Family*, 8> families = {
    &os_family,           &os_end_family, &deadline_family,    &software_family,
    &software_end_family, &table_family,  &table_limit_family, &warning_family};

namespace reasons {

inline constexpr std::string_view maintained = "support_maintained";
inline constexpr std::string_view ends_soon = "support_ends_soon";
inline constexpr std::string_view ended = "support_ended";
inline constexpr std::string_view software_ended = "support_software_ended";
inline constexpr std::string_view software_reported = "support_software_reported";
inline constexpr std::string_view software_unknown = "support_software_unknown";
inline constexpr std::string_view not_in_table = "support_release_not_in_table";
inline constexpr std::string_view unnumbered = "support_release_unnumbered";
inline constexpr std::string_view end_unknown = "support_end_unknown";
inline constexpr std::string_view table_old = "support_table_old";
inline constexpr std::string_view table_future = "support_table_future";

inline constexpr std::array<ReasonText, 11> texts = {{
    {maintained, "{value} : maintenu jusqu'au {expected}", "{value}: maintained until {expected}"},
    {ends_soon, "{value} : la maintenance se termine bientôt, le {expected}",
     "{value}: maintenance ends soon, on {expected}"},
    {ended, "{value} : n'est plus maintenu depuis le {expected}",
     "{value}: no longer maintained since {expected}"},
    {software_ended, "logiciels qui ne sont plus maintenus : {value}",
     "software that is no longer maintained: {value}"},
    {software_reported,
     "système maintenu jusqu'au {expected} ; logiciels qui ne sont plus maintenus : {value}",
     "system maintained until {expected}; software that is no longer maintained: {value}"},
    {software_unknown, "fin de maintenance inconnue pour : {value}",
     "end of maintenance not known for: {value}"},
    {not_in_table, "version absente de la table des fins de maintenance : {value}",
     "release not in the table of support ends: {value}"},
    {unnumbered, "système sans numéro de version, que personne ne s'engage à maintenir : {value}",
     "system without a version number, which nobody promises to maintain: {value}"},
    {end_unknown, "{value} : fin de maintenance inconnue", "{value}: end of maintenance not known"},
    {table_old,
     "table des fins de maintenance du {value}, trop ancienne (attendu : moins de {expected})",
     "table of support ends of {value}, too old (expected: less than {expected})"},
    {table_future,
     "table des fins de maintenance datée du {value}, dans le futur : horloge de cette machine ou "
     "date de la table à vérifier",
     "table of support ends dated {value}, in the future: check the clock of this machine or the "
     "date of the table"},
}};

}  // namespace reasons

}  // namespace ght::collectors::support
