// The terminal's view of /api/v1/status. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "agent/core/result.h"
#include "agent/exposition/texts.h"

namespace ght::cli {

struct Terminal {
  bool colour = false;
  std::size_t width = 0;  // columns; 0: not a terminal, nothing is cut
};

struct StatusTable {
  std::string text;
  int exit_code = 3;  // 0 all good, 2 something bad, 3 something unknown or no check at all
};

// `json` is the answer of /api/v1/status. Bad checks first, then unknown, then the others; columns
// are aligned for UTF-8. An Error when the answer is not understood.
Result<StatusTable> status_table(std::string_view json, Language language,
                                 const Terminal& terminal);

}  // namespace ght::cli
