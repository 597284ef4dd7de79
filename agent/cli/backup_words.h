// The words of the subcommands backup and restore-test.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "agent/cli/commands.h"

namespace ght::cli {

// What was asked for, once the words are understood.
using Action = std::function<int()>;

// `options` and `action` must outlive the parse.
void add_backup(CLI::App& app, BackupOptions& options, Action& action);
void add_restore_test(CLI::App& app, RestoreTestOptions& options, RestoreRunOptions& run,
                      Action& action);

}  // namespace ght::cli
