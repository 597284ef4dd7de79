// From what pgBackRest printed to values.
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

namespace ght::collectors::pgbackrest {

// What `status.code` says of a stanza in one repository.
enum class Code {
  ok = 0,
  missing_stanza_path = 1,
  no_backup = 2,
  missing_stanza_data = 3,
  backup_missing = 6,  // only when one backup was asked for
  other = 99,          // `message` is what went wrong
};

struct Repo {
  std::int64_t key = 0;
  bool encrypted = false;
  Code code = Code::other;
  std::string message;
};

// First and last segment of the write-ahead log: 24 hexadecimal digits.
struct WalRange {
  std::string first;
  std::string last;
};

struct Backup {
  std::string label;
  std::int64_t repo = 0;
  std::int64_t database = 0;  // its number in the stanza's history
  bool full = false;
  WallTime begun{};
  std::optional<Duration> duration;  // absent when it is beyond belief
  std::uint64_t size = 0;            // bytes of the database, as restored
  bool page_errors = false;
  std::vector<std::string> references;  // the backups that it needs
  std::optional<WalRange> wal;          // what it needs; none for a backup of a stopped database
};

struct Archive {
  std::int64_t repo = 0;
  std::int64_t database = 0;
  std::optional<WalRange> wal;  // none: there is no segment
};

// One entry of the history of a stanza: a new number for each major version or new cluster.
struct Database {
  std::int64_t repo = 0;
  std::int64_t id = 0;
};

struct Stanza {
  std::vector<Repo> repos;
  std::vector<Database> databases;
  std::vector<Backup> backups;
  std::vector<Archive> archives;
  // The repositories do not agree which database this is.
  bool database_mismatch = false;
  // A backup (or an expiry) holds the lock on the host where pgBackRest was run.
  bool running = false;
};

// The answer of `pgbackrest info --output=json --stanza=NAME`, of pgBackRest 2.36 or later. An
// Error for anything but one whole stanza of this name.
Result<Stanza> read_info(std::string_view json, std::string_view stanza);

// Why pgBackRest failed, when its words say so in a way that a person can act upon.
std::optional<Reason> failure_reason(const HelperResult& result);

// Why this repository says nothing about backups; nullopt when it does.
std::optional<Reason> repo_reason(const Repo& repo);

}  // namespace ght::collectors::pgbackrest
