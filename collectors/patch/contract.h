// One contract for every package tool (apt, dnf, zypper): the families, the reasons and the rules
// that turn "what the tool knows" into a verdict. A collector of this group reads its tool's answer
// into a PatchState and calls judge().
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/field.h"
#include "agent/core/observation.h"
#include "agent/core/reason.h"
#include "agent/core/sample.h"
#include "agent/core/time.h"

namespace ght::collectors::patch {

// One package that has a newer version. `id` names it whatever its versions ("openssl:amd64"): the
// age of a vulnerability does not start again when its fix is replaced by a newer one.
struct Update {
  std::string id;
  bool security = false;  // installing the candidate brings a security fix
  bool withheld = false;  // the tool would leave it: on hold, or kept back by dependencies
};

// One configured package source.
struct Source {
  std::string name;
  bool security = false;                // carries security updates
  bool read = false;                    // all of its indexes are there
  std::optional<WallTime> confirmed;    // last verified with its server, changed or not
  std::optional<WallTime> published;    // its own signed date
  std::optional<WallTime> valid_until;  // signed end of validity
};

struct PatchState {
  std::vector<Update> updates;
  std::vector<Source> sources;
  std::size_t broken = 0;  // packages with unmet dependencies: the tool refuses to upgrade
};

struct Rules {
  Duration max_security_age{};
  Duration max_metadata_age{};
};

// The verdict:
//   unknown, nothing learnt  when a date of the state lies after `now` (a clock is wrong);
//   bad       when a security update has been seen pending for longer than max_security_age. That
//   is
//             true however old the metadata: the installed version is read now;
//   unknown   when the state is not whole: no security source, a source never read, metadata of a
//             security source older than max_metadata_age, of unknown age or past its validity,
//             broken dependencies;
//   good      otherwise.
// Counts of pending updates are given only when the state is whole; class "other" also needs every
// other source to be recent. `before` holds the first-seen dates and is carried on.
Observation judge(const PatchState& state, const Rules& rules, const Memory& before, WallTime now);

// The rules of the settings max_security_age and max_metadata_age.
Rules rules_of(const Settings& settings);

inline constexpr Field max_security_age_field = {
    .key = "max_security_age",
    .kind = FieldKind::duration,
    .need = Need::optional,
    .fallback = "\"7d\"",
    .min = 0,
    .max = 366 * 86400.0,
    .help = "How long a security update may be pending before the check is bad.",
    .choices = {},
    .inner = {}};
inline constexpr Field max_metadata_age_field = {
    .key = "max_metadata_age",
    .kind = FieldKind::duration,
    .need = Need::optional,
    .fallback = "\"2d\"",
    .min = 60,
    .max = 366 * 86400.0,
    .help = "How old the package lists of the security sources may be before the check is unknown.",
    .choices = {},
    .inner = {}};

inline constexpr std::array<std::string_view, 1> class_label = {"class"};

inline constexpr Family pending_family = {
    .name = "ght_patch_pending_updates",
    .help = "Packages that an upgrade would bring to a newer version now.",
    .type = MetricType::gauge,
    .labels = class_label};
inline constexpr Family withheld_family = {
    .name = "ght_patch_withheld_updates",
    .help = "Packages with a newer version that an upgrade would leave: on hold or kept back.",
    .type = MetricType::gauge,
    .labels = class_label};
inline constexpr Family oldest_family = {
    .name = "ght_patch_oldest_pending_security_timestamp_seconds",
    .help = "When the longest pending security update, withheld ones included, was first seen.",
    .type = MetricType::gauge,
    .labels = {}};
inline constexpr Family metadata_family = {
    .name = "ght_patch_metadata_timestamp_seconds",
    .help = "When the package lists of all security sources were last verified with their server.",
    .type = MetricType::gauge,
    .labels = {}};
// The two settings, each beside its date, so that whoever compares uses the same limits.
inline constexpr Family security_limit_family = {
    .name = "ght_patch_security_limit_seconds",
    .help = "How long a security update may be pending, as configured.",
    .type = MetricType::gauge,
    .labels = {}};
inline constexpr Family metadata_limit_family = {
    .name = "ght_patch_metadata_limit_seconds",
    .help = "How old the package lists of the security sources may be, as configured.",
    .type = MetricType::gauge,
    .labels = {}};

inline constexpr std::array<const Family*, 6> families = {
    &pending_family,  &withheld_family,       &oldest_family,
    &metadata_family, &security_limit_family, &metadata_limit_family};

namespace reasons {

inline constexpr std::string_view up_to_date = "patch_up_to_date";
inline constexpr std::string_view up_to_date_in_part = "patch_up_to_date_in_part";
inline constexpr std::string_view pending = "patch_security_pending";
inline constexpr std::string_view withheld = "patch_security_withheld";
inline constexpr std::string_view overdue = "patch_security_overdue";
inline constexpr std::string_view clock_wrong = "patch_clock_wrong";
inline constexpr std::string_view no_security_source = "patch_no_security_source";
inline constexpr std::string_view source_not_read = "patch_source_not_read";
inline constexpr std::string_view metadata_age_unknown = "patch_metadata_age_unknown";
inline constexpr std::string_view metadata_expired = "patch_metadata_expired";
inline constexpr std::string_view metadata_old = "patch_metadata_old";
inline constexpr std::string_view dependencies_broken = "patch_dependencies_broken";

inline constexpr std::array<ReasonText, 12> texts = {{
    {up_to_date, "aucun correctif de sécurité en attente (autres mises à jour : {value})",
     "no security update pending (other updates: {value})"},
    {up_to_date_in_part,
     "aucun correctif de sécurité en attente ; autres mises à jour inconnues, source non "
     "actualisée : {value}",
     "no security update pending; other updates not known, source not refreshed: {value}"},
    {pending, "correctifs de sécurité en attente : {value}, aucun depuis plus de {expected}",
     "security updates pending: {value}, none for longer than {expected}"},
    {withheld,
     "correctifs de sécurité retenus (paquets figés ou bloqués par des dépendances), aucun depuis "
     "plus de {expected} : {value}",
     "security updates withheld (packages on hold or kept back), none for longer than "
     "{expected}: {value}"},
    {overdue, "correctifs de sécurité en attente depuis plus de {expected} : {value}",
     "security updates pending for longer than {expected}: {value}"},
    {clock_wrong, "date dans le futur ({value}) : horloge de cette machine à vérifier",
     "a date lies in the future ({value}): check the clock of this machine"},
    {no_security_source, "aucune source de correctifs de sécurité parmi les sources de paquets",
     "no source of security updates among the package sources"},
    {source_not_read, "source de paquets jamais lue en entier : {value}",
     "package source never read in full: {value}"},
    {metadata_age_unknown, "date de la dernière actualisation inconnue : {value}",
     "time of the last refresh not known: {value}"},
    {metadata_expired, "listes de paquets périmées depuis le {expected} : {value}",
     "package lists no longer valid since {expected}: {value}"},
    {metadata_old, "listes de paquets actualisées il y a {value} (attendu : moins de {expected})",
     "package lists refreshed {value} ago (expected: less than {expected})"},
    {dependencies_broken,
     "dépendances non satisfaites, aucune mise à jour possible (paquets : {value})",
     "unmet dependencies, nothing can be upgraded (packages: {value})"},
}};

}  // namespace reasons

}  // namespace ght::collectors::patch
