// The jobs of a Veeam Backup & Replication server, by its REST API. README.md says what it proves.
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "agent/core/collector.h"
#include "agent/core/limits.h"
#include "agent/core/reasons.h"
#include "collectors/availability/peer_settings.h"
#include "collectors/availability/web_settings.h"
#include "collectors/backup/contract.h"
#include "collectors/backup/veeam/veeam_jobs.h"
#include "collectors/backup/veeam/veeam_list.h"
#include "collectors/backup/veeam/veeam_memory.h"

namespace ght::collectors {
namespace veeam {
namespace {

using backup::optional_text;

using Texts = std::vector<std::string>;

constexpr std::string_view https = "https://";

// A page of this many jobs fits limits::veeam_body_bytes; a server may give fewer.
constexpr std::size_t page_size = 500;

// An upgraded server may know a newer revision, which lists more kinds of jobs.
constexpr WallDuration revision_age = std::chrono::hours(24);

Texts list(const Settings& settings, std::string_view key) {
  const auto* given = settings.find<Texts>(key);
  return given == nullptr ? Texts{} : *given;
}

// https://server[:port], without the slash at the end.
std::string base_of(const Settings& settings) {
  std::string url = settings.get<std::string>("url");
  if (url.ends_with('/')) url.pop_back();
  return url;
}

Wanted wanted_of(const Settings& settings) {
  return {.jobs = list(settings, "jobs"),
          .ignored = list(settings, "ignored_jobs"),
          .backup = optional_text(settings, "backup"),
          .server = base_of(settings).substr(https.size()),
          .warning_is_good = settings.get<std::string>("warning_is") == "good"};
}

bool is_revision(const std::string& text) {
  // <version>-<revision>: 1.3-rev2
  const std::size_t mark = text.find("-rev");
  const auto number = [](std::string_view part, bool dots) {
    return !part.empty() && part.size() <= 8 && std::ranges::all_of(part, [&](char c) {
      return (c >= '0' && c <= '9') || (dots && c == '.');
    });
  };
  return mark != std::string::npos && number(std::string_view(text).substr(0, mark), true) &&
         number(std::string_view(text).substr(mark + 4), false);
}

Result<void> check_names(const Settings& settings) {
  for (const char* key : {"jobs", "ignored_jobs"}) {
    Texts names = list(settings, key);
    std::ranges::sort(names);
    const auto twice = std::ranges::adjacent_find(names);
    if (twice != names.end()) {
      return Error{std::string("settings.") + key, "\"" + *twice + "\" stands there twice"};
    }
    if (std::ranges::find(names, "") != names.end()) {
      return Error{std::string("settings.") + key, "expected names of jobs, none of them empty"};
    }
  }
  if (settings.find<Texts>("jobs") == nullptr) {
    if (settings.find<Duration>("restore_test_max_age") != nullptr &&
        settings.find<std::string>("backup") == nullptr) {
      return Error{"settings.restore_test_max_age",
                   "expected `jobs` or `backup` beside it: restore tests are recorded by name"};
    }
  } else if (settings.find<Texts>("ignored_jobs") != nullptr) {
    return Error{"settings.ignored_jobs", "has no effect beside `jobs`"};
  }
  return {};
}

Result<void> check(const Settings& settings) {
  const std::string base = base_of(settings);
  GHT_TRY_VOID(check_web_url(base));
  if (!base.starts_with(https) || base.find_first_of("/?#", https.size()) != std::string::npos) {
    return Error{"settings.url", "\"" + base + "\": expected https://server:9419, and no path"};
  }
  for (const std::string& revision : list(settings, "api_versions")) {
    if (!is_revision(revision)) {
      return Error{"settings.api_versions",
                   "\"" + revision + "\": expected revisions such as 1.3-rev2"};
    }
  }
  return check_names(settings);
}

// The one that the server knew last time first, then the newest.
Texts revisions_of(const Settings& settings, const Recall& before) {
  Texts revisions = list(settings, "api_versions");
  const auto known = std::ranges::find(revisions, before.revision);
  if (known != revisions.end()) std::rotate(revisions.begin(), known, std::next(known));
  return revisions;
}

Result<HttpExchange> request(const Settings& settings, const Question& question) {
  const std::string base = base_of(settings);
  HttpExchange step;
  step.url = base + "/api/v1/jobs/states?skip=" + std::to_string(question.skip) +
             "&limit=" + std::to_string(page_size);
  step.headers = {{"x-api-version", question.revision}, {"Accept", "application/json"}};
  GHT_TRY(step.tls, tls_client_of(settings));
  step.credential = {.kind = Credential::Kind::oauth2_password,
                     .user = settings.get<std::string>("username"),
                     .secret_file = settings.get<std::string>("password_file"),
                     .token_url = base + "/api/oauth2/token",
                     .logout_url = base + "/api/oauth2/logout"};
  step.max_body = limits::veeam_body_bytes;
  return step;
}

// What may have been reported to the agent, by name.
Texts reported_names(const Wanted& wanted, const Recall& before) {
  Texts names;
  for (const backup::Name& name : names_of(wanted, before)) names.push_back(name.backup);
  const auto same = std::ranges::unique(names);
  names.erase(same.begin(), same.end());
  return names;
}

Result<Plan> plan(const Settings& settings, const Evidence& so_far, const Memory& before) {
  GHT_TRY_VOID(check(settings));
  const Recall recalled = recall(backup::own_memory(before));
  const Walk walked = walk(revisions_of(settings, recalled), backup::own_evidence(so_far));
  if (!walked.next) return Plan{};
  GHT_TRY(HttpExchange step, request(settings, *walked.next));
  if (!so_far.empty()) return Plan{std::move(step)};
  return backup::first_round(reported_names(wanted_of(settings), recalled), {std::move(step)});
}

Reason not_listed(const Walk& walked) {
  if (walked.failed) return *walked.failed;
  return {.code = reasons::collector_error, .value = "the list was not read to its end"};
}

// Which revision the next run begins with.
void remember_revision(const Walk& walked, const Recall& before, WallTime now, Recall& after) {
  const bool known = walked.revision == before.revision && before.since <= now;
  if (known && now - before.since >= revision_age) return;
  after.revision = walked.revision;
  after.since = known ? before.since : now;
}

Observation interpret(const Settings& settings, const Evidence& evidence, const Memory& before,
                      WallTime now) {
  const Wanted wanted = wanted_of(settings);
  const Recall recalled = recall(backup::own_memory(before));
  const Walk walked = walk(revisions_of(settings, recalled), backup::own_evidence(evidence));
  if (walked.next || walked.failed) {
    return backup::nothing_read(settings, evidence, names_of(wanted, recalled), not_listed(walked),
                                before, now);
  }
  Judged found = judged(wanted, walked, recalled, now);
  Recall after;
  after.jobs = std::move(found.jobs);
  remember_revision(walked, recalled, now, after);
  Observation observation =
      backup::conclude(settings, evidence, found.items, remember(after), before, now);
  if (observation.reason.code == "backup_never" && !found.missing.empty()) {
    std::string names;
    for (const std::string& name : found.missing) names += (names.empty() ? "" : ", ") + name;
    observation.reason.code = "veeam_job_missing";
    observation.reason.value = std::move(names);
    observation.reason.subject.clear();
  }
  return observation;
}

constexpr auto verdicts = std::to_array<std::string_view>({"bad", "good"});

constexpr auto server_settings = std::to_array<Field>({
    {.key = "url",
     .kind = FieldKind::text,
     .need = Need::required,
     .min = 1,
     .max = url_bytes,
     .help = "The server and the port of its REST API: https://vbr.example:9419."},
    {.key = "username",
     .kind = FieldKind::text,
     .need = Need::required,
     .min = 1,
     .max = user_bytes,
     .help = "Account with the role Veeam Backup Viewer; DOMAIN\\name for one of a domain."},
    {.key = "password_file",
     .kind = FieldKind::path,
     .need = Need::required,
     .help = "File whose first line is the account's password, readable by the agent only."},
    {.key = "api_versions",
     .kind = FieldKind::text_list,
     .fallback = R"(["1.3-rev2", "1.3-rev1", "1.3-rev0", "1.2-rev1", "1.2-rev0", "1.1-rev2",)"
                 R"( "1.1-rev1", "1.1-rev0"])",
     .min = 1,
     .max = 10,
     .help = "Revisions of the REST API to try, the preferred one first."},
    {.key = "jobs",
     .kind = FieldKind::text_list,
     .min = 1,
     .max = static_cast<double>(jobs_of_check),
     .help = "Names of the jobs to look at; without it, every job that makes backups."},
    {.key = "ignored_jobs",
     .kind = FieldKind::text_list,
     .min = 1,
     .max = 1000,
     .help = "Names of jobs to leave out, without `jobs`."},
    {.key = "warning_is",
     .kind = FieldKind::choice,
     .fallback = "\"bad\"",
     .help = "What a session that ended with a warning counts as: bad (not complete) or good.",
     .choices = verdicts},
});

constexpr auto settings = backup::with_common(joined(server_settings, trust_fields));

constexpr auto own_reasons = std::to_array<ReasonText>({
    {"veeam_revision",
     "le serveur ne connaît aucune révision de l'API parmi « api_versions » ({value})",
     "the server knows none of the API revisions in api_versions ({value})"},
    {"veeam_login_refused", "le serveur Veeam refuse le compte ou son mot de passe ({value})",
     "the Veeam server refuses the account or its password ({value})"},
    {"veeam_forbidden", "le compte n'a pas le droit de lire les tâches ({value})",
     "the account may not read the jobs ({value})"},
    {"veeam_no_api", "pas d'API REST de Veeam à cette adresse ({value})",
     "no REST API of Veeam at this address ({value})"},
    {"veeam_busy", "le serveur Veeam est surchargé ou indisponible ({value})",
     "the Veeam server is overloaded or unavailable ({value})"},
    {"veeam_status", "réponse inattendue du serveur Veeam ({value})",
     "unexpected answer of the Veeam server ({value})"},
    {"veeam_too_long", "la liste des tâches dépasse {value} par page",
     "the list of jobs is longer than {value} a page"},
    {"veeam_unreadable", "la liste des tâches est illisible : {value}",
     "the list of jobs is not readable: {value}"},
    {"veeam_endless", "la liste des tâches ne finit pas ({value} tâches en {expected} réponses)",
     "the list of jobs does not end ({value} jobs in {expected} answers)"},
    {"veeam_list_changed", "la liste des tâches a changé pendant sa lecture",
     "the list of jobs changed while it was read"},
    {"veeam_too_many",
     "{value} tâches, {expected} au plus par contrôle : nommez-les dans « jobs », en plusieurs "
     "contrôles",
     "{value} jobs, at most {expected} a check: name them in jobs, in several checks"},
    {"veeam_no_job", "le serveur ne montre aucune tâche de sauvegarde à ce compte",
     "the server shows no backup job to this account"},
    {"veeam_job_missing", "aucune tâche de ce nom n'est visible sur le serveur : {value}",
     "no job of this name can be seen on the server: {value}"},
    {"veeam_job_unreadable", "l'état de la tâche est illisible : {value}",
     "the job's state is not readable: {value}"},
    {"veeam_not_a_backup", "cette tâche ne fait pas de sauvegarde ({value})",
     "this job makes no backup ({value})"},
    {"veeam_same_labels", "plusieurs tâches ont les mêmes étiquettes : {value}",
     "several jobs have the same labels: {value}"},
});

constexpr auto reasons = backup::joined(own_reasons, backup::reasons);

}  // namespace
}  // namespace veeam

extern const Collector veeam_collector;
constexpr Collector veeam_collector = {
    .name = "veeam",
    .summary = "Age and result of the jobs of a Veeam Backup & Replication server.",
    .families = backup::families,
    .settings = veeam::settings,
    .reasons = veeam::reasons,
    .plan = veeam::plan,
    .interpret = veeam::interpret};

}  // namespace ght::collectors
