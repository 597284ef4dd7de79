// Reading and judging the configuration file, the same for every subcommand.
#pragma once

#include <string>
#include <vector>

#include "agent/config/config.h"

namespace ght::cli {

// Problems carry the file's name; a file that cannot be read is one problem of line 0.
ConfigOutcome load_config(const std::string& path);

// What is wrong or unwise about the files that "web" names, as far as this user can read them.
std::vector<ConfigProblem> web_file_problems(const Config& config, const std::string& path);

// One line per problem on standard error.
void print_problems(const ConfigOutcome& outcome);

// Where the agent's own helper programs are: beside the binary as built (../libexec or ./libexec)
// or as installed (../libexec/ght-agent).
std::string helper_directory();

// Where its data files are, found in the same way: ./share, ../share/ght-agent.
std::string share_directory();

}  // namespace ght::cli
