// Whether the jobs of a Bacula or Bareos made complete backups, by their catalogue in PostgreSQL.
#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "agent/core/collector.h"
#include "agent/core/limits.h"
#include "agent/core/text.h"
#include "collectors/backup/bacula/bacula_query.h"
#include "collectors/backup/bacula/bacula_read.h"
#include "collectors/backup/bacula/bacula_texts.h"
#include "collectors/backup/contract.h"
#include "collectors/helper_outcome.h"

namespace ght::collectors {
namespace bacula {
namespace {

using backup::optional_text;

using Texts = std::vector<std::string>;

// A job that a pattern found and that is gone from the catalogue: purged, or renamed. So long it is
// said that it has no backup; then it is taken for given up.
constexpr WallDuration forgotten_after = std::chrono::hours(24) * 35;

Result<Connection> check(const Settings& settings) {
  GHT_TRY(Connection connection, read_connection(settings.get<std::string>("connection")));
  const auto& jobs = settings.get<Texts>("jobs");
  for (const std::string& job : jobs) {
    if (!is_job_name(job)) {
      return Error{"jobs",
                   "expected names of jobs (letters, digits, space and - _ . :), in which * and ? "
                   "may stand for others"};
    }
  }
  if (settings.find<std::string>("backup") != nullptr &&
      (jobs.size() != 1 || is_pattern(jobs.front()))) {
    return Error{"backup", "only for a check of one job: the label is the job's name otherwise"};
  }
  return connection;
}

RunHelper ask(const Settings& settings, const Connection& connection) {
  const auto milliseconds = [](Duration duration) {
    return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
  };
  RunHelper step{.program = "psql"};
  step.arguments = {
      "--no-psqlrc",
      "--no-password",
      "--quiet",
      "--tuples-only",
      "--no-align",
      "--set=ON_ERROR_STOP=1",
      "--set=VERBOSITY=verbose",
      "--dbname=" + connection_words(connection, optional_text(settings, "password_file")),
      "--command=" + catalogue_query({.jobs = settings.get<Texts>("jobs"),
                                      .accept_warnings = settings.get<bool>("accept_warnings"),
                                      .ask_log = settings.find<Duration>("max_wait") != nullptr})};
  // The server ends what psql cannot: after the deadline nobody waits for the answer any more.
  step.environment.emplace_back("PGOPTIONS",
                                "-c default_transaction_read_only=on -c lock_timeout=5000 "
                                "-c max_parallel_workers_per_gather=0 -c statement_timeout=" +
                                    milliseconds(settings.get<Duration>("statement_timeout")));
  step.environment.emplace_back("PGCLIENTENCODING", "UTF8");
  return step;
}

// When each job that a pattern found was last seen in the catalogue.
using Seen = std::map<std::string, WallTime, std::less<>>;

Seen recall_seen(const Memory& memory) {
  Seen seen;
  const nlohmann::json own = backup::own_memory(memory);
  if (!own.is_object()) return seen;
  for (const auto& [name, at] : own.items()) {
    if (at.is_number_integer() && is_job_name(name) && !is_pattern(name)) {
      seen[name] = wall_from_unix_ms(at.get<std::int64_t>());
    }
  }
  return seen;
}

bool is_wanted(const Settings& settings, std::string_view name) {
  return std::ranges::any_of(settings.get<Texts>("jobs"),
                             [&](const std::string& each) { return matches(each, name); });
}

// The names of all items, whether the catalogue could be read or not: those of the settings, those
// that patterns found before or now, and a pattern that found none.
std::set<std::string> all_jobs(const Settings& settings, const Seen& seen) {
  std::set<std::string> names;
  for (const std::string& each : settings.get<Texts>("jobs")) {
    if (!is_pattern(each)) {
      names.insert(each);
      continue;
    }
    bool found = false;
    for (const auto& [name, at] : seen) {
      if (!matches(each, name)) continue;
      names.insert(name);
      found = true;
    }
    if (!found) names.insert(each);
  }
  return names;
}

backup::Name name_of(const Settings& settings, const Connection& connection,
                     const std::string& job) {
  const std::string given = optional_text(settings, "backup");
  return {.backup = given.empty() ? job : given, .repository = connection.label};
}

std::vector<backup::Name> all_names(const Settings& settings, const Connection& connection,
                                    const Seen& seen) {
  std::vector<backup::Name> names;
  for (const std::string& job : all_jobs(settings, seen)) {
    names.push_back(name_of(settings, connection, job));
  }
  return names;
}

Result<Plan> plan(const Settings& settings, const Evidence& so_far, const Memory& before) {
  GHT_TRY(const Connection connection, check(settings));
  if (!so_far.empty()) return Plan{};
  Texts backups;
  for (const backup::Name& name : all_names(settings, connection, recall_seen(before))) {
    backups.push_back(name.backup);
  }
  return backup::first_round(std::move(backups), {ask(settings, connection)});
}

// The answer, or why there is none that can be believed.
std::variant<Catalogue, Reason> read_answer(const Settings& settings, const Evidence& evidence) {
  const auto own = backup::own_evidence(evidence);
  const auto answer = backup::helper_answer(own, 0, "psql", failure_reason);
  if (const auto* reason = std::get_if<Reason>(&answer)) return *reason;
  auto catalogue = read_catalogue(std::get<const HelperResult*>(answer)->out);
  if (!catalogue.ok()) return backup::not_understood(catalogue.error().text());
  if (!is_known_version(catalogue.value().version)) {
    return Reason{.code = "bacula_version", .value = catalogue.value().version};
  }
  const bool accept = settings.get<bool>("accept_warnings");
  std::set<std::string_view> names;
  for (const Job& job : catalogue.value().jobs) {
    // What the server chose is verified again.
    if (!is_wanted(settings, job.name))
      return backup::not_understood("a job that was not asked for");
    if (!names.insert(job.name).second) return backup::not_understood("a job stands there twice");
    for (const auto* run : {&job.newest, &job.full}) {
      if (*run && !is_complete(**run, accept))
        return backup::not_understood("a run that is not complete");
    }
  }
  return std::move(catalogue).value();
}

backup::Run as_run(const Run& run, bool accept_warnings) {
  if (is_complete(run, accept_warnings)) return {.begun = run.begun};
  const bool partial = run.status == 'T' || run.status == 'W' || run.status == 'I';
  return {.begun = run.begun,
          .end = partial ? BackupRun::End::partial : BackupRun::End::failed,
          .detail = words_of(run)};
}

// Why the newest complete run cannot be restored as a whole; nullopt when nothing says so.
std::optional<Reason> broken_chain(const Job& job) {
  if (!job.newest || !job.fault.empty()) return std::nullopt;
  const Run& newest = *job.newest;
  if (!job.full || job.full->begun > newest.begun) {
    return Reason{.code = "bacula_no_full", .value = "JobId " + std::to_string(newest.id)};
  }
  for (const Run* run : {&newest, &*job.full}) {
    if (run->volumes_gone == 0) continue;
    return Reason{.code = "bacula_volume_gone",
                  .value = clean_text(run->gone_volume, limits::reason_value_bytes) + " (JobId " +
                           std::to_string(run->id) + ")"};
  }
  return std::nullopt;
}

// JobFiles of an Incremental against those of its Full: what was new or changed since the run
// before.
std::optional<double> changed_files(const Job& job) {
  if (job.newest->level != 'I' || !job.newest->files || !job.full->files.value_or(0)) {
    return std::nullopt;
  }
  return std::min(1.0,
                  static_cast<double>(*job.newest->files) / static_cast<double>(*job.full->files));
}

std::variant<backup::Reading, Reason> state_of(const Job& job, bool accept_warnings) {
  if (!job.fault.empty()) return backup::not_understood(job.name + ": " + job.fault);
  backup::Reading reading;
  if (job.last) reading.last_run = as_run(*job.last, accept_warnings);
  if (job.running) reading.running_since = job.running->begun;
  if (!job.newest || broken_chain(job)) return reading;
  reading.newest = backup::Copy{.begun = job.newest->begun,
                                .duration = job.newest->duration,
                                // What an Incremental adds is not what would be restored.
                                .size = job.full->bytes,
                                .changed_files = changed_files(job)};
  return reading;
}

// Bad beside what every backup is judged by: a Full that is too old, a job that waits too long.
std::optional<Reason> own_finding(const Settings& settings, const Job& job, WallTime now) {
  if (!job.fault.empty()) return std::nullopt;
  if (const auto* most = settings.find<Duration>("max_wait");
      most != nullptr && job.running && job.running->waiting_since) {
    const Duration waited = backup::age_of(*job.running->waiting_since, now);
    if (waited > *most) {
      return Reason{.code = "bacula_waits_for_volume", .value = waited, .expected = *most};
    }
  }
  if (const auto* most = settings.find<Duration>("full_max_age"); most != nullptr && job.full) {
    const Duration age = backup::age_of(job.full->begun, now);
    if (age > *most) {
      return Reason{.code = "bacula_full_too_old", .value = age, .expected = *most};
    }
  }
  return std::nullopt;
}

nlohmann::json as_memory(const Seen& seen) {
  nlohmann::json own = nlohmann::json::object();
  for (const auto& [name, at] : seen) own[name] = to_unix_ms(at);
  return own;
}

void forget(const Settings& settings, Seen& seen, WallTime now) {
  std::erase_if(seen, [&](const auto& entry) {
    return now - entry.second > forgotten_after || entry.second - now > forgotten_after ||
           !is_wanted(settings, entry.first);
  });
}

void see(const Settings& settings, const Catalogue& catalogue, Seen& seen, WallTime now) {
  const Texts& wanted = settings.get<Texts>("jobs");
  for (const Job& job : catalogue.jobs) {
    if (std::ranges::find(wanted, job.name) == wanted.end()) seen[job.name] = now;
  }
}

// Nothing was learnt. What a pattern stands for is not known then, unless it was before.
Observation unread(const Settings& settings, const Connection& connection, const Evidence& evidence,
                   const Seen& seen, const Reason& reason, const Memory& before, WallTime now) {
  std::vector<backup::Name> names = all_names(settings, connection, seen);
  std::erase_if(names, [](const backup::Name& name) { return is_pattern(name.backup); });
  Observation observation = backup::nothing_read(settings, evidence, names, reason, before, now);
  if (names.empty()) observation.reason = reason;
  return observation;
}

// What is bad beside what conclude() looks at. It takes the place of a better verdict, and of "no
// backup" where there is one that cannot be restored.
void add_findings(const Settings& settings, const std::vector<const Job*>& jobs, bool several,
                  Observation& observation, WallTime now) {
  const auto subject = [&](const Job& job) { return several ? job.name : std::string(); };
  if (observation.reason.code == "backup_never") {
    for (const Job* job : jobs) {
      auto broken = broken_chain(*job);
      if (!broken || observation.reason.subject != subject(*job)) continue;
      observation.reason = *std::move(broken);
      observation.reason.subject = subject(*job);
      return;
    }
  }
  for (const Job* job : jobs) {
    auto finding = own_finding(settings, *job, now);
    if (!finding || observation.verdict == Verdict::bad) continue;
    observation.verdict = Verdict::bad;
    observation.reason = *std::move(finding);
    observation.reason.subject = subject(*job);
  }
}

Observation interpret(const Settings& settings, const Evidence& evidence, const Memory& before,
                      WallTime now) {
  const auto checked = check(settings);
  if (!checked.ok()) return helper_unreadable(checked.error().text(), before);
  const Connection& connection = checked.value();
  Seen seen = recall_seen(before);
  forget(settings, seen, now);
  auto answer = read_answer(settings, evidence);
  const auto* catalogue = std::get_if<Catalogue>(&answer);
  if (catalogue == nullptr) {
    return unread(settings, connection, evidence, seen, std::get<Reason>(answer), before, now);
  }
  Seen known = seen;
  see(settings, *catalogue, known, now);
  const std::set<std::string> jobs = all_jobs(settings, known);
  if (jobs.size() > most_jobs) {
    return unread(settings, connection, evidence, seen,
                  {.code = "bacula_too_many_jobs",
                   .value = static_cast<std::int64_t>(jobs.size()),
                   .expected = static_cast<std::int64_t>(most_jobs)},
                  before, now);
  }
  std::vector<backup::Item> items;
  std::vector<const Job*> found;
  for (const std::string& name : jobs) {
    backup::Item item{.name = name_of(settings, connection, name), .state = backup::Reading{}};
    const auto job = std::ranges::find(catalogue->jobs, name, &Job::name);
    if (job != catalogue->jobs.end()) {
      item.state = state_of(*job, settings.get<bool>("accept_warnings"));
      found.push_back(&*job);
    }
    items.push_back(std::move(item));
  }
  Observation observation =
      backup::conclude(settings, evidence, items, as_memory(known), before, now);
  add_findings(settings, found, items.size() > 1, observation, now);
  return observation;
}

constexpr auto settings = backup::with_common(own_settings);
constexpr auto all_reasons = backup::joined(own_reasons, backup::reasons);

}  // namespace
}  // namespace bacula

extern const Collector bacula_collector;
constexpr Collector bacula_collector = {
    .name = "bacula",
    .summary = "Complete backups of Bacula or Bareos jobs, by their catalogue in PostgreSQL.",
    .families = backup::families,
    .settings = bacula::settings,
    .reasons = bacula::all_reasons,
    .plan = bacula::plan,
    .interpret = bacula::interpret};

}  // namespace ght::collectors
