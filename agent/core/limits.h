// Every limit of the agent in one place: what bounds memory, time and fan-out, with the reason.
#pragma once

#include <chrono>
#include <cstddef>

#include "agent/core/time.h"

namespace ght::limits {

using namespace std::chrono_literals;

// --- configuration
inline constexpr std::size_t config_bytes = 1 << 20;  // 1,000 checks of 1 KiB
inline constexpr std::size_t config_depth = 16;       // nesting; the deepest valid file needs 6
inline constexpr std::size_t config_errors = 50;      // shown at once; the rest is counted
inline constexpr std::size_t checks = 2000;
inline constexpr std::size_t check_name_bytes = 64;
inline constexpr Duration interval_min = 1s;
inline constexpr Duration interval_max = 24h * 7;

// --- collection
// A collector that asks for more has a bug. veeam tries 8 revisions of an interface, then reads.
inline constexpr std::size_t plan_rounds = 12;
inline constexpr std::size_t plan_steps = 16;      // steps of one round
inline constexpr std::size_t helpers_at_once = 4;  // processes; a server has other work to do
inline constexpr std::size_t helper_output =
    4 << 20;  // bytes of stdout; restic with 5,000 snapshots: 2 MiB
inline constexpr std::size_t helper_error_output = 8 << 10;  // bytes of stderr: enough for a reason
inline constexpr Duration helper_reap_grace = 5s;  // SIGKILL to death; later it is in D state
inline constexpr Duration helper_pipe_grace =
    200ms;  // death to end of file; later a grandchild holds it
inline constexpr std::size_t memory_bytes = 64 << 10;  // what a check may remember between runs

// --- reported backup runs
inline constexpr std::size_t backup_runs = 20;                 // kept of one backup
inline constexpr std::size_t backup_report_bytes = 64 << 10;   // its file; 20 runs have 4 KiB
inline constexpr Duration backup_report_patience = 5s;         // with another that is written
inline constexpr std::size_t backup_summary_bytes = 64 << 10;  // end of a command's JSON kept
inline constexpr std::size_t restore_tests = 10'000;           // in the ledger, kept in memory

// --- privileged service
inline constexpr std::size_t allow_list_bytes = 256 << 10;
inline constexpr std::size_t allowed_commands = 500;
inline constexpr std::size_t privileged_line_bytes = 64 << 10;  // a request; the head of an answer
inline constexpr Duration privileged_request_deadline = 5s;     // to send it
inline constexpr Duration privileged_answer_deadline = 10s;     // to take 4 MiB
inline constexpr Duration privileged_run_max = 1h;  // whatever the check's own timeout is

// --- HTTP probe
inline constexpr std::size_t probe_header_bytes = 16 << 10;
inline constexpr std::size_t probe_body_bytes = 256 << 10;  // of body looked at and kept, per probe
inline constexpr int probe_redirects = 5;
inline constexpr std::size_t secret_bytes = 16
                                            << 10;  // of a password or token file; a JWT has 2 KiB

inline constexpr std::size_t token_answer_bytes = 64 << 10;  // two tokens and what is around them
inline constexpr Duration probe_farewell = 2s;  // to hand a token back; then it expires by itself

// --- other probes
inline constexpr std::size_t fhir_body_bytes = 4 << 20;  // a capability statement; HAPI's has 1 MiB
inline constexpr std::size_t veeam_body_bytes = 1 << 20;     // a page of 500 jobs; one has 1 KiB
inline constexpr std::size_t peer_body_bytes = 16 << 10;     // the beginning of an agent's status
inline constexpr std::size_t dialog_heard_bytes = 64 << 10;  // a DICOM PDU of 16 KiB, four times
inline constexpr std::size_t dialog_turns = 8;               // STARTTLS with SMTP needs 3
inline constexpr int icmp_requests = 20;
inline constexpr std::size_t icmp_payload_bytes = 1400;  // one frame of Ethernet

// --- HTTP server
inline constexpr std::size_t server_header_bytes = 8 << 10;
inline constexpr std::size_t server_body_bytes = 16 << 10;  // of a POST
inline constexpr std::size_t server_connections = 64;
inline constexpr Duration server_request_deadline = 10s;  // first byte to end of answer
inline constexpr Duration server_idle_deadline = 5min;    // keep-alive of a scraper, interval 1 min

inline constexpr Duration server_handshake_deadline = 5s;  // of TLS, from the connection on
inline constexpr std::size_t tls_file_bytes = 1 << 20;     // a certificate chain, key or CA file
inline constexpr Duration tls_file_look = 3s;              // between two looks at those files
inline constexpr std::size_t web_users = 32;
inline constexpr std::size_t password_bytes = 256;      // of name and password; bcrypt looks at 72
inline constexpr std::size_t passwords_waiting = 16;    // to be checked
inline constexpr std::size_t passwords_of_address = 4;  // of those, from one client address
// Checking passwords may take one part in so many of a processor.
inline constexpr int password_rest = 4;
inline constexpr std::size_t runbook_bytes = 256 << 10;  // one page; a long one has 10 KiB
inline constexpr std::size_t runbook_name_bytes = 64;
inline constexpr std::size_t runbooks = 500;  // listed

// --- control socket
inline constexpr std::size_t control_connections = 4;  // people at a command line; a fifth waits
inline constexpr std::size_t control_line_bytes = 8 << 10;     // a request without its line end
inline constexpr std::size_t control_answer_bytes = 16 << 20;  // the status of 2,000 checks
inline constexpr Duration control_deadline = 5s;  // to send a whole line, and to take the answer

// --- failures of a check, kept for people
inline constexpr std::size_t failures_kept = 3;  // kinds in a row; of 1,000 checks at worst 3 MiB
inline constexpr std::size_t transcript_bytes = 800;
inline constexpr std::size_t transcript_line_bytes = 380;

// --- text shown to people
inline constexpr std::size_t reason_value_bytes = 400;  // a value inside a reason; longer is cut

// --- ledger
inline constexpr Duration heartbeat = 10s;
// A step backwards: up to this the account waits until the clock has caught up.
inline constexpr Duration clock_freeze_max = 60s;
// A step forwards of more is a wrong clock, not a machine that slept: not counted.
inline constexpr Duration clock_gap_max = 24h * 92;
// Closed intervals that wait for the disk (150 bytes each); more are condensed to their sums.
inline constexpr std::size_t pending_records = 20'000;
inline constexpr std::size_t maintenance_windows = 1000;  // that hold now or later
inline constexpr Duration maintenance_max = 24h * 31;     // of one window that does not recur

}  // namespace ght::limits
