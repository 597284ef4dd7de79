#include "collectors/backup/restic/restic_setup.h"

#include <algorithm>

#include "collectors/backup/restic/restic_series.h"

namespace ght::collectors::restic {
namespace {

using Texts = std::vector<std::string>;

}  // namespace

RunHelper text_command(const Settings& settings, Texts arguments) {
  RunHelper step{.program = "restic", .arguments = std::move(arguments)};
  // Read only, from the repository itself: no lock (a check must neither hinder a prune nor need to
  // write), no cache (which still shows a snapshot whose file is damaged or gone unreadable).
  for (const char* option : {"--no-lock", "--no-cache"}) step.arguments.emplace_back(option);
  step.environment.emplace_back("RESTIC_PASSWORD_FILE", settings.get<std::string>("password_file"));
  const std::string file = repository_file(settings);
  if (file.empty()) {
    step.arguments.push_back("--repo=" + settings.get<std::string>("repository"));
  } else {
    step.environment.emplace_back("RESTIC_REPOSITORY_FILE", file);
  }
  return step;
}

RunHelper json_command(const Settings& settings, Texts arguments) {
  arguments.emplace_back("--json");
  return text_command(settings, std::move(arguments));
}

RunHelper list_snapshots(const Settings& settings) {
  const std::vector<Series> all = all_series(settings);
  // The newest of every host and set of paths: enough for the newest of all. Not where tags tell
  // series apart that restic does not.
  const bool by_tags =
      all.size() > 1 && std::ranges::any_of(all, [](const Series& s) { return !s.tags.empty(); });
  Texts arguments = {"snapshots"};
  if (!by_tags) arguments.emplace_back("--latest=1");
  if (all.size() == 1) {
    const Series& only = all.front();
    if (!only.host.empty()) arguments.push_back("--host=" + only.host);
    std::string tags;
    for (const std::string& tag : only.tags) tags += (tags.empty() ? "" : ",") + tag;
    if (!tags.empty()) arguments.push_back("--tag=" + tags);
    for (const std::string& path : only.paths) {
      // restic would put its working directory before a Windows path; matches() looks at those.
      if (path.starts_with('/')) arguments.push_back("--path=" + path);
    }
  }
  return json_command(settings, std::move(arguments));
}

}  // namespace ght::collectors::restic
