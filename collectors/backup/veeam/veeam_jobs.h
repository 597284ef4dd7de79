// From the list of jobs to the items that are judged, and what to remember of them.
#pragma once

#include <string>
#include <vector>

#include "agent/core/field.h"
#include "agent/core/time.h"
#include "collectors/backup/contract.h"
#include "collectors/backup/veeam/veeam_list.h"
#include "collectors/backup/veeam/veeam_memory.h"

namespace ght::collectors::veeam {

// Jobs that one check looks at: their history and memory must fit limits::memory_bytes.
inline constexpr std::size_t jobs_of_check = 100;

// What the settings ask for.
struct Wanted {
  std::vector<std::string> jobs = {};     // by name; empty: every job that makes backups
  std::vector<std::string> ignored = {};  // of those
  std::string backup = {};                // the label; empty: the name of the job
  std::string server = {};                // stands in for a repository that is not known
  bool warning_is_good = false;
};

// What to say something about although there is no list.
std::vector<backup::Name> names_of(const Wanted& wanted, const Recall& before);

struct Judged {
  std::vector<backup::Item> items;         // never empty
  std::map<std::string, Remembered> jobs;  // by id
  std::vector<std::string> missing;        // wanted, and the whole list has no job of that name
};

// `list` is a whole list.
Judged judged(const Wanted& wanted, const Walk& list, const Recall& before, WallTime now);

}  // namespace ght::collectors::veeam
