// From what the REST API of Veeam Backup & Replication answered to values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/evidence.h"
#include "agent/core/reason.h"
#include "agent/core/result.h"
#include "agent/core/time.h"

namespace ght::collectors::veeam {

enum class Status { idle, running, disabled };
enum class Outcome { none, success, warning, failed };

// The state of one job (JobStateModel). Its last session is the one that runs, if one does.
struct Job {
  std::string id;
  std::string name;
  std::string type;        // "VSphereBackup", "BackupCopy", "ProxmoxBackupJob", ...
  std::string repository;  // name of the backup repository; empty when the job names none
  // Empty, or what of the following was not understood; then none of it means anything.
  std::string not_understood;
  Status status = Status::idle;
  Outcome outcome = Outcome::none;         // of the last session; none while it runs
  std::optional<WallTime> last_run;        // start of the last session; absent: never ran
  std::optional<Duration> duration;        // of the last session, from API revision 1.3 on
  std::optional<std::uint64_t> processed;  // bytes the last session looked at, likewise

  bool operator==(const Job&) const = default;
};

struct Page {
  std::vector<Job> jobs;
  std::size_t total = 0;  // jobs on the server, as of this page
};

// One answer of /api/v1/jobs/states?skip=...: an Error for anything but a whole page that begins
// where it was asked to, holds what it says it holds, and is not empty before the end.
Result<Page> read_page(std::string_view json, std::size_t skip);

// "00:04:20", "1.02:03:04.5678901": a .NET TimeSpan, [d.]hh:mm:ss[.fffffff], not negative.
std::optional<Duration> parse_time_span(std::string_view text);

// What the server called an error (errorCode), when it is a plain word; else empty. Its sentences
// are not shown: they repeat what they were asked.
std::string error_code(std::string_view json);

// The server does not know the API revision that it was asked in; another one may do.
bool is_unknown_revision(const HttpResult& result);

// Why there is no page in this answer; nullopt when its body is to be read.
std::optional<Reason> failure_reason(const HttpResult& result);

}  // namespace ght::collectors::veeam
