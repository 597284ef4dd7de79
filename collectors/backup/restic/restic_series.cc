#include "collectors/backup/restic/restic_series.h"

#include <algorithm>
#include <array>
#include <set>

#include "collectors/backup/address.h"

namespace ght::collectors::restic {
namespace {

using backup::optional_text;

using Texts = std::vector<std::string>;

Texts list(const Settings& settings, std::string_view key) {
  const auto* given = settings.find<Texts>(key);
  return given == nullptr ? Texts{} : *given;
}

bool given(const Settings& settings, std::string_view key) {
  if (key == "tags" || key == "paths") return settings.find<Texts>(key) != nullptr;
  return settings.find<std::string>(key) != nullptr;
}

Series series_of(const Settings& settings, std::string repository, const std::string& fallback) {
  std::string name = optional_text(settings, "backup");
  return {.name = {.backup = name.empty() ? fallback : std::move(name),
                   .repository = std::move(repository)},
          .host = optional_text(settings, "restic_host"),
          .tags = list(settings, "tags"),
          .paths = list(settings, "paths")};
}

bool matches(const Snapshot& snapshot, const Series& series) {
  const auto has_all = [](const Texts& all, const Texts& wanted) {
    return std::ranges::all_of(
        wanted, [&](const std::string& one) { return std::ranges::find(all, one) != all.end(); });
  };
  return (series.host.empty() || snapshot.host == series.host) &&
         has_all(snapshot.tags, series.tags) && has_all(snapshot.paths, series.paths);
}

}  // namespace

std::vector<Series> all_series(const Settings& settings) {
  const auto& repository = settings.get<std::string>("repository");
  const std::string shown = backup::public_address(repository);
  const auto* several = settings.find<std::vector<Settings>>("backups");
  if (several == nullptr) {
    return {series_of(settings, shown, backup::last_element(repository))};
  }
  std::vector<Series> all;
  for (const Settings& each : *several) all.push_back(series_of(each, shown, ""));
  return all;
}

std::optional<Snapshot> newest_of(const std::vector<Snapshot>& snapshots, const Series& series) {
  std::optional<Snapshot> newest;
  for (const Snapshot& each : snapshots) {
    if (matches(each, series) && (!newest || each.time > newest->time)) newest = each;
  }
  return newest;
}

std::string repository_file(const Settings& settings) {
  return optional_text(settings, "repository_file");
}

Result<void> check(const Settings& settings) {
  constexpr auto kinds = std::to_array<std::string_view>(
      {"/", "local:/", "sftp:", "rest:http", "s3:", "b2:", "azure:", "gs:", "swift:", "rclone:"});
  const auto& repository = settings.get<std::string>("repository");
  if (optional_text(settings, "repository_file").empty() &&
      std::ranges::none_of(kinds, [&](auto kind) { return repository.starts_with(kind); })) {
    return Error{"repository",
                 "expected an absolute path, or an address that begins with sftp:, rest:http, s3:, "
                 "b2:, azure:, gs:, swift: or rclone:"};
  }
  if (backup::has_password(repository)) {
    return Error{"repository",
                 "the address holds a password, which every user of the host could see; write the "
                 "whole address into a file and name it in repository_file"};
  }
  if (settings.find<std::vector<Settings>>("backups") != nullptr) {
    for (const char* key : {"backup", "restic_host", "tags", "paths"}) {
      if (given(settings, key)) return Error{key, "belongs into each element of backups"};
    }
  }
  std::set<std::string> names;
  for (const Series& series : all_series(settings)) {
    if (!names.insert(series.name.backup).second) {
      return Error{"backups", "\"" + series.name.backup + "\" is there twice"};
    }
    for (const std::string& tag : series.tags) {
      if (tag.empty() || tag.contains(',')) {
        return Error{"tags", "expected one tag in each element, without a comma"};
      }
    }
  }
  return {};
}

}  // namespace ght::collectors::restic
