// Any bytes as the end of what a wrapped backup program printed: the run stays one that can be
// told.
#include <cmath>

#include "agent/cli/backup_summary.h"
#include "agent/core/result.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ght::BackupRun run;
  ght::cli::read_summary(std::string(data, data + size), run);
  GHT_CHECK(!run.changed_files || (*run.changed_files >= 0 && *run.changed_files <= 1));
  return 0;
}
