// What every backup collector says: the ght_backup_* families, the rule from a copy's date to a
// verdict, and the two labels. A tool's collector reads its tool; the judgement is made here.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "agent/core/observation.h"

namespace ght::collectors::backup {

inline constexpr std::array<std::string_view, 2> labels = {"backup", "repository"};

inline constexpr Family last_success = {
    .name = "ght_backup_last_success_timestamp_seconds",
    .help = "Start of the newest backup that is complete for its tool; 0 when there is none.",
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

// The reasons of judge(), for Collector::reasons.
inline constexpr std::array<ReasonText, 6> reasons = {{
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
}};

// A clock may be ahead by this much before a copy's date is not believed.
inline constexpr Duration clock_tolerance = std::chrono::minutes(5);

// The two labels: settings, so they stay the same from run to run.
struct Name {
  std::string backup;
  std::string repository;
};

struct Terms {
  Duration rpo{};
  std::optional<std::uint64_t> min_size;  // bytes
};

// A copy that its tool holds to be complete.
struct Copy {
  WallTime begun{};  // changes after this moment are not in it
  std::optional<Duration> duration;
  std::optional<std::uint64_t> size;  // bytes, as restored
};

// A catalogue that was read. `newest` absent: it holds no copy that matches. `gap`: what could not
// be read of it; empty when it was read to the end.
struct Reading {
  std::optional<Copy> newest;
  std::string gap;
};

// Good only when a complete copy younger than the RPO (and not smaller than the minimum) is proven.
// None, too old, too small or dated more than clock_tolerance in the future is bad. With a gap, a
// younger copy might be where nothing could be read: then "none" and "too old" are unknown. Minimum
// set and size not known: unknown (core reason collector_error). Memory is left empty.
Observation judge(const Name& name, const Terms& terms, const Reading& reading, WallTime now);

// Unknown for `reason`: nothing could be read. The RPO is shown all the same.
Observation not_read(const Name& name, const Terms& terms, Reason reason, const Memory& before);

// A repository's address without user information: "rest:https://host/dpi" for
// "rest:https://user:secret@host/dpi", "sftp:host:/srv" for "sftp:user@host:/srv".
std::string public_address(std::string_view address);

// True when the user information of an address holds a password.
bool has_password(std::string_view address);

// The last element of an address's path: "dpi" for "/srv/restic/dpi/" and "sftp:host:/srv/dpi".
std::string last_element(std::string_view address);

}  // namespace ght::collectors::backup
