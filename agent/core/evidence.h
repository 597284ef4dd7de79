// The raw results of the steps, one per step, in the plan's order, rounds one after the other.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "agent/core/backup_records.h"
#include "agent/core/time.h"

namespace ght {

// How a helper ended. Only `exited` with code 0 is a success.
enum class HelperEnd {
  exited,        // `code` is its exit status
  signalled,     // `code` is the signal
  timed_out,     // killed at the deadline with its whole process group
  output_limit,  // killed: more than max_output bytes
  not_started,   // `detail` says why (missing, not executable, ...)
  refused,       // the privileged service does not run this; `detail` says why
  stuck,         // killed but not dead (D state): quarantined, or still quarantined from before
};

struct HelperResult {
  HelperEnd end = HelperEnd::not_started;
  int code = 0;
  std::string out;     // stdout, complete only when end is exited
  std::string err;     // head of stderr, at most limits::helper_error_output
  std::string detail;  // one sentence for not_started and refused
  Duration elapsed{};
};

// A phase that did not happen has no duration.
struct ProbePhases {
  std::optional<Duration> resolve, connect, tls, processing, transfer;
};

// What every probe of the network brings.
struct ProbeResult {
  // Empty: it came to its end. Otherwise a code of core/reasons.h (dns_nxdomain, connect_refused,
  // tls_expired, ...) and what the sentence of that code calls {value}.
  std::string_view failure;
  std::string failure_detail;
  std::string address;  // "192.0.2.1:443" or "[2001:db8::1]:443": the peer that answered
  ProbePhases phases;
  Duration elapsed{};
  std::optional<WallTime> tls_not_after;  // known also when the certificate was refused as expired
  std::string tls_version;                // "TLSv1.3"
};

// Phases are those of the last exchange of a redirect chain; resolve to tls summed. With
// token_refused all of it is about the token server, `status` included, but its answer is not kept.
struct HttpResult : ProbeResult {
  std::string url;  // the one that answered, after redirects
  int redirects = 0;
  int status = 0;  // 0: no status line was read
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;       // at most max_body bytes
  bool body_cut = false;  // there was more body than max_body
};

// `heard` as DialogScript has it; kept also when the dialog failed. Phases: processing until the
// first byte was heard, transfer until the end.
struct DialogResult : ProbeResult {
  std::vector<std::string> heard;
};

// Without failure `sent` requests left this host; an echo that did not come has no entry. address
// has no port. icmp_unreachable: a router or the host itself said so, and nothing came back.
struct IcmpResult : ProbeResult {
  int sent = 0;
  std::vector<Duration> round_trips;
};

// Without failure an answer came, whatever it says. `answers` are the records of the type that was
// asked for, as text: "192.0.2.1", "10 mx.example.org", "0 5 389 dc1.example.org" (SRV).
struct DnsResult : ProbeResult {
  std::string rcode;  // "NOERROR", "NXDOMAIN", "SERVFAIL", "REFUSED", ... (RFC 1035, RFC 6895)
  std::vector<std::string> answers;
};

// Without failure every name that was asked for has an entry; one that nobody told of is empty.
struct RecordsResult {
  std::string failure = {};        // names what could not be read and why
  std::string tests_failure = {};  // the same for the restore tests alone
  std::map<std::string, BackupRecords> backups = {};
};

using StepResult =
    std::variant<HelperResult, HttpResult, DialogResult, IcmpResult, DnsResult, RecordsResult>;
using Evidence = std::vector<StepResult>;

}  // namespace ght
