// What the settings of a borg check ask for.
#pragma once

#include <string>
#include <vector>

#include "agent/core/field.h"
#include "agent/core/plan.h"
#include "agent/core/result.h"
#include "collectors/backup/contract.h"

namespace ght::collectors::borg {

// The archives of one backup among those of the repository.
struct Wanted {
  backup::Name name;
  std::string glob;
};

// One for each element of `backups`, or one for the whole check.
std::vector<Wanted> all_wanted(const Settings& settings);

// The first setting that cannot work, by name.
Result<void> check(const Settings& settings);

// How many archives are asked for, from the newest on: 2 MiB of them would have to be kept at once.
inline constexpr std::size_t most_listed = 2000;

// `borg list` of the newest archives, checkpoints too.
RunHelper list_archives(const Settings& settings);

// ght-borg-archive for the newest archive of `wanted`.
RunHelper describe_archive(const Settings& settings, const Wanted& wanted, const std::string& id);

// `borg VERB OPTIONS REPOSITORY::ARCHIVE`, without a lock, in the environment of the two above.
RunHelper on_archive(const Settings& settings, std::string verb, std::vector<std::string> options,
                     const std::string& archive);

}  // namespace ght::collectors::borg
