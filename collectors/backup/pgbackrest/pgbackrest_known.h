// What the collector remembers from run to run.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>

#include "agent/core/time.h"
#include "collectors/backup/pgbackrest/pgbackrest_read.h"

namespace ght::collectors::pgbackrest {

using Keys = std::set<std::int64_t>;

struct Known {
  Keys repos;  // all that pgBackRest ever named
  // pgBackRest does not say since when a backup runs: what is known is since when it is seen to.
  std::optional<WallTime> running_since;
  std::string running_after;  // the newest backup that there was by then
};

// From this collector's part of the memory; what is not understood of it is left out.
Known recall(const nlohmann::json& own);
nlohmann::json as_memory(const Known& known);

void follow_running(Known& known, const Stanza& stanza, WallTime now);

}  // namespace ght::collectors::pgbackrest
