// The ght_backup_* families and the reasons that every backup collector shares.
#pragma once

#include <array>
#include <string_view>

#include "agent/core/reason.h"
#include "agent/core/sample.h"

namespace ght::collectors::backup {

inline constexpr std::array<std::string_view, 2> labels = {"backup", "repository"};
inline constexpr std::array<std::string_view, 5> copy_labels = {"backup", "repository", "location",
                                                                "medium", "immutable"};

namespace family {

inline constexpr Family last_success = {
    .name = "ght_backup_last_success_timestamp_seconds",
    .help = "Start of the newest backup that is complete for its tool; 0 when there is none.",
    .labels = labels};
inline constexpr Family last_run = {.name = "ght_backup_last_run_timestamp_seconds",
                                    .help = "Start of the newest run that ended, however it ended.",
                                    .labels = labels};
inline constexpr Family last_run_success = {
    .name = "ght_backup_last_run_success",
    .help = "1 when the newest run that ended made a complete backup, 0 when it did not.",
    .labels = labels};
inline constexpr Family last_duration = {
    .name = "ght_backup_last_duration_seconds",
    .help = "Time that the newest complete backup took, when its tool recorded it.",
    .labels = labels};
inline constexpr Family last_size = {
    .name = "ght_backup_last_size_bytes",
    .help = "Size of the files in the newest complete backup, as they would be restored.",
    .labels = labels};
inline constexpr Family rpo = {
    .name = "ght_backup_rpo_seconds",
    .help = "Age that the newest complete backup may reach at most (recovery point objective).",
    .labels = labels};
inline constexpr Family running_since = {
    .name = "ght_backup_running_since_timestamp_seconds",
    .help = "Start of the backup that runs now, or since when it is seen to run.",
    .labels = labels};
inline constexpr Family restore_test = {
    .name = "ght_backup_restore_test_timestamp_seconds",
    .help = "When a restore of this backup was last tried with success; 0 when never.",
    .labels = labels};
inline constexpr Family restore_test_success = {
    .name = "ght_backup_restore_test_success",
    .help =
        "1 when the newest restore test of this backup succeeded, 0 when it failed; absent when "
        "none is recorded.",
    .labels = labels};
inline constexpr Family restore_test_interval = {
    .name = "ght_backup_restore_test_interval_seconds",
    .help = "How often a successful restore test is asked for.",
    .labels = labels};
inline constexpr Family copies = {
    .name = "ght_backup_copies",
    .help = "1 when this declared copy is proven complete and younger than its RPO, 0 when not.",
    .labels = copy_labels};
inline constexpr Family immutable_until = {
    .name = "ght_backup_immutable_until_timestamp_seconds",
    .help = "Until when nobody can change or delete the newest copy, as declared for its place.",
    .labels = labels};
inline constexpr Family median_size = {
    .name = "ght_backup_median_size_bytes",
    .help = "Median size of the last complete backups before the newest (at most 14).",
    .labels = labels};
inline constexpr Family median_duration = {
    .name = "ght_backup_median_duration_seconds",
    .help = "Median duration of the last complete backups before the newest (at most 14).",
    .labels = labels};
inline constexpr Family changed_files = {
    .name = "ght_backup_changed_files_ratio",
    .help = "Part of the files that were new or changed in the newest backup.",
    .labels = labels};

}  // namespace family

inline constexpr std::array<const Family*, 15> families = {
    &family::last_success,          &family::last_run,        &family::last_run_success,
    &family::last_duration,         &family::last_size,       &family::rpo,
    &family::running_since,         &family::restore_test,    &family::restore_test_success,
    &family::restore_test_interval, &family::copies,          &family::immutable_until,
    &family::median_size,           &family::median_duration, &family::changed_files};

// For Collector::reasons, beside the tool's own.
inline constexpr auto reasons = std::to_array<ReasonText>({
    {"backup_fresh", "dernière sauvegarde il y a {value} (PDMA : {expected})",
     "last backup {value} ago (RPO: {expected})"},
    {"backup_too_old", "dernière sauvegarde il y a {value}, au-delà de la PDMA de {expected}",
     "last backup {value} ago, beyond the RPO of {expected}"},
    {"backup_never", "aucune sauvegarde dans le dépôt ne répond aux critères du contrôle",
     "no backup in the repository matches the check"},
    {"backup_in_future", "dernière sauvegarde datée du {value}, dans le futur : horloge à vérifier",
     "last backup dated {value}, in the future: look at the clocks"},
    {"backup_too_small", "dernière sauvegarde de {value}, moins que le minimum de {expected}",
     "last backup of {value}, less than the minimum of {expected}"},
    {"backup_partly_read", "le dépôt n'a pas pu être lu en entier : {value}",
     "the repository could not be read completely: {value}"},
    {"backup_failed", "la sauvegarde du {expected} a échoué : {value}",
     "the backup of {expected} failed: {value}"},
    {"backup_partial", "la sauvegarde du {expected} est incomplète : {value}",
     "the backup of {expected} is not complete: {value}"},
    {"backup_lost", "la sauvegarde commencée le {expected} s'est arrêtée sans dire comment",
     "the backup begun on {expected} stopped without saying how"},
    {"backup_runs_too_long", "une sauvegarde est en cours depuis {value} (maximum : {expected})",
     "a backup has been running for {value} (maximum: {expected})"},
    {"backup_size_drift",
     "dernière sauvegarde de {value}, loin de la taille habituelle de {expected}",
     "last backup of {value}, far from the usual size of {expected}"},
    {"backup_duration_drift",
     "dernière sauvegarde en {value}, loin de la durée habituelle de {expected}",
     "last backup took {value}, far from the usual {expected}"},
    {"backup_mass_change",
     "{value} % des fichiers sont nouveaux ou modifiés depuis la sauvegarde précédente : erreur, "
     "ou chiffrement "
     "par un rançongiciel ?",
     "{value}% of the files are new or changed since the backup before: a mistake, or encryption "
     "by ransomware?"},
    {"backup_not_measured", "ce que le seuil {value} doit juger n'est pas connu",
     "what the threshold {value} has to judge is not known"},
    {"backup_copy_missing", "copie déclarée et introuvable : {value}",
     "declared copy not found: {value}"},
    {"backup_records_unread", "ce qui a été déclaré à l'agent n'a pas pu être lu : {value}",
     "what was reported to the agent could not be read: {value}"},
    {"restore_test_never",
     "aucun test de restauration réussi n'est enregistré (exigé tous les {expected})",
     "no successful restore test is recorded (wanted every {expected})"},
    {"restore_test_too_old",
     "dernier test de restauration réussi il y a {value}, au-delà de {expected}",
     "last successful restore test {value} ago, beyond {expected}"},
    {"restore_test_failed", "le dernier test de restauration, du {value}, a échoué",
     "the last restore test, of {value}, failed"},
    {"restore_test_in_future",
     "test de restauration daté du {value}, dans le futur : date à vérifier",
     "restore test dated {value}, in the future: look at its date"},
});

}  // namespace ght::collectors::backup
