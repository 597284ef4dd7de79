// The runbooks that are installed beside the agent: <directory>/<language>/<Alert>.html, and the
// Markdown that they were made from.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/exposition/texts.h"

namespace ght::io {

// Letters and digits, 64 at most: nothing that could lead out of the directory.
bool is_runbook_name(std::string_view name);

enum class RunbookForm { html, markdown };

class RunbookFiles {
 public:
  explicit RunbookFiles(std::string directory) : directory_(std::move(directory)) {}

  // In the order of the alphabet; empty when none are installed.
  std::vector<std::string> names(Language language) const;
  // Absent: not there, not readable, larger than limits::runbook_bytes, or no name of a runbook.
  std::optional<std::string> read(std::string_view name, Language language, RunbookForm form) const;

 private:
  std::string directory_;
};

}  // namespace ght::io
