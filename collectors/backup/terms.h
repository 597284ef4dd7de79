// The settings that every backup collector has, and what they ask for.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/field.h"
#include "agent/core/reason.h"
#include "agent/core/result.h"

namespace ght::collectors::backup {

// A place where copies are, for the 3-2-1-1-0 rule.
struct Place {
  std::string repository;             // which of the check's; empty: all of them
  std::string location;               // on_site or off_site
  std::string medium;                 // disk, object or tape
  std::optional<Duration> immutable;  // how long nobody can change or delete a copy
  std::optional<Duration> rpo;        // when another than the check's
};

struct Terms {
  Duration rpo{};
  std::optional<std::uint64_t> min_size;  // bytes
  Duration unknown_is_bad_after{};
  std::optional<Duration> max_duration;
  std::optional<double> max_size_change;      // part of the median
  std::optional<double> max_duration_change;  // part of the median
  std::optional<double> max_changed_files;    // part of all files
  std::optional<Duration> restore_test_max_age;
  std::vector<Place> copies;
};

Terms terms_of(const Settings& settings);

// An optional text of the settings; empty when it was not given.
std::string optional_text(const Settings& settings, std::string_view key);

namespace field {

inline constexpr double day = 86'400;

inline constexpr auto locations = std::to_array<std::string_view>({"on_site", "off_site"});
inline constexpr auto media = std::to_array<std::string_view>({"disk", "object", "tape"});

inline constexpr auto place = std::to_array<Field>({
    {.key = "repository",
     .kind = FieldKind::text,
     .min = 1,
     .max = 1024,
     .help = "Which repository of this check, as its label says; without it, every one."},
    {.key = "location",
     .kind = FieldKind::choice,
     .need = Need::required,
     .help = "Where it is: on the site of what is saved, or off it.",
     .choices = locations},
    {.key = "medium",
     .kind = FieldKind::choice,
     .fallback = "\"disk\"",
     .help = "What it is written on.",
     .choices = media},
    {.key = "immutable",
     .kind = FieldKind::duration,
     .min = 60,
     .max = 3660 * day,
     .help = "For how long nobody, no administrator either, can change or delete a new copy."},
    {.key = "rpo",
     .kind = FieldKind::duration,
     .min = 60,
     .max = 366 * day,
     .help = "The RPO of the copies in this place, when another than the check's."},
});

}  // namespace field

// Beside the tool's own fields: see with_common().
inline constexpr auto common_settings = std::to_array<Field>({
    {.key = "backup",
     .kind = FieldKind::text,
     .min = 1,
     .max = 128,
     .help = "The label `backup`: what is saved. Reported runs and restore tests go by this name."},
    {.key = "rpo",
     .kind = FieldKind::duration,
     .fallback = "\"26h\"",
     .min = 60,
     .max = 366 * field::day,
     .help = "Recovery point objective: the age that the newest complete copy may reach."},
    {.key = "min_size",
     .kind = FieldKind::integer,
     .min = 1,
     .max = 1e15,
     .help = "Bytes, as restored, that the newest copy must have at least."},
    {.key = "unknown_is_bad_after",
     .kind = FieldKind::duration,
     .min = 60,
     .max = 366 * field::day,
     .help = "After so long without being able to look the check is bad; by default the RPO."},
    {.key = "max_duration",
     .kind = FieldKind::duration,
     .min = 60,
     .max = 31 * field::day,
     .help = "How long a backup may run; without it, as long as it likes within the RPO."},
    {.key = "max_size_change",
     .kind = FieldKind::number,
     .min = 0.01,
     .max = 100,
     .help = "Bad when the size differs from the median of the last copies by more than this part "
             "of it."},
    {.key = "max_duration_change",
     .kind = FieldKind::number,
     .min = 0.01,
     .max = 1000,
     .help = "Bad when the duration differs from the median of the last copies by more than this "
             "part of it."},
    {.key = "max_changed_files",
     .kind = FieldKind::number,
     .min = 0,
     .max = 1,
     .help = "Bad when a larger part of the files is new or changed (a hint at ransomware)."},
    {.key = "restore_test_max_age",
     .kind = FieldKind::duration,
     .min = 60,
     .max = 3660 * field::day,
     .help =
         "Age that the newest successful restore test may reach; without it none is asked for."},
    {.key = "copies",
     .kind = FieldKind::object_list,
     .max = 16,
     .help = "Where the copies are that this check proves, for the 3-2-1-1-0 rule.",
     .inner = field::place},
});

// A tool's own fields and the common ones, for Collector::settings.
template <std::size_t count>
constexpr auto with_common(const std::array<Field, count>& own) {
  std::array<Field, count + common_settings.size()> all{};
  std::size_t next = 0;
  for (const Field& each : own) all[next++] = each;
  for (const Field& each : common_settings) all[next++] = each;
  return all;
}

// A tool's own reasons and the common ones, for Collector::reasons.
template <std::size_t own_count, std::size_t common_count>
constexpr auto joined(const std::array<ReasonText, own_count>& own,
                      const std::array<ReasonText, common_count>& common) {
  std::array<ReasonText, own_count + common_count> all{};
  std::size_t next = 0;
  for (const ReasonText& each : own) all[next++] = each;
  for (const ReasonText& each : common) all[next++] = each;
  return all;
}

}  // namespace ght::collectors::backup
