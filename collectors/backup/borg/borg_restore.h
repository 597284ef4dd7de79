// How a copy in a borg repository is tried.
#pragma once

#include "collectors/backup/restore.h"

namespace ght::collectors::borg {

extern const backup::RestoreTool restore_tool;

}  // namespace ght::collectors::borg
