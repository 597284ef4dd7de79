// Helper processes: no shell, own session, fixed environment, /dev/null as input, capped
// output, a deadline, SIGKILL to the session, and quarantine of what cannot be killed.
#pragma once

#include <sys/types.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <csignal>
#include <memory>
#include <string>
#include <vector>

#include "agent/core/evidence.h"
#include "agent/core/plan.h"
#include "agent/core/time.h"

namespace ght::io {

struct HelperOptions {
  std::string helper_directory;  // libexec/ght-agent: searched first for names without a slash
  std::string cache_directory;   // XDG_CACHE_HOME of helpers; empty: not set
  std::string working_directory = "/";
  std::string privileged_socket = "/run/ght-agent-privileged.sock";
  std::size_t at_once = limits::helpers_at_once;  // further helpers wait for their turn
  int kill_signal = SIGKILL;  // tests use another one to stand for a process in D state
  Duration reap_grace = limits::helper_reap_grace;
  Duration pipe_grace = limits::helper_pipe_grace;
};

// Runs helpers on one executor (one thread), whose context must outlive the runner. The runner must
// outlive the coroutines that it made.
//
// The helper leads a session of its own. When it has ended, whatever is left of its process group
// is killed; when it is killed, so is every member of its session. A process that makes a session
// of its own (a daemon) is out of reach: it holds up nobody, and ends with the service's cgroup.
class HelperRunner {
 public:
  // Sets SIGCHLD to its default action when it is ignored: exit statuses would be lost.
  HelperRunner(boost::asio::any_io_executor executor, HelperOptions options);

  // Kills every process that is still alive, and waits for their death, at most reap_grace in all.
  ~HelperRunner();

  HelperRunner(const HelperRunner&) = delete;
  HelperRunner& operator=(const HelperRunner&) = delete;

  // Runs one helper to its end or to `deadline`. Waiting for a free place is first come, first
  // served, and counts against the deadline; HelperResult::elapsed counts from the call. Never
  // throws.
  //
  // A helper that is dead while a descendant still holds its output: after pipe_grace the session
  // is killed and the result is `exited`, with all that the helper itself wrote. More than
  // max_output bytes of stdout (limits::helper_output of stderr): killed, `output_limit`.
  //
  // A privileged step is run by the privileged service, and its result is that one's.
  //
  // A helper that is not dead reap_grace after its kill is `stuck`: it is quarantined until it
  // dies, and then reaped. `owner` (a check's name) is refused with HelperEnd::stuck as long. Its
  // place is given back at once, so that a few dead mounts cannot stop all collection; one owner
  // can hold one stuck process at most, so their number is bounded by that of the checks.
  boost::asio::awaitable<HelperResult> run(RunHelper step, std::string owner, MonoTime deadline);

  // Processes that were killed and are not dead, for logs and tests.
  std::vector<pid_t> quarantined() const;

  // Orderly stop: kills every running helper's session now; those coroutines end soon after, as
  // `signalled`. Helpers that wait for a place, and later ones, are not started any more.
  void kill_all();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace ght::io
