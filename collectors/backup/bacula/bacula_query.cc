#include "collectors/backup/bacula/bacula_query.h"

#include <algorithm>
#include <array>
#include <map>

namespace ght::collectors::bacula {
namespace {

// Keywords of libpq that choose a server, a database, a user and a way to encrypt. Not among them:
// password and sslpassword (secrets), passfile and options (ours).
constexpr auto keywords = std::to_array<std::string_view>(
    {"service", "host", "hostaddr", "port", "dbname", "user", "connect_timeout",
     "target_session_attrs", "sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl",
     "channel_binding", "gssencmode", "krbsrvname", "keepalives", "keepalives_idle"});

Error refused(std::string what) {
  return Error{"connection", std::move(what)};
}

// '%' and '_' are LIKE's own; a backslash before makes them themselves.
std::string like(std::string_view pattern) {
  std::string text;
  for (const char c : pattern) {
    if (c == '*') {
      text += '%';
    } else if (c == '?') {
      text += '_';
    } else {
      if (c == '_') text += '\\';
      text += c;
    }
  }
  return text;
}

std::string names_condition(const std::vector<std::string>& jobs) {
  std::string names;
  std::string patterns;
  for (const std::string& job : jobs) {
    if (is_pattern(job)) {
      patterns += " OR Name LIKE '" + like(job) + "'";
    } else {
      names += (names.empty() ? "'" : ",'") + job + "'";
    }
  }
  if (names.empty()) return patterns.substr(std::string_view(" OR ").size());
  return "Name IN (" + names + ")" + patterns;
}

// Aggregates first, so that a job's runs are gone through once and never sorted; what is told of a
// run is fetched afterwards for the few that were chosen, by primary key. {complete}, {names} and
// {waiting} are filled in. Times are told as they stand (local time of the director) beside
// JobTDate: read_catalogue() makes them moments.
constexpr std::string_view query_text = R"sql(
WITH found AS (
  SELECT Name, ClientId, FileSetId,
    max(ARRAY[extract(epoch FROM StartTime)::bigint, JobId::bigint])
      FILTER (WHERE {complete}) AS newest,
    max(ARRAY[extract(epoch FROM StartTime)::bigint, JobId::bigint])
      FILTER (WHERE {complete} AND Level = 'F') AS newest_full,
    max(JobId) FILTER (WHERE JobStatus IN ({ended}) AND coalesce(PriorJobId, 0) = 0) AS last,
    min(JobId) FILTER (WHERE JobStatus NOT IN ({ended})) AS first_open,
    max(JobId) FILTER (WHERE JobStatus NOT IN ({ended})) AS last_open
  FROM Job
  WHERE Type = 'B' AND Level IN ('F', 'I', 'D') AND ({names})
  GROUP BY Name, ClientId, FileSetId
), chosen AS (
  SELECT Name,
    max(newest || coalesce(newest_full, ARRAY[0, 0]::bigint[]))
      FILTER (WHERE newest IS NOT NULL) AS best,
    max(last) AS last, min(first_open) AS first_open, max(last_open) AS last_open
  FROM found
  GROUP BY Name
), wanted AS (
  SELECT Name, best[2] AS newest, nullif(best[4], 0) AS newest_full, last,
    CASE WHEN first_open > coalesce(best[2], 0) THEN first_open
         WHEN last_open > coalesce(best[2], 0) THEN last_open END AS running
  FROM chosen
), told AS (
  SELECT r.JobId, json_build_object(
      'id', r.JobId, 'level', r.Level, 'status', r.JobStatus, 'tdate', r.JobTDate,
      'start', extract(epoch FROM r.StartTime)::bigint,
      'end', extract(epoch FROM r.EndTime)::bigint,
      'real_end', extract(epoch FROM r.RealEndTime)::bigint,
      'files', r.JobFiles, 'bytes', r.JobBytes, 'errors', r.JobErrors,
      'gone', v.gone, 'gone_volume', v.gone_volume,
      'waiting', {waiting},
      'offset_before', (
        SELECT extract(epoch FROM b.EndTime)::bigint - b.JobTDate
        FROM Job b
        WHERE b.JobId < r.JobId AND b.JobId > r.JobId - 200 AND b.Type = 'B'
          AND b.JobStatus = 'T' AND b.EndTime = b.RealEndTime AND b.EndTime <= r.StartTime
          AND coalesce(b.PriorJobId, 0) = 0
        ORDER BY b.JobId DESC LIMIT 1)) AS run
  FROM Job r
  CROSS JOIN LATERAL (
    SELECT count(*) AS gone, min(coalesce(m.VolumeName, 'MediaId ' || jm.MediaId)) AS gone_volume
    FROM JobMedia jm LEFT JOIN Media m ON m.MediaId = jm.MediaId
    WHERE jm.JobId = r.JobId AND (m.MediaId IS NULL
      OR m.VolStatus IN ('Purged', 'Recycle', 'Scratch', 'Cleaning'))) v
  WHERE r.JobId = ANY (ARRAY(
    SELECT unnest(ARRAY[newest, newest_full, last, running]) FROM wanted))
)
SELECT json_build_object(
  'version', (SELECT json_agg(VersionId) FROM Version),
  'jobs', coalesce((
    SELECT json_agg(json_build_object('job', w.Name, 'newest', n.run, 'full', f.run,
                                      'last', l.run, 'running', o.run) ORDER BY w.Name)
    FROM wanted w
    LEFT JOIN told n ON n.JobId = w.newest
    LEFT JOIN told f ON f.JobId = w.newest_full
    LEFT JOIN told l ON l.JobId = w.last
    LEFT JOIN told o ON o.JobId = w.running), '[]'::json))
)sql";

// The words of bacula-sd and bareos-sd while a job waits for somebody to bring a volume.
constexpr std::string_view is_waiting =
    "(LogText LIKE '%Cannot find any appendable volumes%' OR LogText LIKE '%Please mount%')";

// Since the first such message after the last other one.
std::string waiting_since() {
  const std::string says(is_waiting);
  return "(SELECT extract(epoch FROM min(Time))::bigint FROM Log WHERE JobId = r.JobId AND " +
         says +
         " AND r.JobStatus NOT IN ({ended}) AND LogId > (SELECT coalesce(max(LogId), 0) FROM Log "
         "WHERE JobId = r.JobId AND NOT " +
         says + "))";
}

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at)) {
    text.replace(at, what.size(), by);
    at += by.size();
  }
}

}  // namespace

