#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "agent/core/collector.h"
#include "agent/core/limits.h"
#include "agent/core/text.h"
#include "collectors/backup/contract.h"
#include "collectors/backup/pgbackrest/pgbackrest_copies.h"
#include "collectors/backup/pgbackrest/pgbackrest_known.h"
#include "collectors/backup/pgbackrest/pgbackrest_read.h"
#include "collectors/helper_outcome.h"

namespace ght::collectors {
namespace pgbackrest {
namespace {

std::string name_of_backup(const Settings& settings) {
  const auto* given = settings.find<std::string>("backup");
  return given == nullptr ? settings.get<std::string>("stanza") : *given;
}

backup::Name name_of(const Settings& settings, std::int64_t repo) {
  return {.backup = name_of_backup(settings), .repository = "repo" + std::to_string(repo)};
}

Result<void> check(const Settings& settings) {
  const auto& stanza = settings.get<std::string>("stanza");
  const bool plain = std::ranges::all_of(stanza, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
  if (!plain) return Error{"stanza", "expected letters, digits, \"-\", \"_\" and \".\" only"};
  if (const auto* repos = settings.find<std::vector<std::int64_t>>("repos");
      repos != nullptr && repos->empty()) {
    return Error{"repos", "expected at least one number"};
  }
  return {};
}

RunHelper command(const Settings& settings) {
  RunHelper step{.program = "pgbackrest", .arguments = {"info", "--output=json"}};
  step.arguments.push_back("--stanza=" + settings.get<std::string>("stanza"));
  if (const auto* config = settings.find<std::string>("config")) {
    step.arguments.push_back("--config=" + *config);
  }
  step.arguments.emplace_back("--log-level-file=off");  // it would write a log
  return step;
}

RunHelper look_at(const Settings& settings, const Backup& backup) {
  RunHelper step = command(settings);
  step.arguments.push_back("--repo=" + std::to_string(backup.repo));
  step.arguments.push_back("--set=" + backup.label);
  return step;
}

// The first round's answer; a reason when it is none.
std::optional<Reason> read_listing(const Settings& settings, const Evidence& evidence,
                                   Stanza& stanza) {
  const auto answer =
      backup::helper_answer(backup::own_evidence(evidence), 0, "pgbackrest info", failure_reason);
  if (const auto* reason = std::get_if<Reason>(&answer)) return *reason;
  auto read =
      read_info(std::get<const HelperResult*>(answer)->out, settings.get<std::string>("stanza"));
  if (!read.ok()) return backup::not_understood(read.error().text());
  stanza = std::move(read).value();
  return std::nullopt;
}

// Those of the settings; without, all that pgBackRest names now or has ever named: one that is gone
// from its configuration is missed, not forgotten.
Keys wanted(const Settings& settings, const Known& known, const Stanza& stanza) {
  if (const auto* given = settings.find<std::vector<std::int64_t>>("repos")) {
    return {given->begin(), given->end()};
  }
  Keys keys = known.repos;
  for (const Repo& each : stanza.repos) keys.insert(each.key);
  return keys;
}

// The copies to look at in the second round, in this order.
std::vector<const Backup*> newest_copies(const Keys& keys, const Stanza& stanza) {
  std::vector<const Backup*> all;
  if (stanza.database_mismatch) return all;
  for (const std::int64_t key : keys) {
    const Repo* repo = find_repo(stanza, key);
    if (repo == nullptr || repo_reason(*repo)) continue;
    const Copies copies = copies_in(stanza, key);
    if (!copies.complete.empty()) all.push_back(copies.complete.front());
  }
  return all;
}

Result<Plan> plan(const Settings& settings, const Evidence& so_far, const Memory& before) {
  GHT_TRY_VOID(check(settings));
  if (so_far.empty()) {
    return backup::first_round({name_of_backup(settings)}, {command(settings)});
  }
  Stanza stanza;
  if (so_far.size() > 2 || read_listing(settings, so_far, stanza)) return Plan{};
  Plan looks;
  for (const Backup* each :
       newest_copies(wanted(settings, recall(backup::own_memory(before)), stanza), stanza)) {
    looks.emplace_back(look_at(settings, *each));
  }
  return looks;
}

// What the second round said of one copy.
struct Look {
  bool gone = false;                    // listed, but its folder is not there
  std::optional<Reason> unproven = {};  // why its list of files could not be read
};

Look read_look(const Settings& settings, const Backup& copy, std::span<const StepResult> own,
               std::size_t at) {
  const auto answer = backup::helper_answer(own, at, "pgbackrest info --set", failure_reason);
  if (const auto* reason = std::get_if<Reason>(&answer)) return {.unproven = *reason};
  const auto read =
      read_info(std::get<const HelperResult*>(answer)->out, settings.get<std::string>("stanza"));
  if (!read.ok()) return {.unproven = backup::not_understood(read.error().text())};
  const Stanza& said = read.value();
  if (said.repos.size() != 1 || said.repos.front().key != copy.repo) {
    return {.unproven = backup::not_understood("pgbackrest info --set: another repository")};
  }
  if (said.repos.front().code == Code::backup_missing) return {.gone = true};
  if (auto reason = repo_reason(said.repos.front())) return {.unproven = std::move(reason)};
  if (said.backups.size() != 1 || said.backups.front().label != copy.label) {
    return {.unproven = backup::not_understood("pgbackrest info --set: another backup")};
  }
  return {};
}

backup::Copy as_copy(const Backup& backup) {
  return {.begun = backup.begun, .duration = backup.duration, .size = backup.size};
}

// An item, and what the contract has no place for.
struct Judged {
  backup::Item item;
  std::optional<Reason> incomplete =
      {};  // why the newest backup is no copy, in this collector's words
  std::optional<WallTime> newest_full = {};
};

Judged judged(const Stanza& stanza, const backup::Name& name, const Copies& copies,
              const Look& look) {
  Judged one;
  backup::Reading reading;
  std::size_t next = 0;
  if (copies.newest != nullptr) one.incomplete = incomplete(stanza, *copies.newest);
  if (look.gone) {
    next = 1;
    if (!one.incomplete) {
      one.incomplete = Reason{.code = "pgbackrest_files_gone", .value = copies.newest->label};
    }
  }
  if (next < copies.complete.size()) {
    reading.newest = as_copy(*copies.complete[next]);
  }
  // A run whose files could not be looked at has not been seen to succeed.
  if (copies.newest != nullptr && (one.incomplete || !look.unproven)) {
    reading.last_run = backup::Run{.begun = copies.newest->begun};
    if (one.incomplete) {
      reading.last_run->end = BackupRun::End::partial;
      reading.last_run->detail = std::get<std::string>(one.incomplete->value);
    }
  }
  for (; next < copies.complete.size(); ++next) {
    if (!copies.complete[next]->full) continue;
    one.newest_full = copies.complete[next]->begun;
    break;
  }
  reading.newest_unproven = look.unproven;
  one.item = {.name = name, .state = std::move(reading)};
  return one;
}

Reason repo_gone(std::int64_t key) {
  return {.code = "pgbackrest_repo_gone", .value = "repo" + std::to_string(key)};
}

std::vector<Judged> judge_all(const Settings& settings, const Evidence& evidence, const Keys& keys,
                              const Stanza& stanza) {
  const auto own = backup::own_evidence(evidence);
  std::size_t next_look = 1;
  std::vector<Judged> all;
  for (const std::int64_t key : keys) {
    const backup::Name name = name_of(settings, key);
    const Repo* repo = find_repo(stanza, key);
    std::optional<Reason> unread = repo == nullptr ? repo_gone(key) : repo_reason(*repo);
    if (!unread && stanza.database_mismatch) {
      unread = Reason{.code = "pgbackrest_database_mismatch"};
    }
    if (unread) {
      all.push_back({.item = {.name = name, .state = *std::move(unread)}});
      continue;
    }
    const Copies copies = copies_in(stanza, key);
    Look look;
    if (!copies.complete.empty()) {
      look = read_look(settings, *copies.complete.front(), own, next_look);
      ++next_look;
    }
    all.push_back(judged(stanza, name, copies, look));
  }
  return all;
}

// "The newest backup is partial" in words that say what is missing.
void name_what_is_missing(Observation& observation, const std::vector<Judged>& all) {
  if (observation.reason.code != "backup_partial") return;
  for (const Judged& one : all) {
    const bool named = observation.reason.subject.empty() ||
                       observation.reason.subject == one.item.name.repository;
    if (!one.incomplete || !named) continue;
    observation.reason.code = one.incomplete->code;
    observation.reason.value = one.incomplete->value;
    observation.reason.expected = one.incomplete->expected;
    return;
  }
}

// Increments need their full backup, and all of them are lost with it.
void judge_full(Observation& observation, const Settings& settings, const std::vector<Judged>& all,
                WallTime now) {
  const auto* max_age = settings.find<Duration>("full_max_age");
  if (max_age == nullptr || observation.verdict == Verdict::bad) return;
  for (const Judged& one : all) {
    const auto* reading = std::get_if<backup::Reading>(&one.item.state);
    if (reading == nullptr || !reading->newest) continue;
    if (one.newest_full && backup::age_of(*one.newest_full, now) <= *max_age) continue;
    observation.verdict = Verdict::bad;
    observation.reason = {.code = "pgbackrest_no_full", .expected = *max_age};
    if (one.newest_full) {
      observation.reason.code = "pgbackrest_full_too_old";
      observation.reason.value = backup::age_of(*one.newest_full, now);
    }
    if (all.size() > 1) observation.reason.subject = one.item.name.repository;
    return;
  }
}

Observation interpret(const Settings& settings, const Evidence& evidence, const Memory& before,
                      WallTime now) {
  Known known = recall(backup::own_memory(before));
  Stanza stanza;
  if (const auto reason = read_listing(settings, evidence, stanza)) {
    std::vector<backup::Name> names;
    for (const std::int64_t key : wanted(settings, known, {})) {
      names.push_back(name_of(settings, key));
    }
    Observation unread = backup::nothing_read(settings, evidence, names, *reason, before, now);
    if (names.empty()) {  // not even which repositories there are
      const auto since = unread.reason.unproven_since;
      unread.reason = *reason;
      unread.reason.unproven_since = since;
    }
    return unread;
  }
  const Keys keys = wanted(settings, known, stanza);
  for (const Repo& each : stanza.repos) known.repos.insert(each.key);
  if (settings.find<std::vector<std::int64_t>>("repos") != nullptr) known.repos = keys;
  follow_running(known, stanza, now);
  std::vector<Judged> all = judge_all(settings, evidence, keys, stanza);
  std::vector<backup::Item> items;
  for (Judged& one : all) {
    if (auto* reading = std::get_if<backup::Reading>(&one.item.state)) {
      reading->running_since = known.running_since;
    }
    items.push_back(one.item);
  }
  Observation observation =
      backup::conclude(settings, evidence, items, as_memory(known), before, now);
  name_what_is_missing(observation, all);
  judge_full(observation, settings, all, now);
  return observation;
}

constexpr auto own_settings = std::to_array<Field>({
    {.key = "stanza",
     .kind = FieldKind::text,
     .need = Need::required,
     .min = 1,
     .max = 128,
     .help = "The stanza, as pgBackRest's configuration names it; also the label `backup`."},
    {.key = "config",
     .kind = FieldKind::path,
     .help = "pgBackRest's configuration file, when it is not where pgBackRest looks itself."},
    {.key = "repos",
     .kind = FieldKind::integer_list,
     .min = 1,
     .max = 256,
     .help = "Numbers of the repositories that must each hold a fresh copy (1 for repo1); without "
             "it, all that pgBackRest names or has ever named."},
    {.key = "full_max_age",
     .kind = FieldKind::duration,
     .min = 3600,
     .max = 366 * backup::field::day,
     .help = "Age that the newest full backup of each repository may reach."},
});

constexpr auto settings = backup::with_common(own_settings);

constexpr auto own_reasons = std::to_array<ReasonText>({
    {"pgbackrest_configuration", "configuration de pgBackRest absente ou refusée : {value}",
     "pgBackRest's configuration is missing or refused: {value}"},
    {"pgbackrest_permission", "accès refusé au compte qui exécute pgBackRest : {value}",
     "access denied to the account that runs pgBackRest: {value}"},
    {"pgbackrest_unreachable", "dépôt pgBackRest injoignable : {value}",
     "pgBackRest repository cannot be reached: {value}"},
    {"pgbackrest_no_stanza",
     "cette stanza n'existe pas dans ce dépôt : vidé, non monté, ou stanza-create jamais fait "
     "({value})",
     "this stanza is not in this repository: emptied, not mounted, or stanza-create never done "
     "({value})"},
    {"pgbackrest_no_stanza_data",
     "la stanza a perdu son inventaire (backup.info ou archive.info) : {value}",
     "the stanza has lost its inventory (backup.info or archive.info): {value}"},
    {"pgbackrest_damaged", "inventaire du dépôt endommagé : {value}",
     "inventory of the repository damaged: {value}"},
    {"pgbackrest_not_decrypted",
     "inventaire illisible : mauvaise phrase de chiffrement, ou fichier endommagé ({value})",
     "inventory not readable: wrong cipher passphrase, or a damaged file ({value})"},
    {"pgbackrest_failed", "pgBackRest a échoué : {value}", "pgBackRest failed: {value}"},
    {"pgbackrest_repo_gone",
     "{value} a disparu de la configuration de pgBackRest (si c'est voulu : réglage « repos »)",
     "{value} is gone from pgBackRest's configuration (if that is meant: setting \"repos\")"},
    {"pgbackrest_database_mismatch",
     "les dépôts ne parlent pas de la même base : stanza-upgrade à faire sur l'un d'eux",
     "the repositories are not about the same database: one needs a stanza-upgrade"},
    {"pgbackrest_page_errors",
     "la sauvegarde {value} contient des pages corrompues : la base elle-même est à vérifier "
     "(pgbackrest info --set={value})",
     "the backup {value} has corrupted pages: look at the database itself (pgbackrest info "
     "--set={value})"},
    {"pgbackrest_wal_missing",
     "la sauvegarde {value} n'est pas restaurable : journaux {expected} absents de l'archive",
     "the backup {value} cannot be restored: write-ahead log {expected} not in the archive"},
    {"pgbackrest_reference_missing",
     "la sauvegarde {value} n'est pas restaurable : elle s'appuie sur {expected}, qui n'est plus "
     "là",
     "the backup {value} cannot be restored: it needs {expected}, which is gone"},
    {"pgbackrest_files_gone",
     "la sauvegarde {value} est encore à l'inventaire, mais pgBackRest ne la trouve plus dans le "
     "dépôt",
     "the backup {value} is still in the inventory, but pgBackRest does not find it in the "
     "repository"},
    {"pgbackrest_full_too_old",
     "dernière sauvegarde complète (full) il y a {value}, au-delà de {expected}",
     "last full backup {value} ago, beyond {expected}"},
    {"pgbackrest_no_full",
     "aucune sauvegarde complète (full) dans ce dépôt (exigée tous les {expected})",
     "no full backup in this repository (wanted every {expected})"},
});

constexpr auto reasons = backup::joined(own_reasons, backup::reasons);

}  // namespace
}  // namespace pgbackrest

extern const Collector pgbackrest_collector;
constexpr Collector pgbackrest_collector = {
    .name = "pgbackrest",
    .summary =
        "Age, completeness and list of files of the newest backup in each repository of a "
        "pgBackRest stanza.",
    .families = backup::families,
    .settings = pgbackrest::settings,
    .reasons = pgbackrest::reasons,
    .plan = pgbackrest::plan,
    .interpret = pgbackrest::interpret};

}  // namespace ght::collectors
