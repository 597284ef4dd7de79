// One series of backups among the archives of a repository.
#pragma once

#include <optional>
#include <string_view>

#include "agent/core/time.h"
#include "collectors/backup/borg/borg_read.h"

namespace ght::collectors::borg {

struct Series {
  std::optional<Archive> newest;  // complete
  // The newest checkpoint, when it began after the newest complete archive: a backup that is
  // running, or that was cut off.
  std::optional<Archive> unfinished;
  bool interrupted = false;  // `unfinished` does not run any more
};

// A checkpoint counts for the name that its archive would have had. It was cut off when nothing was
// written to the repository for `silence` (a running borg writes a checkpoint every half hour), or
// when another archive began later: a repository has one writer at a time.
Series series_of(const Listing& listing, std::string_view glob, Duration silence, WallTime now);

}  // namespace ght::collectors::borg