Result<Connection> read_connection(std::string_view given) {
  if (given.contains("://")) {
    return refused("expected words like host=db1 dbname=bacula user=ght_agent, not an address");
  }
  if (given.find_first_of("'\"\\") != std::string_view::npos) {
    return refused("expected keyword=value words without quotes and backslashes");
  }
  std::map<std::string, std::string, std::less<>> words;
  while (!given.empty()) {
    const std::string_view word = given.substr(0, given.find(' '));
    given.remove_prefix(std::min(word.size() + 1, given.size()));
    if (word.empty()) continue;
    const std::size_t equals = word.find('=');
    if (equals == std::string_view::npos || equals == 0 || equals + 1 == word.size()) {
      return refused("expected keyword=value words with a space between them");
    }
    const std::string key(word.substr(0, equals));
    if (key == "password" || key == "sslpassword") {
      return refused(
          "a password stands there, which every user of the host could see in the list of "
          "processes; write it into the file of password_file");
    }
    if (std::ranges::find(keywords, key) == keywords.end()) {
      return refused(key == "passfile" ? "the file of passwords belongs in password_file"
                                       : "not a known keyword: " + key);
    }
    if (!words.emplace(key, word.substr(equals + 1)).second) return refused(key + " stands twice");
  }
  if (!words.contains("dbname") && !words.contains("service")) {
    return refused("expected dbname=... (the catalogue's database) or service=...");
  }
  Connection connection;
  connection.label = words.contains("dbname") ? words["dbname"] : words["service"];
  const auto host = words.find("host");
  if (host != words.end() && !host->second.starts_with('/')) connection.label += "@" + host->second;
  // Debian's psql would take the port of a cluster of this host, whatever the server is.
  if (!words.contains("service")) words.emplace("port", "5432");
  for (const auto& [key, value] : words) {
    connection.words += (connection.words.empty() ? "" : " ") + key + "=" + value;
  }
  return connection;
}

std::string connection_words(const Connection& connection, const std::string& password_file) {
  std::string words = connection.words + " application_name=ght-agent";
  if (!words.contains("connect_timeout=")) words += " connect_timeout=10";
  if (password_file.empty()) return words;
  words += " passfile='";
  for (const char c : password_file) {
    if (c == '\'' || c == '\\') words += '\\';
    words += c;
  }
  return words + "'";
}

bool is_job_name(std::string_view name) {
  constexpr std::string_view others = " -_.:*?";
  return !name.empty() && name.size() <= 127 && std::ranges::all_of(name, [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           others.contains(c);
  });
}

bool is_pattern(std::string_view name) {
  return name.find_first_of("*?") != std::string_view::npos;
}

bool matches(std::string_view pattern, std::string_view name) {
  std::size_t p = 0;
  std::size_t n = 0;
  std::size_t star = std::string_view::npos;
  std::size_t retry = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      retry = n;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == name[n])) {
      ++p;
      ++n;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      n = ++retry;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

std::string catalogue_query(const Query& query) {
  std::string text(query_text.substr(1));
  // Bacula 9.6 ends a backup that could not read all of its files with T and JobErrors, not with W.
  // A Full of no file at all saved nothing.
  replace_all(text, "{complete}",
              query.accept_warnings
                  ? "JobStatus IN ('T', 'W') AND (Level <> 'F' OR JobFiles > 0)"
                  : "JobStatus = 'T' AND JobErrors = 0 AND (Level <> 'F' OR JobFiles > 0)");
  replace_all(text, "{waiting}", query.ask_log ? waiting_since() : "NULL");
  replace_all(text, "{ended}", "'T', 'W', 'E', 'e', 'f', 'A', 'D', 'I'");
  replace_all(text, "{names}", names_condition(query.jobs));
  return text;
}

}  // namespace ght::collectors::bacula
