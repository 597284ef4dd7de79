// How restic is run for a check.
#pragma once

#include <string>
#include <vector>

#include "agent/core/field.h"
#include "agent/core/plan.h"

namespace ght::collectors::restic {

// restic with the repository and the password file of the check, reading only: without lock and
// cache. json_command asks for JSON, text_command for words where restic has no JSON for what
// matters.
RunHelper json_command(const Settings& settings, std::vector<std::string> arguments);
RunHelper text_command(const Settings& settings, std::vector<std::string> arguments);

// `restic snapshots` of all backups of the check.
RunHelper list_snapshots(const Settings& settings);

}  // namespace ght::collectors::restic
