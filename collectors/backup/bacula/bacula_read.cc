#include "collectors/backup/bacula/bacula_read.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>
#include <nlohmann/json.hpp>

#include "collectors/backup/bacula/bacula_query.h"

namespace ght::collectors::bacula {
namespace {

using Json = nlohmann::json;
using Whole = std::optional<std::int64_t>;

const Json* member(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

// Absent from `null` is told apart from a wrong type, and a key that is missing is wrong.
Result<Whole> whole(const Json& object, const char* key, std::int64_t min, std::int64_t max) {
  const auto found = object.find(key);
  if (found == object.end()) return Error{key, "expected a whole number or null"};
  if (found->is_null()) return Whole{};
  if (!found->is_number_integer()) return Error{key, "expected a whole number or null"};
  if (found->is_number_unsigned() &&
      found->get<std::uint64_t>() > static_cast<std::uint64_t>(max)) {
    return Error{key, "larger than can be"};
  }
  const auto value = found->get<std::int64_t>();
  if (value < min || value > max) return Error{key, "outside of what can be"};
  return Whole{value};
}

Result<char> letter(const Json& object, const char* key) {
  const Json* value = member(object, key);
  if (value == nullptr || !value->is_string()) return Error{key, "expected one letter"};
  const auto& text = value->get_ref<const std::string&>();
  if (text.size() != 1) return Error{key, "expected one letter"};
  return text[0];
}

// Seconds, as the columns of times without a zone and JobTDate say them.
struct Times {
  Whole tdate, start, end, real_end, waiting, offset_before;
};

constexpr std::int64_t hour = 3600;

// A zone's distance from UTC: whole quarters of an hour, at most 14 hours.
bool is_offset(std::int64_t seconds) {
  return seconds % (hour / 4) == 0 && std::abs(seconds) <= 14 * hour;
}

// The director writes StartTime and EndTime in its local time, and JobTDate in seconds since 1970:
// the start while the job runs, afterwards RealEndTime (a virtual Full; EndTime is the end of the
// data there) or EndTime (a migrated job; RealEndTime is the migration's). So JobTDate tells its
// distance from UTC.
Whole offset_of(const Times& times, bool ended) {
  std::vector<std::int64_t> possible;
  const auto look = [&](const Whole& local) {
    if (local && is_offset(*local - *times.tdate)) possible.push_back(*local - *times.tdate);
  };
  if (ended) {
    look(times.end);
    look(times.real_end);
  } else {
    look(times.start);
  }
  if (possible.empty()) return std::nullopt;
  // Two that differ: the one of the run before, or the one that makes the run older.
  if (times.offset_before && std::ranges::find(possible, *times.offset_before) != possible.end()) {
    return times.offset_before;
  }
  return std::ranges::max(possible);
}

struct Moment {
  std::int64_t begun = 0;
  std::int64_t offset = 0;
};

// A run over the night in which the clocks change began at another distance from UTC than it ended.
// When the run before it ended at another distance than this one, the earlier of the two moments is
// taken: at most one hour too old in two nights of the year, and never too young.
Result<Moment> moment_of(const Times& times, bool ended) {
  if (!times.tdate) return Error{"JobTDate", "expected seconds since 1970"};
  if (!ended && !times.start) return Moment{.begun = *times.tdate, .offset = 0};
  if (!times.start) return Error{"StartTime", "expected a time"};
  const Whole offset = offset_of(times, ended);
  if (!offset) return Error{"JobTDate", "does not agree with StartTime and EndTime"};
  Moment moment{.begun = *times.start - *offset, .offset = *offset};
  if (ended && times.offset_before && is_offset(*times.offset_before) &&
      std::abs(*times.offset_before - *offset) <= hour) {
    moment.begun = *times.start - std::max(*offset, *times.offset_before);
  }
  if (moment.begun > *times.tdate) return Error{"StartTime", "after the end"};
  if (moment.begun < 0) return Error{"StartTime", "before 1970"};
  return moment;
}

WallTime wall(std::int64_t seconds) {
  return wall_from_unix_ms(seconds * 1000);
}

Result<void> read_times(const Json& json, Run& run) {
  constexpr std::int64_t latest = 253'402'300'799;  // the year 9999
  Times times;
  GHT_TRY(times.tdate, whole(json, "tdate", 0, latest));
  GHT_TRY(times.start, whole(json, "start", -latest, latest));
  GHT_TRY(times.end, whole(json, "end", -latest, latest));
  GHT_TRY(times.real_end, whole(json, "real_end", -latest, latest));
  GHT_TRY(times.waiting, whole(json, "waiting", -latest, latest));
  GHT_TRY(times.offset_before, whole(json, "offset_before", -2 * latest, 2 * latest));
  const bool ended = is_ended(run.status);
  GHT_TRY(const Moment moment, moment_of(times, ended));
  run.begun = wall(moment.begun);
  // Elsewhere (virtual Full, migrated) EndTime and JobTDate do not belong to the same work.
  if (ended && times.end && times.end == times.real_end) {
    const std::chrono::seconds taken(*times.tdate - moment.begun);
    if (taken < std::chrono::hours(24) * 365) run.duration = taken;
  }
  if (!ended && times.waiting)
    run.waiting_since = wall(std::max<std::int64_t>(0, *times.waiting - moment.offset));
  return {};
}

std::optional<std::uint64_t> count(const Whole& number) {
  return number ? std::optional(static_cast<std::uint64_t>(*number)) : std::nullopt;
}

// nullopt for null: the job has no run in this role.
Result<std::optional<Run>> read_run(const Json& job, const char* role) {
  const auto found = job.find(role);
  if (found == job.end()) return Error{role, "expected a run or null"};
  if (found->is_null()) return std::optional<Run>{};
  const Json& json = *found;
  if (!json.is_object()) return Error{role, "expected a run or null"};
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  Run run;
  GHT_TRY(const Whole id, whole(json, "id", 1, most));
  if (!id) return Error{"id", "expected a JobId"};
  run.id = *id;
  GHT_TRY(run.level, letter(json, "level"));
  GHT_TRY(run.status, letter(json, "status"));
  if (std::string_view("FID").find(run.level) == std::string_view::npos) {
    return Error{"level", "expected F, I or D"};
  }
  if (!is_ended(run.status) && !is_open(run.status)) {
    return Error{"JobStatus", "not a known letter: " + std::string(1, run.status)};
  }
  GHT_TRY(const Whole files, whole(json, "files", 0, most));
  GHT_TRY(const Whole bytes, whole(json, "bytes", 0, most));
  GHT_TRY(const Whole errors, whole(json, "errors", 0, most));
  run.files = count(files);
  run.bytes = count(bytes);
  run.errors = count(errors);
  GHT_TRY(const Whole gone, whole(json, "gone", 0, most));
  if (!gone) return Error{"gone", "expected a number"};
  run.volumes_gone = *gone;
  if (const Json* volume = member(json, "gone_volume")) {
    if (!volume->is_string()) return Error{"gone_volume", "expected a text"};
    run.gone_volume = volume->get<std::string>();
  }
  GHT_TRY_VOID(read_times(json, run));
  return std::optional(run);
}

Result<void> read_runs(const Json& json, Job& job) {
  GHT_TRY(job.newest, read_run(json, "newest"));
  GHT_TRY(job.full, read_run(json, "full"));
  GHT_TRY(job.last, read_run(json, "last"));
  GHT_TRY(job.running, read_run(json, "running"));
  if (job.newest && !is_ended(job.newest->status)) return Error{"newest", "has not ended"};
  if (job.full && (!is_ended(job.full->status) || job.full->level != 'F')) {
    return Error{"full", "expected a Full that ended"};
  }
  if (job.last && !is_ended(job.last->status)) return Error{"last", "has not ended"};
  if (job.running && !is_open(job.running->status)) return Error{"running", "has ended"};
  return {};
}

Result<std::int64_t> read_version(const Json& json) {
  const Json* version = member(json, "version");
  if (version == nullptr || !version->is_array() || version->size() != 1 ||
      !version->front().is_number_unsigned() || version->front().get<std::uint64_t>() > 1'000'000) {
    return Error{"Version", "expected one row with the version of the tables"};
  }
  return version->front().get<std::int64_t>();
}

struct Letter {
  char status;
  bool ended;
  std::string_view words;
};

// As both programs' table Status has them.
constexpr auto letters = std::to_array<Letter>({
    {'T', true, "Completed successfully"},
    {'W', true, "Completed with warnings"},
    {'E', true, "Terminated with errors"},
    {'e', true, "Non-fatal error"},
    {'f', true, "Fatal error"},
    {'A', true, "Canceled by user"},
    {'D', true, "Verify found differences"},
    {'I', true, "Incomplete job"},
    {'C', false, "Created, not yet running"},
    {'R', false, "Running"},
    {'B', false, "Blocked"},
    {'F', false, "Waiting for Client"},
    {'S', false, "Waiting for Storage daemon"},
    {'m', false, "Waiting for new media"},
    {'M', false, "Waiting for media mount"},
    {'s', false, "Waiting for storage resource"},
    {'j', false, "Waiting for job resource"},
    {'c', false, "Waiting for client resource"},
    {'d', false, "Waiting on maximum jobs"},
    {'t', false, "Waiting on start time"},
    {'p', false, "Waiting on higher priority jobs"},
    {'q', false, "Queued waiting for device"},
    {'a', false, "SD despooling attributes"},
    {'i', false, "Doing batch insert file records"},
    {'l', false, "Doing data despooling"},
    {'L', false, "Committing data (last despool)"},
});

const Letter* find_letter(char status) {
  const auto found = std::ranges::find(letters, status, &Letter::status);
  return found == letters.end() ? nullptr : &*found;
}

}  // namespace

Result<Catalogue> read_catalogue(std::string_view line) {
  if (!line.ends_with('\n')) return Error{"psql", "expected a whole line"};
  const Json json = Json::parse(line, nullptr, false);
  if (!json.is_object()) return Error{"psql", "expected one JSON object"};
  const Json* jobs = member(json, "jobs");
  if (jobs == nullptr || !jobs->is_array()) return Error{"jobs", "expected a list"};
  Catalogue catalogue;
  GHT_TRY(catalogue.version, read_version(json));
  for (const Json& each : *jobs) {
    const Json* name = each.is_object() ? member(each, "job") : nullptr;
    if (name == nullptr || !name->is_string()) return Error{"job", "expected the name of a job"};
    Job job{.name = name->get<std::string>()};
    if (!is_job_name(job.name) || is_pattern(job.name)) {
      return Error{"job", "not a name that a job can have"};
    }
    if (const auto read = read_runs(each, job); !read.ok()) job.fault = read.error().text();
    catalogue.jobs.push_back(std::move(job));
  }
  return catalogue;
}

bool is_known_version(std::int64_t version) {
  // Bacula 3 to 9: 12 to 16, community and enterprise since: 1014 and more; Bareos: 2001 and more.
  return (version >= 12 && version <= 16) || (version >= 1014 && version < 1100) ||
         (version >= 2001 && version < 3000);
}

bool is_complete(const Run& run, bool accept_warnings) {
  if (run.level == 'F' && run.files.value_or(0) == 0) return false;
  if (accept_warnings) return run.status == 'T' || run.status == 'W';
  return run.status == 'T' && run.errors == 0U;
}

bool is_ended(char status) {
  const Letter* found = find_letter(status);
  return found != nullptr && found->ended;
}

bool is_open(char status) {
  const Letter* found = find_letter(status);
  return found != nullptr && !found->ended;
}

std::string words_of(const Run& run) {
  const Letter* found = find_letter(run.status);
  std::string words = "JobId " + std::to_string(run.id) + ": " + std::string(1, run.status);
  // Of T only what spoils it is said: "completed successfully" would make no sense beside it.
  if (found != nullptr && run.status != 'T') words += " (" + std::string(found->words) + ")";
  if (run.errors.value_or(0) > 0) words += ", JobErrors " + std::to_string(*run.errors);
  if (run.level == 'F' && run.files == 0U) words += ", JobFiles 0";
  return words;
}

}  // namespace ght::collectors::bacula
