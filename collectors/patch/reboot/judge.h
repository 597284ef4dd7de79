// From what is known about boot, kernels and processes to a verdict.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "agent/core/observation.h"
#include "agent/core/reason.h"
#include "agent/core/sample.h"
#include "agent/core/time.h"
#include "collectors/patch/reboot/answer.h"

namespace ght::collectors::reboot {

struct Rules {
  Duration max_reboot_age{};
  std::optional<Duration> max_service_age;  // none: services are only reported
  std::vector<std::string> ignored_units;   // names; one that ends in * stands for all such
};

// What rpm said of the packages that take effect with a reboot. Empty where packages are not rpm's.
// `doubt` is set when rpm should have answered and did not.
struct CorePackages {
  std::vector<CorePackage> packages;
  std::optional<Reason> doubt;
};

// The verdict:
//   unknown, nothing learnt  when a date lies after `now` (a clock is wrong);
//   bad       a reboot has been required for longer than max_reboot_age, or, where
//             max_service_age is set, something has run replaced code for longer than that. Both
//             hold whatever else could not be read;
//   unknown   the kernel that runs cannot be compared with those installed; rpm did not answer; a
//             file of microcode cannot be read; newer microcode that a boot may refuse has been
//             there, without a boot, for longer than max_reboot_age;
//             with max_service_age also: not every process could be read;
//   good      otherwise. A reboot that is required, but not for too long, is good and said.
// A reboot has been required since the earliest date of what requires it, and never later than this
// agent saw it first; `before` holds that for one boot. Counts of units only when all processes
// were read.
Observation judge(const Answer& answer, const CorePackages& core, const Rules& rules,
                  const Memory& before, WallTime now);

inline constexpr std::array<std::string_view, 1> kind_label = {"kind"};

inline constexpr Family required_family = {
    .name = "ght_patch_reboot_required",
    .help = "1 when installed updates take effect only with a reboot.",
    .type = MetricType::gauge,
    .labels = {}};
inline constexpr Family since_family = {.name = "ght_patch_reboot_required_since_timestamp_seconds",
                                        .help = "Since when a reboot has been required.",
                                        .type = MetricType::gauge,
                                        .labels = {}};
// Beside its date, so that whoever compares uses the same limit.
inline constexpr Family limit_family = {.name = "ght_patch_reboot_limit_seconds",
                                        .help = "How long a reboot may be required, as configured.",
                                        .type = MetricType::gauge,
                                        .labels = {}};
inline constexpr Family outdated_family = {
    .name = "ght_patch_kernel_outdated",
    .help =
        "1 when another kernel is installed than the one that runs: a newer one of its flavour, "
        "or another build of its name.",
    .type = MetricType::gauge,
    .labels = {}};
inline constexpr Family services_family = {
    .name = "ght_patch_services_needing_restart",
    .help =
        "Services, containers, users with sessions and others that run code of files which "
        "were deleted or replaced.",
    .type = MetricType::gauge,
    .labels = kind_label};

inline constexpr Family microcode_family = {
    .name = "ght_patch_microcode_outdated",
    .help = "1 when a file of this machine holds newer microcode than its processors run.",
    .type = MetricType::gauge,
    .labels = {}};

inline constexpr std::array<const Family*, 6> families = {&required_family, &since_family,
                                                          &limit_family,    &outdated_family,
                                                          &services_family, &microcode_family};

namespace reasons {

inline constexpr std::string_view not_required = "reboot_not_required";
inline constexpr std::string_view not_required_in_part = "reboot_not_required_in_part";
inline constexpr std::string_view services_stale = "reboot_services_stale";
inline constexpr std::string_view microcode_not_loaded = "reboot_microcode_not_loaded";
inline constexpr std::string_view microcode_possible = "reboot_microcode_possible";
inline constexpr std::string_view microcode_overdue = "reboot_microcode_overdue";
inline constexpr std::string_view microcode_not_read = "reboot_microcode_not_read";
inline constexpr std::string_view pending = "reboot_pending";
inline constexpr std::string_view overdue = "reboot_overdue";
inline constexpr std::string_view services_overdue = "reboot_services_overdue";
inline constexpr std::string_view processes_not_read = "reboot_processes_not_read";
inline constexpr std::string_view kernel_not_comparable = "reboot_kernel_not_comparable";
inline constexpr std::string_view build_not_known = "reboot_kernel_build_not_known";
inline constexpr std::string_view clock_wrong = "reboot_clock_wrong";

inline constexpr std::array<ReasonText, 14> texts = {{
    {not_required,
     "aucun redémarrage nécessaire, le noyau installé le plus récent tourne ({value})",
     "no reboot required, the newest installed kernel runs ({value})"},
    {not_required_in_part,
     "aucun redémarrage nécessaire ; services à relancer inconnus, processus non lus : {value} "
     "(il faut « privileged » et CAP_SYS_PTRACE)",
     "no reboot required; services to restart not known, processes not read: {value} (it takes "
     "\"privileged\" and CAP_SYS_PTRACE)"},
    {services_stale,
     "aucun redémarrage nécessaire, mais à relancer (bibliothèques remplacées) : {value}",
     "no reboot required, but to be restarted (replaced libraries): {value}"},
    {microcode_not_loaded,
     "aucun redémarrage nécessaire, mais le démarrage n'a pas chargé le microcode installé : "
     "{value}",
     "no reboot required, but the boot has not loaded the installed microcode: {value}"},
    {microcode_possible,
     "redémarrage peut-être nécessaire, depuis moins de {expected} (le micrologiciel peut refuser "
     "ce microcode) : {value}",
     "a reboot may be required, not for longer than {expected} (the firmware may refuse this "
     "microcode): {value}"},
    {microcode_overdue,
     "redémarrage peut-être nécessaire depuis plus de {expected} (le micrologiciel peut refuser ce "
     "microcode) : {value}",
     "a reboot may have been required for longer than {expected} (the firmware may refuse this "
     "microcode): {value}"},
    {microcode_not_read, "microcode illisible, redémarrage nécessaire peut-être : {value}",
     "microcode cannot be read, a reboot may be required: {value}"},
    {pending, "redémarrage nécessaire, depuis moins de {expected} : {value}",
     "reboot required, not for longer than {expected}: {value}"},
    {overdue, "redémarrage nécessaire depuis plus de {expected} : {value}",
     "reboot required for longer than {expected}: {value}"},
    {services_overdue,
     "bibliothèques remplacées encore utilisées depuis plus de {expected} : {value}",
     "replaced libraries still in use for longer than {expected}: {value}"},
    {processes_not_read,
     "processus non lus, services à relancer inconnus : {value} (il faut « privileged » et "
     "CAP_SYS_PTRACE)",
     "processes not read, services to restart not known: {value} (it takes \"privileged\" and "
     "CAP_SYS_PTRACE)"},
    {kernel_not_comparable, "aucun noyau installé n'est comparable à celui qui tourne ({value})",
     "no installed kernel can be compared with the one that runs ({value})"},
    {build_not_known,
     "le noyau installé {value} a changé depuis le démarrage, et sa version n'est pas comparable",
     "the installed kernel {value} has changed since the boot, and its version cannot be compared"},
    {clock_wrong, "date dans le futur ({value}) : horloge de cette machine à vérifier",
     "a date lies in the future ({value}): check the clock of this machine"},
}};

}  // namespace reasons

}  // namespace ght::collectors::reboot
