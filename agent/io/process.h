// Helper processes: no shell, own process group, fixed environment, /dev/null as input, capped
// output, a deadline, SIGKILL to the group, and quarantine of what cannot be killed.
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
  std::size_t at_once = limits::helpers_at_once;  // further helpers wait for their turn
  int kill_signal = SIGKILL;  // tests use another one to stand for a process in D state
  Duration reap_grace = limits::helper_reap_grace;
  Duration pipe_grace = limits::helper_pipe_grace;
};

// Runs helpers on one executor (one thread). Must outlive the coroutines that it made.
class HelperRunner {
 public:
  HelperRunner(boost::asio::any_io_executor executor, HelperOptions options);
  ~HelperRunner();  // kills every process group that is still alive
  HelperRunner(const HelperRunner&) = delete;
  HelperRunner& operator=(const HelperRunner&) = delete;

  // Runs one helper to its end or to `deadline`; waiting for a free place counts against it.
  // `owner` (a check's name) is refused with HelperEnd::stuck while an earlier helper of the same
  // owner is quarantined. Never throws.
  boost::asio::awaitable<HelperResult> run(RunHelper step, std::string owner, MonoTime deadline);

  // Processes that were killed and are not dead, for logs and tests.
  std::vector<pid_t> quarantined() const;

  // Kills every running helper's group now (orderly stop); their coroutines end soon after.
  void kill_all();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace ght::io
