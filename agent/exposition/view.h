// What every page is made of: a plain picture of what is known now. Assembled by the engine, read
// by the renderers. Pointers live as long as the call that renders.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/core/activity.h"
#include "agent/core/check.h"
#include "agent/core/failure.h"
#include "agent/core/history.h"
#include "agent/core/maintenance.h"
#include "agent/core/observation.h"
#include "agent/core/state.h"
#include "agent/core/time.h"

namespace ght {

// Ends of runs, indexed by RunEnd: the label `result` of ght_check_runs_total.
enum class RunEnd { ok, error, timeout, skipped };
inline constexpr std::array<std::string_view, 4> run_end_names = {"ok", "error", "timeout",
                                                                  "skipped"};

struct CheckView {
  const Check* check = nullptr;
  State state = State::unknown;
  WallTime state_since{};  // since when the account holds this state without a break
  Reason reason;           // of the present state (stale, never_run, ...)
  const Observation* last =
      nullptr;  // nullptr: none yet, or no longer current (stale): show no samples
  std::array<std::uint64_t, run_end_names.size()> runs{};
  std::optional<WallTime> last_run;  // end of the last run, absent: never in this process
  std::optional<Duration> last_duration;
  const Failures* failures = nullptr;  // nullptr: none kept
  // Durable seconds, from the ledger. Absent only while the ledger has never been readable: a zero
  // would look like a counter reset and falsify a month.
  std::optional<StateTimes> accounted;
  // Months, strips and outages. Absent until the history has been read from the ledger.
  std::optional<CheckHistory> history;
  bool maintenance_active = false;  // a window covers it now, also out of hours
};

// The agent's own HTTPS server.
struct WebTlsView {
  WallTime not_after{};      // of its certificate
  std::string reload_error;  // why newer files are not in use; empty: there are none
};

struct View {
  std::string version;
  std::string revision;
  Identity identity;
  std::string os;      // PRETTY_NAME of os-release
  std::string kernel;  // uname -r
  Numbering numbering = Numbering::csp;
  std::string time_zone;
  WallTime now{};
  WallTime started{};
  bool reload_ok = true;              // the configuration file as last read was accepted
  std::string reload_error;           // first problem of a refused reload, for the page
  WallTime reload_success{};          // when the running configuration was accepted
  std::optional<WebTlsView> web_tls;  // absent: plain HTTP
  bool ledger_healthy = false;
  std::string ledger_error;  // why not, for the page
  std::optional<WallTime> ledger_last_write;
  // The chain of the ledger as last written; 0 and empty: never read.
  std::int64_t chain_records = 0;
  std::string chain_head;  // 64 hex digits
  // Windows that hold now or later, soonest first.
  std::vector<MaintenanceWindow> maintenance;
  std::vector<CheckView> checks;  // in the order of the configuration
};

// What a page needs: figures are for /metrics, without the cells and outages of histories.
enum class ViewDetail { figures, everything };

// Read-only window on the running agent. `generation` grows with every change of what view() would
// show, apart from `now`; equal generations may serve an equal page.
class ViewSource {
 public:
  virtual ~ViewSource() = default;
  virtual std::uint64_t generation() const = 0;
  virtual View view(ViewDetail detail) const = 0;
  virtual bool ready() const = 0;  // configuration accepted, ledger opened or given up, listening
};

}  // namespace ght
