#include "collectors/backup/restore.h"

#include "collectors/backup/borg/borg_restore.h"
#include "collectors/backup/restic/restic_restore.h"

namespace ght::collectors::backup {

const RestoreTool* restore_tool(std::string_view collector) {
  for (const RestoreTool* tool : {&restic::restore_tool, &borg::restore_tool}) {
    if (tool->collector == collector) return tool;
  }
  return nullptr;
}

}  // namespace ght::collectors::backup
