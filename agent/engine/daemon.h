// The daemon: everything wired together on one io_context, from the first signal handler to the
// last batch of the ledger.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "agent/config/config.h"
#include "agent/io/log.h"

namespace ght {

struct DaemonOptions {
  std::string version;
  std::string revision;
  std::string config_file;          // for messages
  std::string helper_directory;     // see io::HelperOptions
  std::string share_directory;      // what is installed beside the agent: runbooks
  std::vector<std::string> listen;  // overrides web.listen when not empty
  io::LogLevel log_level = io::LogLevel::info;
  io::LogFormat log_format = io::LogFormat::logfmt;
};

// `load` reads and judges the configuration file: called once at the start and at every SIGHUP.
// Returns the exit code: 0 after SIGTERM or SIGINT, 1 when it cannot start (the reason is logged).
int run_daemon(const DaemonOptions& options, const std::function<ConfigOutcome()>& load);

}  // namespace ght
