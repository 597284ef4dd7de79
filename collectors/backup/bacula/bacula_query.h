// What psql is asked: where the catalogue is, and the one query that only reads.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/core/result.h"

namespace ght::collectors::bacula {

// A libpq connection string of plain keyword=value words, without a password.
struct Connection {
  std::string words;  // as given, with the port that libpq would take
  std::string label;  // "bacula@db1", "bacula" on this host, or the name of a service
};

// An Error names what is wrong, without a secret that may stand there. Refused: passwords, quotes,
// addresses (postgresql://), keywords that are not known to be harmless.
Result<Connection> read_connection(std::string_view given);

// The words for libpq, with the password file.
std::string connection_words(const Connection& connection, const std::string& password_file);

// What the catalogue's job names may be made of; with `*` and `?` for a pattern. So checked, a name
// is safe between quotes.
bool is_job_name(std::string_view name);
bool is_pattern(std::string_view name);

// Whether a pattern, or a name that is none, matches all of `name`.
bool matches(std::string_view pattern, std::string_view name);

struct Query {
  std::vector<std::string> jobs;  // names and patterns, each is_job_name()
  bool accept_warnings = false;   // a backup with errors counts as complete
  bool ask_log = false;           // since when a running job waits for a volume
};

// One SELECT that gives one line: a JSON object, read by read_catalogue(). At most one run in each
// role (newest complete, its Full, last, running) is given for a job, whatever the catalogue holds.
std::string catalogue_query(const Query& query);

}  // namespace ght::collectors::bacula
