// Which backups of a repository are copies of the database as it is now.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "agent/core/reason.h"
#include "collectors/backup/pgbackrest/pgbackrest_read.h"

namespace ght::collectors::pgbackrest {

// Why this backup cannot be restored as the list shows it; nullopt: nothing is missing.
std::optional<Reason> incomplete(const Stanza& stanza, const Backup& backup);

// What one repository holds of the newest database in its history, newest first. The pointers live
// as long as the stanza.
struct Copies {
  std::vector<const Backup*> complete;
  const Backup* newest = nullptr;  // complete or not
};
Copies copies_in(const Stanza& stanza, std::int64_t repo);

// nullptr when pgBackRest did not name it.
const Repo* find_repo(const Stanza& stanza, std::int64_t key);

}  // namespace ght::collectors::pgbackrest
