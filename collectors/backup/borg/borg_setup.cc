#include "collectors/backup/borg/borg_setup.h"

#include <algorithm>

#include "collectors/backup/address.h"

namespace ght::collectors::borg {
namespace {

using backup::optional_text;

std::string glob_of(const Settings& settings) {
  const std::string glob = optional_text(settings, "archive_glob");
  return glob.empty() ? "*" : glob;
}

const std::vector<Settings>* several(const Settings& settings) {
  return settings.find<std::vector<Settings>>("backups");
}

// borg splits such a value as a shell does.
std::string quoted(std::string_view word) {
  std::string result = "'";
  for (const char c : word) {
    if (c == '\'') {
      result += R"('"'"')";
    } else {
      result += c;
    }
  }
  return result + "'";
}

bool is_remote(const std::string& repository) {
  return repository.starts_with("ssh://");
}

Result<void> check_repository(const std::string& repository) {
  if (!repository.starts_with('/') && !is_remote(repository)) {
    return Error{"repository", "expected an absolute path or ssh://user@host/path"};
  }
  if (backup::has_password(repository)) {
    return Error{"repository", "the address holds a password; ssh takes a key (ssh_key_file)"};
  }
  if (repository.contains("::")) {
    return Error{"repository", "expected a repository, not one of its archives (\"::\")"};
  }
  if (repository.find_first_of("{}") != std::string::npos) {
    return Error{"repository", "expected a plain address: borg puts other text for {...}"};
  }
  return {};
}

Result<void> check_glob(const Settings& settings) {
  if (glob_of(settings).find_first_of("{}/") != std::string::npos) {
    return Error{"archive_glob", "expected a pattern of names with * ? [a-z], without { } and /"};
  }
  return {};
}

RunHelper step(const Settings& settings, std::string program, std::vector<std::string> arguments) {
  RunHelper step{.program = std::move(program), .arguments = std::move(arguments)};
  auto& environment = step.environment;
  // borg 1 prints local times without a zone; what it stores is UTC.
  environment.emplace_back("TZ", "UTC");
  const std::string passphrase_file = optional_text(settings, "passphrase_file");
  if (passphrase_file.empty()) {
    environment.emplace_back("BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK", "yes");
    // None: borg would ask on the terminal for that of an encrypted repository.
    environment.emplace_back("BORG_PASSPHRASE", "");
  } else {
    // The passphrase itself goes through a pipe, and is in no environment and no argument.
    environment.emplace_back("BORG_PASSCOMMAND", "/bin/cat " + quoted(passphrase_file));
  }
  const auto pass = [&](std::string_view setting, const char* variable) {
    const std::string value = optional_text(settings, setting);
    if (!value.empty()) environment.emplace_back(variable, value);
  };
  pass("key_file", "BORG_KEY_FILE");
  pass("borg_base_dir", "BORG_BASE_DIR");
  if (settings.get<bool>("relocation_allowed")) {
    environment.emplace_back("BORG_RELOCATED_REPO_ACCESS_IS_OK", "yes");
  }
  if (is_remote(settings.get<std::string>("repository"))) {
    std::string ssh = "ssh -o BatchMode=yes -o ConnectTimeout=20";
    const std::string key = optional_text(settings, "ssh_key_file");
    if (!key.empty()) ssh += " -i " + quoted(key);
    environment.emplace_back("BORG_RSH", std::move(ssh));
  }
  return step;
}

void add_remote_path(const Settings& settings, std::vector<std::string>& arguments) {
  const std::string path = optional_text(settings, "remote_path");
  if (!path.empty()) arguments.push_back("--remote-path=" + path);
}

}  // namespace

std::vector<Wanted> all_wanted(const Settings& settings) {
  const auto& repository = settings.get<std::string>("repository");
  const std::string label = backup::public_address(repository);
  std::vector<Wanted> all;
  if (const auto* each = several(settings)) {
    for (const Settings& one : *each) {
      all.push_back({.name = {.backup = one.get<std::string>("backup"), .repository = label},
                     .glob = glob_of(one)});
    }
    return all;
  }
  std::string name = optional_text(settings, "backup");
  if (name.empty()) name = backup::last_element(repository);
  all.push_back(
      {.name = {.backup = std::move(name), .repository = label}, .glob = glob_of(settings)});
  return all;
}

Result<void> check(const Settings& settings) {
  GHT_TRY_VOID(check_repository(settings.get<std::string>("repository")));
  GHT_TRY_VOID(check_glob(settings));
  const auto* each = several(settings);
  if (each == nullptr) return {};
  for (const char* alone : {"backup", "archive_glob"}) {
    if (!optional_text(settings, alone).empty()) {
      return Error{alone, "belongs into the elements of backups, when there are several"};
    }
  }
  std::vector<std::string> names;
  for (const Settings& one : *each) {
    GHT_TRY_VOID(check_glob(one));
    names.push_back(one.get<std::string>("backup"));
  }
  std::ranges::sort(names);
  if (std::ranges::adjacent_find(names) != names.end()) {
    return Error{"backups", "expected a different name in each element"};
  }
  return {};
}

RunHelper list_archives(const Settings& settings) {
  // Without a lock: a check must neither stand in the way of a backup nor wait for its end, and a
  // lock left behind by a killed check would stop all backups.
  std::vector<std::string> arguments = {"list",
                                        "--json",
                                        "--log-json",
                                        "--bypass-lock",
                                        "--consider-checkpoints",
                                        "--last=" + std::to_string(most_listed)};
  add_remote_path(settings, arguments);
  arguments.push_back(settings.get<std::string>("repository"));
  return step(settings, "borg", std::move(arguments));
}

RunHelper describe_archive(const Settings& settings, const Wanted& wanted, const std::string& id) {
  std::vector<std::string> arguments;
  add_remote_path(settings, arguments);
  arguments.push_back(settings.get<std::string>("repository"));
  arguments.push_back(wanted.glob);
  arguments.push_back(id);
  return step(settings, "ght-borg-archive", std::move(arguments));
}

RunHelper on_archive(const Settings& settings, std::string verb, std::vector<std::string> options,
                     const std::string& archive) {
  std::vector<std::string> arguments = {std::move(verb), "--log-json", "--bypass-lock"};
  for (std::string& option : options) arguments.push_back(std::move(option));
  add_remote_path(settings, arguments);
  arguments.push_back(settings.get<std::string>("repository") + "::" + archive);
  return step(settings, "borg", std::move(arguments));
}

}  // namespace ght::collectors::borg
