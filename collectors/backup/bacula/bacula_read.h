// From what psql printed to values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/evidence.h"
#include "agent/core/reason.h"
#include "agent/core/result.h"
#include "agent/core/time.h"

namespace ght::collectors::bacula {

// One row of the table Job, its times made moments.
struct Run {
  std::int64_t id = 0;
  char level = ' ';   // F, I or D
  char status = ' ';  // a letter of JobStatus: case matters
  WallTime begun{};   // never later than it was; see moment_of() in bacula_read.cc
  std::optional<Duration> duration;
  std::optional<std::uint64_t> files, bytes;
  std::optional<std::uint64_t> errors;
  std::int64_t volumes_gone = 0;  // volumes of its data that are purged, or not in the catalogue
  std::string gone_volume;        // one of them
  std::optional<WallTime> waiting_since;  // for a volume; running jobs only
};

// `fault`: what was not understood of this job alone; then nothing else is to be believed.
struct Job {
  std::string name;
  std::optional<Run> newest = {};   // complete, with the newest data
  std::optional<Run> full = {};     // the newest complete Full of the same client and file set
  std::optional<Run> last = {};     // ended last, however
  std::optional<Run> running = {};  // not ended, begun after `newest`
  std::string fault = {};
};

struct Catalogue {
  std::int64_t version = 0;  // of the tables
  std::vector<Job> jobs;
};

// The answer to catalogue_query(). An Error for anything but one whole object.
Result<Catalogue> read_catalogue(std::string_view line);

// Whether tables of this version have the columns and letters that are read here.
bool is_known_version(std::int64_t version);

// Whether a run counts as complete, as the query has it.
bool is_complete(const Run& run, bool accept_warnings);
// Whether its letter says that it ended.
bool is_ended(char status);
// Whether its letter says that it was made, runs or waits.
bool is_open(char status);

// "JobId 5: f (Fatal error), JobErrors 2": the letter in Bacula's own words.
std::string words_of(const Run& run);

// Why psql failed, when its words or SQLSTATE say so in a way that a person can act upon.
std::optional<Reason> failure_reason(const HelperResult& result);

}  // namespace ght::collectors::bacula
