// What a restore test asks of a backup tool: how its newest complete copy is found, its files are
// listed, and some of them are brought back and compared. Only `ght-agent restore-test run` acts
// upon this, as whoever starts it. The daemon never does: no collector's plan has such a step.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "agent/core/evidence.h"
#include "agent/core/field.h"
#include "agent/core/plan.h"
#include "agent/core/reason.h"
#include "agent/core/result.h"
#include "collectors/backup/contract.h"

namespace ght::collectors::backup {

// The newest complete copy of one backup, chosen as the check chooses it.
struct FoundCopy {
  Name name;
  std::string id;
  std::string title;  // how the tool is told which one
  WallTime begun{};
};

// A regular file with content. `path` has no "/" in front: it is one below the place of a restore.
struct CopyFile {
  std::string path;
  std::uint64_t size = 0;
  std::string sha256 = {};  // by the repository; empty: not asked, or the tool compares itself

  bool operator==(const CopyFile&) const = default;
};

// One record of the list of a copy's files.
struct ListedEntry {
  enum class Kind {
    file,       // regular, not empty
    unnamable,  // the same, with a name that the tool cannot be given back
    damaged,    // the same, and the tool knows that content is lost
    other,      // folders, links, empty files, ...
  };
  Kind kind = Kind::other;
  CopyFile file = {};
};

// Where files are restored to, and the file that says which. Both are for their owner alone.
struct RestorePlace {
  std::string target;     // an empty folder; the tool is run in it
  std::string selection;  // a file with what selection() returned
};

// A row of functions, as a Collector is; all but find_copy are asked after it.
struct RestoreTool {
  std::string_view collector;
  char separator;  // ends each record of list_files and hash_files

  std::vector<Name> (*names)(const Settings&);
  RunHelper (*list_copies)(const Settings&);
  // A Reason of the collector when there is none, or the repository could not be read.
  std::variant<FoundCopy, Reason> (*find_copy)(const Settings&, const std::string& backup,
                                               const HelperResult& listed);

  // Whether another process holds the repository for itself: rounds of steps, as a collector plans
  // them (an empty plan: enough is known, or there is no way to know), and what they say.
  Plan (*look_for_locks)(const Settings&, const std::vector<HelperResult>& so_far);
  bool (*is_locked)(const std::vector<HelperResult>& looked, WallTime now);

  RunHelper (*list_files)(const Settings&, const FoundCopy&);
  Result<ListedEntry> (*read_entry)(std::string_view record, const FoundCopy&);

  // nullptr: `restore` has the tool compare what it restored with its record.
  RunHelper (*hash_files)(const Settings&, const FoundCopy&, const RestorePlace&);
  Result<CopyFile> (*read_hash)(std::string_view record, const FoundCopy&);

  // The text of RestorePlace::selection; empty: none is needed.
  std::string (*selection)(const std::vector<CopyFile>&);
  RunHelper (*restore)(const Settings&, const FoundCopy&, const std::vector<CopyFile>&,
                       const RestorePlace&);
  // From an answer of `restore` that ended well: how many files the tool itself compared.
  Result<std::uint64_t> (*compared)(const HelperResult&);

  WhyFailed why_failed;
  // Codes of why_failed that say nothing about the copy: the repository could not be had.
  std::span<const std::string_view> out_of_reach;
};

// nullptr: a collector whose copies cannot be tried in this way.
const RestoreTool* restore_tool(std::string_view collector);

}  // namespace ght::collectors::backup
