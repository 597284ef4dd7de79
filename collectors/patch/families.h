// The ght_patch_* families and the reasons that every package tool's collector shares.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "agent/core/reason.h"
#include "agent/core/sample.h"

namespace ght::collectors::patch {

inline constexpr auto class_label = std::to_array<std::string_view>({"class"});
inline constexpr auto severity_label = std::to_array<std::string_view>({"severity"});

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
inline constexpr Family severity_family = {
    .name = "ght_patch_security_updates",
    .help =
        "Security updates not installed, withheld ones included, by what their advisories say; "
        "absent where the distribution tells no severity.",
    .type = MetricType::gauge,
    .labels = severity_label};
inline constexpr Family waived_family = {
    .name = "ght_patch_waived_updates",
    .help = "Security updates not installed that a waiver takes out of the verdict.",
    .type = MetricType::gauge,
    .labels = {}};
inline constexpr Family waiver_end_family = {
    .name = "ght_patch_waiver_end_timestamp_seconds",
    .help = "When the first of the waivers in use ends; its updates are in the verdict from then.",
    .type = MetricType::gauge,
    .labels = {}};
inline constexpr Family oldest_family = {
    .name = "ght_patch_oldest_pending_security_timestamp_seconds",
    .help =
        "When the longest pending security update was first seen, withheld ones included, "
        "waived ones not.",
    .type = MetricType::gauge,
    .labels = {}};
inline constexpr Family due_family = {
    .name = "ght_patch_security_due_timestamp_seconds",
    .help = "When the first security update that is not installed passes the time allowed for it.",
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
    .help = "How long a security update may be pending, as configured, when nothing shortens it.",
    .type = MetricType::gauge,
    .labels = {}};
inline constexpr Family metadata_limit_family = {
    .name = "ght_patch_metadata_limit_seconds",
    .help = "How old the package lists of the security sources may be, as configured.",
    .type = MetricType::gauge,
    .labels = {}};
inline constexpr Family exploited_family = {
    .name = "ght_patch_exploited_updates",
    .help =
        "Security updates not installed, withheld and waived ones included, that fix a "
        "vulnerability of the catalogue of exploited ones.",
    .type = MetricType::gauge,
    .labels = {}};
inline constexpr Family catalogue_family = {
    .name = "ght_patch_exploited_catalogue_timestamp_seconds",
    .help =
        "When the catalogue of exploited vulnerabilities was published, as it says itself; the "
        "date of the tracker beside it when that is older.",
    .type = MetricType::gauge,
    .labels = {}};
inline constexpr Family obsolete_family = {
    .name = "ght_patch_obsolete_packages",
    .help = "Installed packages that no configured source carries any more: nobody updates them.",
    .type = MetricType::gauge,
    .labels = {}};
inline constexpr Family interrupted_family = {
    .name = "ght_patch_interrupted_packages",
    .help = "Packages whose installation began and did not end.",
    .type = MetricType::gauge,
    .labels = {}};
inline constexpr Family automatic_family = {
    .name = "ght_patch_automatic_enabled",
    .help = "1 when security updates are set up to be installed without a person.",
    .type = MetricType::gauge,
    .labels = {}};
inline constexpr Family automatic_run_family = {
    .name = "ght_patch_automatic_last_success_timestamp_seconds",
    .help = "When installing security updates without a person last ended well.",
    .type = MetricType::gauge,
    .labels = {}};

// Of every tool; the other families above are those of tools that tell as much.
inline constexpr auto common_families = std::to_array<const Family*>(
    {&pending_family, &withheld_family, &waived_family, &waiver_end_family, &oldest_family,
     &due_family, &metadata_family, &security_limit_family, &metadata_limit_family,
     &exploited_family, &catalogue_family});

namespace reasons {

inline constexpr std::string_view up_to_date = "patch_up_to_date";
inline constexpr std::string_view up_to_date_in_part = "patch_up_to_date_in_part";
inline constexpr std::string_view pending = "patch_security_pending";
inline constexpr std::string_view withheld = "patch_security_withheld";
inline constexpr std::string_view waived = "patch_security_waived";
inline constexpr std::string_view overdue = "patch_security_overdue";
inline constexpr std::string_view stuck = "patch_stuck";
inline constexpr std::string_view database_broken = "patch_database_broken";
inline constexpr std::string_view automatic_off = "patch_automatic_off";
inline constexpr std::string_view automatic_never = "patch_automatic_never";
inline constexpr std::string_view automatic_old = "patch_automatic_old";
inline constexpr std::string_view clock_wrong = "patch_clock_wrong";
inline constexpr std::string_view no_security_source = "patch_no_security_source";
inline constexpr std::string_view source_not_read = "patch_source_not_read";
inline constexpr std::string_view metadata_age_unknown = "patch_metadata_age_unknown";
inline constexpr std::string_view metadata_expired = "patch_metadata_expired";
inline constexpr std::string_view metadata_old = "patch_metadata_old";
inline constexpr std::string_view dependencies_broken = "patch_dependencies_broken";
inline constexpr std::string_view catalogue_unreadable = "patch_catalogue_unreadable";
inline constexpr std::string_view catalogue_old = "patch_catalogue_old";

// Of every tool.
inline constexpr auto common_texts = std::to_array<ReasonText>({
    {up_to_date, "aucun correctif de sécurité en attente (autres mises à jour : {value})",
     "no security update pending (other updates: {value})"},
    {up_to_date_in_part,
     "aucun correctif de sécurité en attente ; autres mises à jour inconnues, source non "
     "actualisée : {value}",
     "no security update pending; other updates not known, source not refreshed: {value}"},
    {pending, "correctifs de sécurité en attente, dans les délais : {value}",
     "security updates pending, within the time allowed: {value}"},
    {withheld,
     "correctifs de sécurité retenus (paquets figés ou bloqués par des dépendances), dans les "
     "délais : {value}",
     "security updates withheld (packages on hold or kept back), within the time allowed: "
     "{value}"},
    {waived,
     "aucun correctif de sécurité en attente hors dérogations ; jusqu'au {expected} au plus : "
     "{value}",
     "no security update pending but for waived ones, until {expected} at most: {value}"},
    {overdue,
     "correctifs de sécurité en attente au-delà du délai, échu depuis {expected} : {value}",
     "security updates pending beyond the time allowed, due {expected} ago: {value}"},
    {database_broken, "base des paquets installés endommagée : {value}",
     "the database of installed packages is damaged: {value}"},
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
    {catalogue_unreadable, "catalogue des vulnérabilités exploitées illisible : {value}",
     "the catalogue of exploited vulnerabilities cannot be read: {value}"},
    {catalogue_old,
     "catalogue des vulnérabilités exploitées, ou suivi de Debian à côté, vieux de {value} "
     "(attendu : moins de {expected})",
     "the catalogue of exploited vulnerabilities, or the tracker beside it, is {value} old "
     "(expected: less than {expected})"},
});

// Of tools that tell of installations that did not end.
inline constexpr auto installation_texts = std::to_array<ReasonText>({
    {stuck, "installation en cours depuis plus de {expected} sans aboutir : {value}",
     "an installation has been under way for longer than {expected}: {value}"},
});

// Of tools that tell of dependencies that are not met.
inline constexpr auto dependency_texts = std::to_array<ReasonText>({
    {dependencies_broken,
     "dépendances non satisfaites, aucune mise à jour possible (paquets : {value})",
     "unmet dependencies, nothing can be upgraded (packages: {value})"},
});

// Of tools that tell of updates without a person.
inline constexpr auto automatic_texts = std::to_array<ReasonText>({
    {automatic_off, "installation automatique des correctifs de sécurité désactivée : {value}",
     "security updates are not installed automatically: {value}"},
    {automatic_never, "installation automatique des correctifs jamais menée à bien",
     "the automatic installation of security updates has never ended well"},
    {automatic_old,
     "installation automatique des correctifs menée à bien il y a {value} (attendu : moins de "
     "{expected})",
     "the automatic installation of security updates last ended well {value} ago (expected: less "
     "than {expected})"},
});

}  // namespace reasons

// Several tables as one, for Collector::families and Collector::reasons.
template <class Each, std::size_t... counts>
constexpr auto joined(const std::array<Each, counts>&... tables) {
  std::array<Each, (counts + ...)> all{};
  std::size_t next = 0;
  const auto add = [&](const auto& table) {
    for (const Each& each : table) all[next++] = each;
  };
  (add(tables), ...);
  return all;
}

}  // namespace ght::collectors::patch
