#include "agent/cli/commands.h"
#include "agent/cli/load.h"
#include "agent/cli/version.h"
#include "agent/engine/daemon.h"

namespace ght::cli {

int run(const RunOptions& options) {
  const DaemonOptions daemon{.version = std::string(version()),
                             .revision = std::string(revision()),
                             .config_file = options.config_file,
                             .helper_directory = helper_directory(),
                             .share_directory = share_directory(),
                             .listen = options.listen,
                             .log_level = options.log_level,
                             .log_format = options.log_format};
  return run_daemon(daemon, [&options] { return load_config(options.config_file); });
}

}  // namespace ght::cli
