#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>

#include "agent/core/collector.h"
#include "agent/core/reasons.h"
#include "agent/core/text.h"
#include "collectors/backup/address.h"
#include "collectors/backup/contract.h"
#include "collectors/backup/restic/restic_read.h"
#include "collectors/backup/restic/restic_series.h"
#include "collectors/backup/restic/restic_setup.h"
#include "collectors/helper_outcome.h"

namespace ght::collectors {
namespace restic {
namespace {

// What earlier runs found out about sizes: by snapshot id; null where measuring did not end in
// time.
using Sizes = std::map<std::string, std::optional<std::uint64_t>>;

Sizes recall_sizes(const Memory& memory) {
  Sizes sizes;
  const nlohmann::json own = backup::own_memory(memory);
  if (!own.is_object()) return sizes;
  for (const auto& [id, size] : own.items()) {
    if (size.is_number_unsigned()) sizes[id] = size.get<std::uint64_t>();
    if (size.is_null()) sizes[id] = std::nullopt;
  }
  return sizes;
}

nlohmann::json as_memory(const Sizes& sizes) {
  nlohmann::json own = nlohmann::json::object();
  for (const auto& [id, size] : sizes) own[id] = size ? nlohmann::json(*size) : nlohmann::json();
  return own;
}

// Takes the size from memory. False: it has to be measured. One that could not be measured in time
// is tried again only when the verdict depends on it.
bool size_is_settled(Snapshot& newest, const Sizes& sizes, const backup::Terms& terms) {
  if (newest.size) return true;
  const auto known = sizes.find(newest.id);
  if (known == sizes.end()) return false;
  newest.size = known->second;
  return newest.size.has_value() || (!terms.min_size && !terms.max_size_change);
}

struct Listed {
  Series series;
  std::optional<Snapshot> newest = {};
  bool to_measure = false;
};

struct Listing {
  std::vector<Listed> all;
  std::string gap;
};

constexpr std::size_t measured_at_once = 8;  // steps of a round; the rest waits for the next run

// The first round's answer; a reason when it is none.
std::optional<Reason> read_listing(const Settings& settings, const Evidence& evidence,
                                   const Sizes& sizes, Listing& listing) {
  const auto answer =
      backup::helper_answer(backup::own_evidence(evidence), 0, "restic snapshots", failure_reason);
  if (const auto* reason = std::get_if<Reason>(&answer)) return *reason;
  const HelperResult& result = *std::get<const HelperResult*>(answer);
  const auto snapshots = read_snapshots(result.out);
  if (!snapshots.ok()) return backup::not_understood(snapshots.error().text());
  const backup::Terms terms = backup::terms_of(settings);
  std::size_t to_measure = 0;
  for (Series& series : all_series(settings)) {
    Listed one{.series = std::move(series)};
    one.newest = newest_of(snapshots.value(), one.series);
    one.to_measure = one.newest && !size_is_settled(*one.newest, sizes, terms) &&
                     ++to_measure <= measured_at_once;
    listing.all.push_back(std::move(one));
  }
  listing.gap = warning(result);
  return std::nullopt;
}

Result<Plan> plan(const Settings& settings, const Evidence& so_far, const Memory& before) {
  GHT_TRY_VOID(check(settings));
  if (so_far.empty()) {
    std::vector<std::string> names;
    for (const Series& series : all_series(settings)) names.push_back(series.name.backup);
    return backup::first_round(std::move(names), {list_snapshots(settings)});
  }
  Listing listing;
  if (so_far.size() > 2 || read_listing(settings, so_far, recall_sizes(before), listing)) {
    return Plan{};
  }
  Plan measure;
  for (const Listed& one : listing.all) {
    if (!one.to_measure) continue;
    measure.emplace_back(json_command(settings, {"stats", "--mode=restore-size", one.newest->id}));
  }
  return measure;
}

// One answer of the second round: the size, or why there is none.
struct Measured {
  std::optional<std::uint64_t> size = {};
  bool timed_out = false;
  std::optional<Reason> failed = {};
};

Measured read_measured(std::span<const StepResult> own, std::size_t at) {
  const auto* ran = at < own.size() ? std::get_if<HelperResult>(&own[at]) : nullptr;
  Measured measured{.timed_out = ran != nullptr && ran->end == HelperEnd::timed_out};
  const auto answer = backup::helper_answer(own, at, "restic stats", failure_reason);
  if (const auto* reason = std::get_if<Reason>(&answer)) {
    measured.failed = *reason;
    return measured;
  }
  const auto size = read_size(std::get<const HelperResult*>(answer)->out);
  if (size.ok()) {
    measured.size = size.value();
  } else {
    measured.failed = backup::not_understood(size.error().text());
  }
  return measured;
}

backup::Reading reading_of(const std::optional<Snapshot>& newest, const std::string& gap) {
  backup::Reading reading{.gap = gap};
  if (newest) {
    reading.newest = backup::Copy{.begun = newest->time,
                                  .duration = newest->duration,
                                  .size = newest->size,
                                  .changed_files = newest->changed_files};
  }
  return reading;
}

Observation interpret(const Settings& settings, const Evidence& evidence, const Memory& before,
                      WallTime now) {
  Sizes known = recall_sizes(before);
  Listing listing;
  if (const auto unread = read_listing(settings, evidence, known, listing)) {
    std::vector<backup::Name> names;
    for (Series& series : all_series(settings)) names.push_back(std::move(series.name));
    return backup::nothing_read(settings, evidence, names, *unread, before, now);
  }
  const auto own = backup::own_evidence(evidence);
  std::vector<backup::Item> items;
  Sizes sizes;
  std::size_t next = 1;
  for (Listed& one : listing.all) {
    backup::Item item{.name = one.series.name, .state = backup::Reading{}};
    std::optional<Reason> unmeasured;
    if (one.to_measure) {
      const Measured measured = read_measured(own, next);
      ++next;
      one.newest->size = measured.size;
      unmeasured = measured.failed;
      if (measured.size || measured.timed_out) sizes[one.newest->id] = measured.size;
    } else if (one.newest && known.contains(one.newest->id)) {
      sizes[one.newest->id] = known[one.newest->id];
    }
    backup::Reading reading = reading_of(one.newest, listing.gap);
    // That the snapshot could not be walked outweighs that it is listed.
    reading.newest_unproven = std::move(unmeasured);
    item.state = std::move(reading);
    items.push_back(std::move(item));
  }
  return backup::conclude(settings, evidence, items, as_memory(sizes), before, now);
}

constexpr Field restic_host = {
    .key = "restic_host",
    .kind = FieldKind::text,
    .min = 1,
    .max = 255,
    .help = "Only snapshots of this host (as restic recorded it) count."};
constexpr Field tags = {.key = "tags",
                        .kind = FieldKind::text_list,
                        .min = 1,
                        .max = 16,
                        .help = "Only snapshots with all of these tags count."};
constexpr Field paths = {.key = "paths",
                         .kind = FieldKind::text_list,
                         .min = 1,
                         .max = 16,
                         .help = "Only snapshots of all of these paths count."};

constexpr auto one_backup = std::to_array<Field>({
    {.key = "backup",
     .kind = FieldKind::text,
     .need = Need::required,
     .min = 1,
     .max = 128,
     .help = "The label `backup` of this one."},
    restic_host,
    tags,
    paths,
});

constexpr auto own_settings = std::to_array<Field>({
    {.key = "repository",
     .kind = FieldKind::text,
     .need = Need::required,
     .min = 1,
     .max = 1024,
     .help = "Absolute path or address of the repository, as restic takes it, without a password."},
    {.key = "repository_file",
     .kind = FieldKind::path,
     .help = "File with the whole address, when it holds a password; `repository` then only names "
             "the repository."},
    {.key = "password_file",
     .kind = FieldKind::path,
     .need = Need::required,
     .help = "File with the repository's password, readable by the agent only."},
    restic_host,
    tags,
    paths,
    {.key = "backups",
     .kind = FieldKind::object_list,
     .min = 1,
     .max = 15,
     .help = "Several backups in this repository, each of which must be fresh.",
     .inner = one_backup},
});

constexpr auto settings = backup::with_common(own_settings);

constexpr std::array own_reasons = std::to_array<ReasonText>({
    {"restic_wrong_password", "mot de passe du dépôt refusé : {value}",
     "repository password refused: {value}"},
    {"restic_password_file", "fichier de mot de passe illisible ou vide : {value}",
     "password file not readable or empty: {value}"},
    {"restic_no_repository", "aucun dépôt restic à cet emplacement : {value}",
     "no restic repository at this place: {value}"},
    {"restic_locked", "dépôt verrouillé : {value}", "repository locked: {value}"},
    {"restic_permission", "accès au dépôt refusé : {value}",
     "access to the repository denied: {value}"},
    {"restic_unreachable", "dépôt injoignable : {value}", "repository cannot be reached: {value}"},
    {"restic_damaged", "dépôt endommagé : {value}", "repository damaged: {value}"},
});

constexpr auto reasons = backup::joined(own_reasons, backup::reasons);

}  // namespace
}  // namespace restic

extern const Collector restic_collector;
constexpr Collector restic_collector = {
    .name = "restic",
    .summary = "Age, size and readability of the newest snapshot in a restic repository.",
    .families = backup::families,
    .settings = restic::settings,
    .reasons = restic::reasons,
    .plan = restic::plan,
    .interpret = restic::interpret};

}  // namespace ght::collectors
