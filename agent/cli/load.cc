#include "agent/cli/load.h"

#include <cstdio>
#include <filesystem>

#include "agent/core/limits.h"
#include "agent/io/host.h"
#include "collectors/registry.h"

namespace ght::cli {

ConfigOutcome load_config(const std::string& path) {
  const auto bytes = io::read_file(path, limits::config_bytes);
  if (!bytes.ok()) {
    ConfigOutcome outcome;
    ConfigProblem problem;
    problem.file = path;
    problem.message = bytes.error().message;
    outcome.problems.push_back(std::move(problem));
    return outcome;
  }
  return parse_config(bytes.value(), path, io::hostname(), collectors::all());
}

void print_problems(const ConfigOutcome& outcome) {
  for (const ConfigProblem& problem : outcome.problems) {
    std::fprintf(stderr, "%s%s\n", problem.text().c_str(), problem.warning ? " (warning)" : "");
  }
}

std::string helper_directory() {
  std::error_code error;
  const auto binary = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return {};
  const auto built = binary.parent_path() / "libexec";
  if (std::filesystem::is_directory(built, error)) return built.string();
  return (binary.parent_path().parent_path() / "libexec" / "ght-agent").string();
}

}  // namespace ght::cli
