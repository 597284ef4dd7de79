#include "agent/cli/load.h"

#include <cstdio>
#include <filesystem>

#include "agent/core/limits.h"
#include "agent/io/clock.h"
#include "agent/io/host.h"
#include "agent/io/tls_identity.h"
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

std::vector<ConfigProblem> web_file_problems(const Config& config, const std::string& path) {
  std::vector<ConfigProblem> problems;
  if (!config.web.tls) return problems;
  const auto bytes = io::read_file(path, limits::config_bytes);
  const auto add = [&](const std::string& key, const std::string& message, bool warning) {
    const std::string pointer = "/web/tls_server_config" + key;
    problems.push_back({.file = path,
                        .line = bytes.ok() ? line_of(bytes.value(), pointer) : 0,
                        .pointer = pointer,
                        .message = message,
                        .warning = warning});
  };
  const TlsServerConfig& tls = *config.web.tls;
  const auto loaded = io::load_tls_identity(tls, false);
  if (!loaded.ok()) {
    const std::string& file = loaded.error().about;
    const char* key = file == tls.cert_file        ? "/cert_file"
                      : file == tls.key_file       ? "/key_file"
                      : file == tls.client_ca_file ? "/client_ca_file"
                                                   : "";
    add(key, loaded.error().text(), false);
  }
  for (const io::TlsFileWarning& each : io::tls_file_warnings(tls, io::wall_now())) {
    add("/" + each.key, each.message, true);
  }
  return problems;
}

void print_problems(const ConfigOutcome& outcome) {
  for (const ConfigProblem& problem : outcome.problems) {
    std::fprintf(stderr, "%s%s\n", problem.text().c_str(), problem.warning ? " (warning)" : "");
  }
}

namespace {

// <prefix>/<kind>/ght-agent of an installed agent, <build>/<kind> of one in its build tree.
std::string beside_the_program(const char* kind) {
  std::error_code error;
  const auto binary = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return {};
  const auto built = binary.parent_path() / kind;
  if (std::filesystem::is_directory(built, error)) return built.string();
  return (binary.parent_path().parent_path() / kind / "ght-agent").string();
}

}  // namespace

std::string helper_directory() {
  return beside_the_program("libexec");
}

std::string share_directory() {
  return beside_the_program("share");
}

}  // namespace ght::cli
