// What backup programs say about a run in JSON.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/core/backup_records.h"
#include "agent/io/wrapped_command.h"

namespace ght::cli {

// True when the command is one whose JSON is understood and it was told to write it.
bool writes_json(const std::vector<std::string>& argv);

// Takes size and changed files out of the last summary in `output` (restic backup --json, borg
// create --json). What is not understood is left out.
void read_summary(std::string_view output, BackupRun& run);

// success, partial or failed. Status 3 of restic and 1 (or 100 to 127) of borg mean a copy without
// everything that was asked for (restic: scripting; borg: return codes); any other but 0 is a
// failure.
void judge_end(const std::vector<std::string>& argv, const io::WrappedEnd& end, BackupRun& run);

}  // namespace ght::cli
