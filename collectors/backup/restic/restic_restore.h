// How a copy in a restic repository is tried.
#pragma once

#include "collectors/backup/restore.h"

namespace ght::collectors::restic {

extern const backup::RestoreTool restore_tool;

}  // namespace ght::collectors::restic
