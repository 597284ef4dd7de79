#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "agent/core/collector.h"
#include "agent/core/reasons.h"
#include "agent/core/text.h"
#include "collectors/backup/contract.h"
#include "collectors/backup/restic/restic_read.h"
#include "collectors/helper_outcome.h"

namespace ght::collectors {
namespace restic {
namespace {

using Texts = std::vector<std::string>;

Texts list(const Settings& settings, std::string_view key) {
  const auto* given = settings.find<Texts>(key);
  return given == nullptr ? Texts{} : *given;
}

std::string optional_text(const Settings& settings, std::string_view key) {
  const auto* given = settings.find<std::string>(key);
  return given == nullptr ? "" : *given;
}

backup::Name name_of(const Settings& settings) {
  const auto& repository = settings.get<std::string>("repository");
  std::string name = optional_text(settings, "backup");
  if (name.empty()) name = backup::last_element(repository);
  return {.backup = std::move(name), .repository = backup::public_address(repository)};
}

backup::Terms terms_of(const Settings& settings) {
  backup::Terms terms{.rpo = settings.get<Duration>("rpo"), .min_size = std::nullopt};
  if (const auto* bytes = settings.find<std::int64_t>("min_size")) {
    terms.min_size = static_cast<std::uint64_t>(*bytes);
  }
  return terms;
}

Result<void> check(const Settings& settings) {
  constexpr auto kinds = std::to_array<std::string_view>(
      {"/", "local:/", "sftp:", "rest:http", "s3:", "b2:", "azure:", "gs:", "swift:", "rclone:"});
  const auto& repository = settings.get<std::string>("repository");
  if (optional_text(settings, "repository_file").empty() &&
      std::ranges::none_of(kinds, [&](auto kind) { return repository.starts_with(kind); })) {
    return Error{"repository",
                 "expected an absolute path, or an address that begins with sftp:, rest:http, s3:, "
                 "b2:, azure:, gs:, swift: or rclone:"};
  }
  if (backup::has_password(repository)) {
    return Error{"repository",
                 "the address holds a password, which every user of the host could see; write the "
                 "whole address into a file and name it in repository_file"};
  }
  for (const std::string& tag : list(settings, "tags")) {
    if (tag.empty() || tag.contains(',')) {
      return Error{"tags", "expected one tag in each element, without a comma"};
    }
  }
  return {};
}

RunHelper command(const Settings& settings, Texts arguments) {
  RunHelper step{.program = "restic", .arguments = std::move(arguments)};
  // Read only, from the repository itself: no lock (a check must neither hinder a prune nor need to
  // write), no cache (which still shows a snapshot whose file is damaged or gone unreadable).
  for (const char* option : {"--json", "--no-lock", "--no-cache"}) {
    step.arguments.emplace_back(option);
  }
  step.environment.emplace_back("RESTIC_PASSWORD_FILE", settings.get<std::string>("password_file"));
  const std::string file = optional_text(settings, "repository_file");
  if (file.empty()) {
    step.arguments.push_back("--repo=" + settings.get<std::string>("repository"));
  } else {
    step.environment.emplace_back("RESTIC_REPOSITORY_FILE", file);
  }
  return step;
}

RunHelper list_snapshots(const Settings& settings) {
  // The newest of every host and set of paths: enough for the newest of all.
  Texts arguments = {"snapshots", "--latest=1"};
  const std::string host = optional_text(settings, "restic_host");
  if (!host.empty()) arguments.push_back("--host=" + host);
  std::string tags;
  for (const std::string& tag : list(settings, "tags")) tags += (tags.empty() ? "" : ",") + tag;
  if (!tags.empty()) arguments.push_back("--tag=" + tags);
  for (const std::string& path : list(settings, "paths")) {
    // restic would put its working directory before a Windows path; matches() looks at those.
    if (path.starts_with('/')) arguments.push_back("--path=" + path);
  }
  return command(settings, std::move(arguments));
}

bool matches(const Snapshot& snapshot, const Settings& settings) {
  const std::string host = optional_text(settings, "restic_host");
  const auto has_all = [](const Texts& all, const Texts& wanted) {
    return std::ranges::all_of(
        wanted, [&](const std::string& one) { return std::ranges::find(all, one) != all.end(); });
  };
  return (host.empty() || snapshot.host == host) &&
         has_all(snapshot.tags, list(settings, "tags")) &&
         has_all(snapshot.paths, list(settings, "paths"));
}

std::optional<Snapshot> newest_of(const std::vector<Snapshot>& snapshots,
                                  const Settings& settings) {
  std::optional<Snapshot> newest;
  for (const Snapshot& each : snapshots) {
    if (matches(each, settings) && (!newest || each.time > newest->time)) newest = each;
  }
  return newest;
}

// What the last runs found out about the size of one snapshot.
struct Known {
  std::string id;
  std::optional<std::uint64_t> size;  // absent: measuring it did not end in time
};

std::optional<Known> recall(const Memory& memory) {
  const auto json = nlohmann::json::parse(memory.json, nullptr, false);
  if (!json.is_object() || !json.contains("id") || !json["id"].is_string()) return std::nullopt;
  Known known{.id = json["id"].get<std::string>(), .size = std::nullopt};
  const auto size = json.find("size");
  if (size == json.end()) return std::nullopt;
  if (size->is_number_unsigned()) {
    known.size = size->get<std::uint64_t>();
  } else if (!size->is_null()) {
    return std::nullopt;
  }
  return known;
}

Memory remember(const Known& known) {
  nlohmann::json json = {{"id", known.id}, {"size", nullptr}};
  if (known.size) json["size"] = *known.size;
  return {json.dump()};
}

// Takes the size from memory. False: it has to be measured. One that could not be measured in time
// is tried again only when the verdict depends on it.
bool size_is_settled(Snapshot& newest, const Memory& before, const backup::Terms& terms) {
  if (newest.size) return true;
  const auto known = recall(before);
  if (!known || known->id != newest.id) return false;
  newest.size = known->size;
  return known->size.has_value() || !terms.min_size;
}

struct Listing {
  std::optional<Snapshot> newest;
  std::string gap;
};

// The first round's answer; an observation when it is none.
std::optional<Observation> read_listing(const Settings& settings, const Evidence& evidence,
                                        const Memory& before, Listing& listing) {
  const auto* result = evidence.empty() ? nullptr : std::get_if<HelperResult>(&evidence[0]);
  if (result == nullptr) return helper_unreadable("restic snapshots was not run", before);
  if (auto reason = failure_reason(*result)) {
    return backup::not_read(name_of(settings), terms_of(settings), std::move(*reason), before);
  }
  if (auto failed = helper_failure(*result, before)) return failed;
  auto snapshots = read_snapshots(result->out);
  if (!snapshots.ok()) return helper_unreadable(snapshots.error().text(), before);
  listing = {.newest = newest_of(snapshots.value(), settings), .gap = warning(*result)};
  return std::nullopt;
}

Result<Plan> plan(const Settings& settings, const Evidence& so_far, const Memory& before) {
  GHT_TRY_VOID(check(settings));
  if (so_far.empty()) return Plan{list_snapshots(settings)};
  Listing listing;
  if (so_far.size() > 1 || read_listing(settings, so_far, before, listing)) return Plan{};
  if (!listing.newest || size_is_settled(*listing.newest, before, terms_of(settings))) {
    return Plan{};
  }
  return Plan{command(settings, {"stats", "--mode=restore-size", listing.newest->id})};
}

// The second round's answer: the size, or why there is none.
struct Measured {
  std::optional<std::uint64_t> size;
  std::optional<Observation> failed;
};

Measured read_measured(const Settings& settings, const Evidence& evidence, const Memory& before) {
  const auto* result = evidence.size() < 2 ? nullptr : std::get_if<HelperResult>(&evidence[1]);
  if (result == nullptr) return {{}, helper_unreadable("restic stats was not run", before)};
  if (auto reason = failure_reason(*result)) {
    return {{},
            backup::not_read(name_of(settings), terms_of(settings), std::move(*reason), before)};
  }
  if (auto failed = helper_failure(*result, before)) return {{}, std::move(failed)};
  const auto size = read_size(result->out);
  if (!size.ok()) return {{}, helper_unreadable(size.error().text(), before)};
  return {size.value(), std::nullopt};
}

backup::Reading reading_of(const Listing& listing) {
  backup::Reading reading{.newest = std::nullopt, .gap = listing.gap};
  if (listing.newest) {
    reading.newest = backup::Copy{.begun = listing.newest->time,
                                  .duration = listing.newest->duration,
                                  .size = listing.newest->size};
  }
  return reading;
}

bool timed_out(const Evidence& evidence) {
  const auto* result = evidence.size() < 2 ? nullptr : std::get_if<HelperResult>(&evidence[1]);
  return result != nullptr && result->end == HelperEnd::timed_out;
}

Observation interpret(const Settings& settings, const Evidence& evidence, const Memory& before,
                      WallTime now) {
  const backup::Name name = name_of(settings);
  const backup::Terms terms = terms_of(settings);
  Listing listing;
  if (auto unread = read_listing(settings, evidence, before, listing)) {
    return backup::not_read(name, terms, std::move(unread->reason), before);
  }
  Memory memory = before;
  std::optional<Observation> failed;
  if (listing.newest && !size_is_settled(*listing.newest, before, terms)) {
    Measured measured = read_measured(settings, evidence, before);
    listing.newest->size = measured.size;
    failed = std::move(measured.failed);
    if (measured.size || timed_out(evidence)) {
      memory = remember({.id = listing.newest->id, .size = measured.size});
    }
  }
  Observation observation = backup::judge(name, terms, reading_of(listing), now);
  observation.memory = std::move(memory);
  // That the snapshot could not be walked outweighs that it is listed, not that it is too old.
  if (failed && observation.verdict != Verdict::bad) {
    observation.verdict = Verdict::unknown;
    observation.reason = std::move(failed->reason);
  }
  return observation;
}

constexpr double day = 86'400;

constexpr std::array<Field, 9> settings = {{
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
    {.key = "backup",
     .kind = FieldKind::text,
     .min = 1,
     .max = 128,
     .help = "The label `backup`; by default the last element of `repository`."},
    {.key = "restic_host",
     .kind = FieldKind::text,
     .min = 1,
     .max = 255,
     .help = "Only snapshots of this host (as restic recorded it) count."},
    {.key = "tags",
     .kind = FieldKind::text_list,
     .min = 1,
     .max = 16,
     .help = "Only snapshots with all of these tags count."},
    {.key = "paths",
     .kind = FieldKind::text_list,
     .min = 1,
     .max = 16,
     .help = "Only snapshots of all of these paths count."},
    {.key = "rpo",
     .kind = FieldKind::duration,
     .fallback = "\"26h\"",
     .min = 60,
     .max = 366 * day,
     .help = "Recovery point objective: the age that the newest snapshot may reach."},
    {.key = "min_size",
     .kind = FieldKind::integer,
     .min = 1,
     .max = 1e15,
     .help = "Bytes, as restored, that the newest snapshot must have at least."},
}};

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

constexpr auto all_reasons = [] {
  std::array<ReasonText, backup::reasons.size() + own_reasons.size()> all{};
  std::ranges::copy(own_reasons, std::ranges::copy(backup::reasons, all.begin()).out);
  return all;
}();

constexpr std::array<const Family*, 4> families = {&backup::last_success, &backup::last_duration,
                                                   &backup::last_size, &backup::rpo};

}  // namespace
}  // namespace restic

extern const Collector restic_collector;
constexpr Collector restic_collector = {
    .name = "restic",
    .summary = "Age, size and readability of the newest snapshot in a restic repository.",
    .families = restic::families,
    .settings = restic::settings,
    .reasons = restic::all_reasons,
    .plan = restic::plan,
    .interpret = restic::interpret};

}  // namespace ght::collectors
