#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "agent/core/collector.h"
#include "agent/core/limits.h"
#include "agent/core/text.h"
#include "collectors/backup/barman/barman_read.h"
#include "collectors/backup/contract.h"
#include "collectors/helper_outcome.h"

namespace ght::collectors {
namespace barman {
namespace {

using Texts = std::vector<std::string>;

const std::string& server_of(const Settings& settings) {
  return settings.get<std::string>("server");
}

backup::Name name_of(const Settings& settings) {
  const auto* given = settings.find<std::string>("backup");
  return {.backup = given == nullptr ? server_of(settings) : *given,
          .repository = settings.get<std::string>("home")};
}

Result<void> check(const Settings& settings) {
  const std::string& server = server_of(settings);
  const bool plain = std::ranges::all_of(server, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
  if (!plain || server.starts_with('-') || server == "all") {
    return Error{"server", "expected the name of one server, as in brackets in barman.conf"};
  }
  return {};
}

RunHelper command(const Settings& settings, Texts words) {
  RunHelper step{.program = "barman"};
  if (const auto* config = settings.find<std::string>("config")) {
    step.arguments = {"--config", *config};
  }
  for (const char* each : {"--format", "json"}) step.arguments.emplace_back(each);
  std::ranges::move(words, std::back_inserter(step.arguments));
  return step;
}

// Barman makes the folder `base` at the first backup, in one that its cron makes.
Plan look_at_folders(const Settings& settings) {
  const std::string parent = settings.get<std::string>("home") + "/" + server_of(settings);
  return {RunHelper{.program = "ls", .arguments = {"-ar", parent}},
          RunHelper{.program = "ls", .arguments = {"-ar", parent + "/base"}}};
}

// What the list says about the newest run, the newest copy and what came since.
struct Listing {
  std::vector<Listed> all;
  const Listed* newest_done = nullptr;
  const Listed* failed = nullptr;   // since then, the newest
  const Listed* running = nullptr;  // the newest of all, when it has not ended

  explicit Listing(std::vector<Listed> listed) : all(std::move(listed)) {
    for (const Listed& each : all) {
      if (each.status == Status::done) {
        newest_done = &each;
        return;
      }
      if (each.status == Status::failed) {
        if (failed == nullptr) failed = &each;
      } else if (&each == &all.front()) {
        running = &each;
      }
    }
  }
  Listing(const Listing&) = delete;  // the pointers are into `all`
  Listing& operator=(const Listing&) = delete;
};

std::optional<Reason> read_listing(const Settings& settings, const Evidence& evidence,
                                   std::vector<Listed>& all) {
  const auto answer = backup::helper_answer(backup::own_evidence(evidence), 0, "barman list-backup",
                                            failure_reason);
  if (const auto* reason = std::get_if<Reason>(&answer)) return *reason;
  auto read = read_list(std::get<const HelperResult*>(answer)->out, server_of(settings));
  if (!read.ok()) return backup::not_understood(read.error().text());
  all = std::move(read).value();
  return std::nullopt;
}

Result<Plan> plan(const Settings& settings, const Evidence& so_far, const Memory&) {
  GHT_TRY_VOID(check(settings));
  const std::string& server = server_of(settings);
  if (so_far.empty()) {
    return backup::first_round({name_of(settings).backup},
                               {command(settings, {"list-backup", server})});
  }
  std::vector<Listed> all;
  if (so_far.size() > 2 || read_listing(settings, so_far, all)) return Plan{};
  const Listing listing(std::move(all));
  // Barman lists nothing, and ends well, also when it may not read the folder.
  if (listing.all.empty()) return look_at_folders(settings);
  Plan looks;
  for (const Listed* each : {listing.newest_done, listing.failed}) {
    if (each != nullptr) looks.emplace_back(command(settings, {"show-backup", server, each->id}));
  }
  return looks;
}

// What a folder holds, one name a line; a reason when that cannot be known.
std::optional<Reason> read_folder(std::span<const StepResult> own, std::size_t at,
                                  std::string_view& names) {
  const auto* result = at < own.size() ? std::get_if<HelperResult>(&own[at]) : nullptr;
  if (result == nullptr) return backup::not_understood("the folder was not looked at");
  if (result->end == HelperEnd::exited && result->code != 0 && !result->err.empty()) {
    return Reason{.code = "barman_folder",
                  .value = clean_text(result->err, limits::reason_value_bytes)};
  }
  if (auto failed = helper_failure(*result, {})) return failed->reason;
  // In reverse order the folder itself comes last: the answer is whole.
  names = result->out;
  constexpr std::string_view end = "..\n.\n";
  if (!names.ends_with(end) ||
      !(names.size() == end.size() || names[names.size() - end.size() - 1] == '\n')) {
    return backup::not_understood("ls -ar: expected the folder itself at the end");
  }
  names.remove_suffix(end.size());
  return std::nullopt;
}

bool has_line(std::string_view lines, std::string_view wanted) {
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    if (lines.substr(0, end) == wanted) return true;
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return false;
}

// An empty list is no backup only when its folder may be read and is empty, or was never made.
std::optional<Reason> nothing_proven(std::span<const StepResult> own) {
  std::string_view parent;
  std::string_view base;
  if (auto reason = read_folder(own, 1, parent)) return reason;
  if (!has_line(parent, "base")) {
    // Not even a name: more likely a disk that is not mounted.
    if (!parent.empty()) return std::nullopt;
    return Reason{.code = "barman_folder", .value = std::string("the server's folder is empty")};
  }
  if (auto reason = read_folder(own, 2, base)) return reason;
  if (base.empty()) return std::nullopt;
  return Reason{.code = "barman_not_listed", .value = clean_text(base, limits::reason_value_bytes)};
}

// Barman does not say when a failed backup began, but its id does, in local time; the newest copy
// shows by how much that differs from UTC (a multiple of 15 minutes).
WallTime begun_of_failed(const Listed& failed, const Listed& done, WallTime done_begun,
                         WallTime now) {
  constexpr WallDuration step = std::chrono::minutes(15);
  const WallDuration apart = *as_if_utc(done.id) - done_begun;
  const WallDuration offset = step * ((apart + step * 100 + step / 2) / step - 100);
  const WallTime begun = *as_if_utc(failed.id) - offset;
  // It is listed as the newer one, and it is over, whatever summer time makes of it.
  return std::clamp(begun, done_begun, std::max(done_begun, now));
}

// Since when the newest backup is seen not to have ended; by its id.
nlohmann::json follow_running(const nlohmann::json& own, const Listed* running, WallTime now,
                              backup::Reading& reading) {
  if (running == nullptr) return nlohmann::json::object();
  reading.running_since = now;
  if (own.is_object() && own.contains("running") && own["running"] == running->id &&
      own.contains("since") && own["since"].is_number_unsigned()) {
    const auto since = own["since"].get<std::uint64_t>();
    if (since <= static_cast<std::uint64_t>(std::max<std::int64_t>(0, to_unix_ms(now)))) {
      reading.running_since = wall_from_unix_ms(static_cast<std::int64_t>(since));
    }
  }
  return {{"running", running->id},
          {"since", static_cast<std::uint64_t>(to_unix_ms(*reading.running_since))}};
}

// Why it failed; its id when Barman does not say. That it failed is known already.
Result<std::string> why_failed(const Settings& settings, std::span<const StepResult> own,
                               std::size_t at, const Listed& failed) {
  const auto answer = backup::helper_answer(own, at, "barman show-backup", failure_reason);
  const auto* result = std::get_if<const HelperResult*>(&answer);
  if (result == nullptr) return failed.id;
  GHT_TRY(const Shown shown, read_backup((*result)->out, server_of(settings), failed.id));
  return shown.error.empty() ? failed.id : shown.error;
}

// `only_failed`: why the newest backup failed, when none has succeeded.
std::optional<Reason> read_copies(const Settings& settings, std::span<const StepResult> own,
                                  const Listing& listing, WallTime now, backup::Reading& reading,
                                  std::string& only_failed) {
  std::string why;
  if (listing.failed != nullptr) {
    auto said = why_failed(settings, own, listing.newest_done == nullptr ? 1 : 2, *listing.failed);
    if (!said.ok()) return backup::not_understood(said.error().text());
    why = std::move(said).value();
  }
  if (listing.newest_done == nullptr) {
    only_failed = std::move(why);
    return std::nullopt;
  }
  const auto answer = backup::helper_answer(own, 1, "barman show-backup", failure_reason);
  if (const auto* reason = std::get_if<Reason>(&answer)) return *reason;
  const Listed& done = *listing.newest_done;
  const auto shown =
      read_backup(std::get<const HelperResult*>(answer)->out, server_of(settings), done.id);
  if (!shown.ok()) return backup::not_understood(shown.error().text());
  const Shown& copy = shown.value();
  if (copy.status != Status::done || !copy.begun) {
    return backup::not_understood("barman show-backup: the status has changed since it was listed");
  }
  reading.newest = backup::Copy{.begun = *copy.begun, .duration = copy.duration, .size = copy.size};
  reading.last_run = backup::Run{.begun = *copy.begun};
  if (listing.failed == nullptr) return std::nullopt;
  reading.last_run->begun = begun_of_failed(*listing.failed, done, *copy.begun, now);
  reading.last_run->end = BackupRun::End::failed;
  reading.last_run->detail = std::move(why);
  return std::nullopt;
}

// "No backup" in words that say what there is instead.
void name_what_there_is(Observation& observation, const Listing& listing,
                        const std::string& only_failed) {
  if (observation.reason.code != "backup_never" || listing.all.empty()) return;
  const Listed& newest = listing.all.front();
  if (newest.status == Status::waiting_for_wals) {
    observation.reason.code = "barman_waits_for_wal";
    observation.reason.value = newest.id;
  } else if (listing.failed != nullptr) {
    observation.reason.code = "barman_only_failed";
    observation.reason.value = clean_text(only_failed, limits::reason_value_bytes);
  }
}

Observation interpret(const Settings& settings, const Evidence& evidence, const Memory& before,
                      WallTime now) {
  const auto unread = [&](const Reason& reason) {
    return backup::nothing_read(settings, evidence, {name_of(settings)}, reason, before, now);
  };
  std::vector<Listed> all;
  if (const auto reason = read_listing(settings, evidence, all)) return unread(*reason);
  const Listing listing(std::move(all));
  const auto own = backup::own_evidence(evidence);
  if (listing.all.empty()) {
    if (const auto reason = nothing_proven(own)) return unread(*reason);
  }
  backup::Reading reading;
  std::string only_failed;
  if (const auto reason = read_copies(settings, own, listing, now, reading, only_failed)) {
    return unread(*reason);
  }
  const nlohmann::json memory =
      follow_running(backup::own_memory(before), listing.running, now, reading);
  Observation observation = backup::conclude(
      settings, evidence, {{.name = name_of(settings), .state = std::move(reading)}}, memory,
      before, now);
  name_what_there_is(observation, listing, only_failed);
  return observation;
}

constexpr auto own_settings = std::to_array<Field>({
    {.key = "server",
     .kind = FieldKind::text,
     .need = Need::required,
     .min = 1,
     .max = 128,
     .help = "The server, as Barman's configuration names it; also the label `backup`."},
    {.key = "config",
     .kind = FieldKind::path,
     .help = "Barman's configuration file, when it is not where Barman looks itself."},
    {.key = "home",
     .kind = FieldKind::path,
     .fallback = "\"/var/lib/barman\"",
     .help = "Barman's barman_home: where an empty list is proven to be one; also the label "
             "`repository`."},
});

constexpr auto settings = backup::with_common(own_settings);

constexpr auto own_reasons = std::to_array<ReasonText>({
    {"barman_wrong_user", "Barman refuse le compte qui l'exécute : {value}",
     "Barman refuses the account that runs it: {value}"},
    {"barman_configuration", "configuration de Barman absente, illisible ou refusée : {value}",
     "Barman's configuration is missing, not readable or refused: {value}"},
    {"barman_no_server", "Barman ne connaît pas ce serveur : {value}",
     "Barman does not know this server: {value}"},
    {"barman_inactive", "serveur désactivé dans Barman : {value}",
     "server disabled in Barman: {value}"},
    {"barman_backup_gone", "sauvegarde supprimée pendant la lecture : {value}",
     "backup deleted while it was read: {value}"},
    {"barman_lock", "verrou de Barman inaccessible : {value}",
     "Barman's lock cannot be used: {value}"},
    {"barman_permission", "accès au catalogue de Barman refusé : {value}",
     "access to Barman's catalogue denied: {value}"},
    {"barman_damaged", "catalogue de Barman endommagé : {value}",
     "Barman's catalogue is damaged: {value}"},
    {"barman_failed", "Barman a échoué : {value}", "Barman failed: {value}"},
    {"barman_only_failed", "aucune sauvegarde réussie ; la dernière a échoué : {value}",
     "no backup has succeeded; the last one failed: {value}"},
    {"barman_waits_for_wal",
     "aucune sauvegarde complète ; {value} attend encore ses journaux (WAL) : archivage à vérifier",
     "no complete backup; {value} still waits for its write-ahead log: look at the archiving"},
    {"barman_folder",
     "Barman ne liste rien, et son dossier est absent ou illisible (réglage « home ») : {value}",
     "Barman lists nothing, and its folder is missing or not readable (setting \"home\"): {value}"},
    {"barman_not_listed", "Barman ne liste rien, mais son dossier n'est pas vide : {value}",
     "Barman lists nothing, but its folder is not empty: {value}"},
});

constexpr auto reasons = backup::joined(own_reasons, backup::reasons);

}  // namespace
}  // namespace barman

extern const Collector barman_collector;
constexpr Collector barman_collector = {
    .name = "barman",
    .summary = "Age, status and size of the newest backup of a Barman server.",
    .families = backup::families,
    .settings = barman::settings,
    .reasons = barman::reasons,
    .plan = barman::plan,
    .interpret = barman::interpret};

}  // namespace ght::collectors
