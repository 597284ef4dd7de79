#include "collectors/backup/pgbackrest/pgbackrest_copies.h"

#include <algorithm>

namespace ght::collectors::pgbackrest {
namespace {

// After an upgrade or a new cluster (stanza-upgrade) older entries are about what was before.
std::int64_t current_database(const Stanza& stanza, std::int64_t repo) {
  std::int64_t newest = 0;
  for (const Database& each : stanza.databases) {
    if (each.repo == repo) newest = std::max(newest, each.id);
  }
  return newest;
}

}  // namespace

std::optional<Reason> incomplete(const Stanza& stanza, const Backup& backup) {
  if (backup.page_errors) return Reason{.code = "pgbackrest_page_errors", .value = backup.label};
  for (const std::string& needed : backup.references) {
    const bool listed = std::ranges::any_of(stanza.backups, [&](const Backup& each) {
      return each.repo == backup.repo && each.label == needed;
    });
    if (!listed) {
      return Reason{
          .code = "pgbackrest_reference_missing", .value = backup.label, .expected = needed};
    }
  }
  if (!backup.wal) return std::nullopt;
  // Names of segments sort as the log goes on, later timelines after earlier ones.
  const bool archived = std::ranges::any_of(stanza.archives, [&](const Archive& each) {
    return each.repo == backup.repo && each.database == backup.database && each.wal &&
           each.wal->first <= backup.wal->first && backup.wal->last <= each.wal->last;
  });
  if (archived) return std::nullopt;
  return Reason{.code = "pgbackrest_wal_missing",
                .value = backup.label,
                .expected = backup.wal->first + " - " + backup.wal->last};
}

Copies copies_in(const Stanza& stanza, std::int64_t repo) {
  const std::int64_t database = current_database(stanza, repo);
  Copies copies;
  for (const Backup& each : stanza.backups) {
    if (each.repo != repo || each.database != database) continue;
    if (copies.newest == nullptr || each.begun > copies.newest->begun) copies.newest = &each;
    if (!incomplete(stanza, each)) copies.complete.push_back(&each);
  }
  std::ranges::sort(copies.complete, [](const Backup* a, const Backup* b) {
    return a->begun != b->begun ? a->begun > b->begun : a->label > b->label;
  });
  return copies;
}

const Repo* find_repo(const Stanza& stanza, std::int64_t key) {
  const auto found =
      std::ranges::find_if(stanza.repos, [&](const Repo& each) { return each.key == key; });
  return found == stanza.repos.end() ? nullptr : &*found;
}

}  // namespace ght::collectors::pgbackrest
