// One restore test, from the search for the copy to the comparison. Prints and records nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/core/check.h"
#include "agent/exposition/texts.h"
#include "agent/io/interrupts.h"
#include "collectors/backup/restore.h"

namespace ght::cli {

struct RestoreRequest {
  const Check& check;
  const collectors::backup::RestoreTool& tool;  // of its collector
  std::string backup;
  std::size_t files = 0;
  std::uint64_t max_size = 0;
  std::uint64_t seed = 0;  // of the choice of files
  std::string parent;      // where the folder for what is restored is made, and removed
  std::string helper_directory;
  Duration timeout{};
  Language language = Language::fr;
  std::string time_zone;
};

struct RestoreOutcome {
  enum class End {
    success,
    failed,   // the copy was there, and could not be brought back whole
    untried,  // nothing is known: the repository could not be had, or something else came between
  };
  End end = End::untried;
  // Why it is no success: one sentence that names no file, because it is recorded for years when
  // the test failed.
  std::string why;
  std::string words;  // what was said and which files, for the terminal alone
  std::optional<collectors::backup::FoundCopy> copy;
  std::uint64_t listed = 0;  // files with content in the copy
  std::uint64_t chosen = 0;  // of these
  std::uint64_t equal = 0;   // of these, restored with the content that the repository tells
  std::uint64_t bytes = 0;   // of the chosen
  Duration elapsed{};
  std::vector<Error> left;  // restored data that could not be removed, of this test or older
};

// Whatever comes, nothing that was restored and no process is left, but for `left`.
RestoreOutcome try_restore(const RestoreRequest& request, const io::Interrupts& interrupts);

}  // namespace ght::cli
