#include <array>
#include <map>
#include <nlohmann/json.hpp>

#include "agent/core/collector.h"
#include "collectors/backup/borg/borg_read.h"
#include "collectors/backup/borg/borg_series.h"
#include "collectors/backup/borg/borg_setup.h"
#include "collectors/backup/contract.h"
#include "collectors/helper_outcome.h"

namespace ght::collectors {
namespace borg {
namespace {

// What earlier runs found out about archives, by id; absent where reading one did not end in time.
using Known = std::map<std::string, std::optional<Details>>;

Known recall(const Memory& memory) {
  Known known;
  const nlohmann::json own = backup::own_memory(memory);
  if (!own.is_object()) return known;
  for (const auto& [id, value] : own.items()) {
    if (value.is_null()) known[id] = std::nullopt;
    if (!value.is_object() || !value.contains("size")) continue;
    const nlohmann::json& size = value["size"];
    if (!size.is_number_unsigned()) continue;
    Details details{.id = id, .duration = std::nullopt, .size = size.get<std::uint64_t>()};
    constexpr std::uint64_t year = 365 * 86'400;
    if (value.contains("seconds") && value["seconds"].is_number_unsigned() &&
        value["seconds"].get<std::uint64_t>() <= year) {
      details.duration = std::chrono::seconds(value["seconds"].get<std::int64_t>());
    }
    known[id] = details;
  }
  return known;
}

nlohmann::json as_memory(const Known& known) {
  nlohmann::json own = nlohmann::json::object();
  for (const auto& [id, details] : known) {
    own[id] = nullptr;
    if (!details) continue;
    own[id] = {{"size", details->size}};
    // borg's times are of whole seconds.
    if (details->duration) {
      own[id]["seconds"] =
          std::chrono::duration_cast<std::chrono::seconds>(*details->duration).count();
    }
  }
  return own;
}

struct Looked {
  Wanted wanted;
  Series series;
  bool to_describe = false;
};

struct Seen {
  std::vector<Looked> all;
  std::string complaint;  // of a run of borg that ended well
  bool cut = false;       // there may be older archives than those listed
};

// One that could not be read in time is tried again only when the verdict depends on it.
bool is_settled(const std::string& id, const Known& known, const backup::Terms& terms) {
  const auto found = known.find(id);
  if (found == known.end()) return false;
  return found->second || (!terms.min_size && !terms.max_size_change && !terms.max_duration_change);
}

// The first round's answer; a reason when it is none.
std::optional<Reason> read_first(const Settings& settings, const Evidence& evidence,
                                 const Known& known, WallTime now, Seen& seen) {
  const auto answer =
      backup::helper_answer(backup::own_evidence(evidence), 0, "borg list", failure_reason);
  if (const auto* reason = std::get_if<Reason>(&answer)) return *reason;
  const HelperResult& result = *std::get<const HelperResult*>(answer);
  const auto listing = read_listing(result.out);
  if (!listing.ok()) return backup::not_understood(listing.error().text());
  if (!listing.value().encrypted && settings.find<std::string>("passphrase_file") != nullptr) {
    return Reason{.code = "borg_not_encrypted", .value = settings.get<std::string>("repository")};
  }
  const backup::Terms terms = backup::terms_of(settings);
  const auto silence = settings.get<Duration>("checkpoint_silence");
  for (Wanted& wanted : all_wanted(settings)) {
    Looked one{.wanted = std::move(wanted), .series = {}};
    one.series = series_of(listing.value(), one.wanted.glob, silence, now);
    one.to_describe = one.series.newest && settings.get<bool>("measure") &&
                      !is_settled(one.series.newest->id, known, terms);
    seen.all.push_back(std::move(one));
  }
  seen.complaint = warning(result);
  seen.cut = listing.value().archives.size() >= most_listed;
  return std::nullopt;
}

Result<Plan> plan(const Settings& settings, const Evidence& so_far, const Memory& before) {
  GHT_TRY_VOID(check(settings));
  if (so_far.empty()) {
    std::vector<std::string> names;
    for (const Wanted& each : all_wanted(settings)) names.push_back(each.name.backup);
    return backup::first_round(std::move(names), {list_archives(settings)});
  }
  Seen seen;
  // What is to be described does not depend on the time.
  if (so_far.size() > 2 || read_first(settings, so_far, recall(before), {}, seen)) return Plan{};
  Plan describe;
  for (const Looked& one : seen.all) {
    if (!one.to_describe) continue;
    describe.emplace_back(describe_archive(settings, one.wanted, one.series.newest->id));
  }
  return describe;
}

// One answer of the second round: the details, or why there are none.
struct Described {
  std::optional<Details> details = {};
  bool timed_out = false;
  std::optional<Reason> failed = {};
};

constexpr int another_is_newest = 3;  // exit status of ght-borg-archive

Described read_described(std::span<const StepResult> own, std::size_t at, const Archive& archive) {
  const auto* ran = at < own.size() ? std::get_if<HelperResult>(&own[at]) : nullptr;
  Described described{.timed_out = ran != nullptr && ran->end == HelperEnd::timed_out};
  if (ran != nullptr && ran->end == HelperEnd::exited && ran->code == another_is_newest) {
    described.failed = Reason{.code = "borg_changed", .value = archive.name};
    return described;
  }
  const auto answer = backup::helper_answer(own, at, "ght-borg-archive", failure_reason);
  if (const auto* reason = std::get_if<Reason>(&answer)) {
    described.failed = *reason;
    return described;
  }
  auto details = read_details(std::get<const HelperResult*>(answer)->out);
  if (!details.ok()) {
    described.failed = backup::not_understood(details.error().text());
  } else if (details.value().id != archive.id) {
    described.failed = Reason{.code = "borg_changed", .value = archive.name};
  } else {
    described.details = std::move(details).value();
  }
  return described;
}

backup::Reading reading_of(const Looked& one, const std::optional<Details>& details,
                           const Seen& seen) {
  backup::Reading reading{.gap = seen.complaint};
  const Series& series = one.series;
  if (series.newest) {
    reading.newest = backup::Copy{.begun = series.newest->start};
    if (details) {
      reading.newest->duration = details->duration;
      reading.newest->size = details->size;
    }
    // borg ends with a warning, and leaves an archive all the same, when it may read nothing.
    if (details && details->size == 0) {
      reading.last_run = backup::Run{.begun = series.newest->start,
                                     .end = BackupRun::End::partial,
                                     .detail = series.newest->name + ": 0 B"};
    }
  } else if (seen.cut && reading.gap.empty()) {
    reading.gap = "only the newest " + std::to_string(most_listed) + " archives were listed";
  }
  if (series.unfinished && series.interrupted) {
    reading.last_run = backup::Run{.begun = series.unfinished->start,
                                   .end = BackupRun::End::lost,
                                   .detail = series.unfinished->name};
  } else if (series.unfinished) {
    reading.running_since = series.unfinished->start;
  }
  return reading;
}

Observation interpret(const Settings& settings, const Evidence& evidence, const Memory& before,
                      WallTime now) {
  const Known known = recall(before);
  Seen seen;
  if (const auto unread = read_first(settings, evidence, known, now, seen)) {
    std::vector<backup::Name> names;
    for (Wanted& each : all_wanted(settings)) names.push_back(std::move(each.name));
    return backup::nothing_read(settings, evidence, names, *unread, before, now);
  }
  const auto own = backup::own_evidence(evidence);
  std::vector<backup::Item> items;
  Known kept;
  std::size_t next = 1;
  bool deadline_spent = false;
  for (const Looked& one : seen.all) {
    Described described;
    if (one.to_describe) {
      described = read_described(own, next, *one.series.newest);
      ++next;
      // After the first that did not end in time the others had no time at all.
      const bool given_up = described.timed_out && !deadline_spent;
      deadline_spent = deadline_spent || described.timed_out;
      if (described.details || given_up) kept[one.series.newest->id] = described.details;
    } else if (one.series.newest && known.contains(one.series.newest->id)) {
      described.details = known.at(one.series.newest->id);
      kept[one.series.newest->id] = described.details;
    }
    backup::Reading reading = reading_of(one, described.details, seen);
    // That the archive could not be walked outweighs that it is listed.
    reading.newest_unproven = std::move(described.failed);
    items.push_back({.name = one.wanted.name, .state = std::move(reading)});
  }
  return backup::conclude(settings, evidence, items, as_memory(kept), before, now);
}

constexpr Field archive_glob = {
    .key = "archive_glob",
    .kind = FieldKind::text,
    .min = 1,
    .max = 255,
    .help = "Only archives with such a name count (* ? [a-z]); without it, all of them."};

constexpr auto one_backup = std::to_array<Field>({
    {.key = "backup",
     .kind = FieldKind::text,
     .need = Need::required,
     .min = 1,
     .max = 128,
     .help = "The label `backup` of this one."},
    archive_glob,
});

constexpr auto own_settings = std::to_array<Field>({
    {.key = "repository",
     .kind = FieldKind::text,
     .need = Need::required,
     .min = 1,
     .max = 1024,
     .help = "Absolute path of the repository, or ssh://user@host/path."},
    {.key = "passphrase_file",
     .kind = FieldKind::path,
     .help = "File with the passphrase, readable by the agent only; without it, a repository that "
             "is not encrypted is accepted."},
    archive_glob,
    {.key = "backups",
     .kind = FieldKind::object_list,
     .min = 1,
     .max = 15,
     .help = "Several backups in this repository, each of which must be fresh.",
     .inner = one_backup},
    {.key = "measure",
     .kind = FieldKind::boolean,
     .fallback = "true",
     .help = "Whether each new archive is read through once, for its size and duration."},
    {.key = "checkpoint_silence",
     .kind = FieldKind::duration,
     .fallback = "\"3h\"",
     .min = 60,
     .max = 31 * backup::field::day,
     .help = "An unfinished archive counts as cut off when nothing was written to the repository "
             "for so long: more than borg's --checkpoint-interval (30 minutes)."},
    {.key = "key_file",
     .kind = FieldKind::path,
     .help = "The key of a repository that does not hold it itself (keyfile modes)."},
    {.key = "ssh_key_file",
     .kind = FieldKind::path,
     .help = "Private key for ssh, when not one of the agent's own user."},
    {.key = "remote_path",
     .kind = FieldKind::text,
     .min = 1,
     .max = 255,
     .help = "Name of the borg program on the other side of ssh, when not borg."},
    {.key = "borg_base_dir",
     .kind = FieldKind::path,
     .help = "Where borg keeps its notes on the repository (a few hundred bytes), when not the "
             "home directory of the agent's user."},
    {.key = "relocation_allowed",
     .kind = FieldKind::boolean,
     .fallback = "false",
     .help = "Whether the repository may be at another place than when it was first seen."},
});

constexpr auto settings = backup::with_common(own_settings);

constexpr auto own_reasons = std::to_array<ReasonText>({
    {"borg_wrong_passphrase",
     "phrase secrète du dépôt refusée (fichier vide, autre dépôt, phrase changée ?) : {value}",
     "passphrase of the repository refused (empty file, another repository, changed?): {value}"},
    {"borg_passphrase_file", "fichier de la phrase secrète illisible par l'agent : {value}",
     "passphrase file not readable for the agent: {value}"},
    {"borg_key", "clé du dépôt absente ou inutilisable (key_file) : {value}",
     "key of the repository missing or unusable (key_file): {value}"},
    {"borg_no_repository", "aucun dépôt borg à cet emplacement (non monté, supprimé ?) : {value}",
     "no borg repository at this place (not mounted, deleted?): {value}"},
    {"borg_damaged",
     "dépôt endommagé ; ne rien supprimer, lancer « borg check » (sans --repair) : {value}",
     "repository damaged; delete nothing, run \"borg check\" (without --repair): {value}"},
    {"borg_index",
     "index du dépôt en retard ou abîmé (sauvegarde tuée ou en train de finir ?) ; la prochaine "
     "sauvegarde le reconstruit : {value}",
     "index of the repository behind or damaged (a backup killed, or just ending?); the next "
     "backup rebuilds it: {value}"},
    {"borg_version",
     "cette version de borg ne convient pas (1.1.12 à 1.4 sont lues), ici ou en face : {value}",
     "this version of borg does not fit (1.1.12 to 1.4 are read), here or on the other side: "
     "{value}"},
    {"borg_not_encrypted",
     "dépôt non chiffré, alors qu'une phrase secrète est donnée : remplacé par un autre ? {value}",
     "repository not encrypted although a passphrase is given: replaced by another? {value}"},
    {"borg_replaced",
     "ce n'est plus le dépôt connu, ou il est revenu à un état antérieur : {value}",
     "this is not the known repository any more, or it went back to an earlier state: {value}"},
    {"borg_moved",
     "dépôt déplacé ou vu par une autre adresse ; si c'est voulu, relocation_allowed : {value}",
     "repository moved or seen by another address; if it is meant, relocation_allowed: {value}"},
    {"borg_locked", "verrou tenu par un autre borg : {value}",
     "a lock is held by another borg: {value}"},
    {"borg_permission", "accès au dépôt refusé : {value}",
     "access to the repository denied: {value}"},
    {"borg_base_dir",
     "borg ne peut pas écrire ses notes ; lui donner un répertoire (borg_base_dir) : {value}",
     "borg cannot write its notes; give it a directory (borg_base_dir): {value}"},
    {"borg_unreachable", "dépôt injoignable : {value}", "repository cannot be reached: {value}"},
    {"borg_changed", "la dernière archive a changé pendant la lecture : {value}",
     "the newest archive changed while it was read: {value}"},
});

constexpr auto reasons = backup::joined(own_reasons, backup::reasons);

}  // namespace
}  // namespace borg

extern const Collector borg_collector;
constexpr Collector borg_collector = {
    .name = "borg",
    .summary = "Age, size and readability of the newest archives in a Borg repository.",
    .families = backup::families,
    .settings = borg::settings,
    .reasons = borg::reasons,
    .plan = borg::plan,
    .interpret = borg::interpret};

}  // namespace ght::collectors
