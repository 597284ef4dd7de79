// The list of jobs, put together from the answers of one run: the API revision that the server
// knows, then page after page.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "agent/core/evidence.h"
#include "agent/core/reason.h"
#include "collectors/backup/veeam/veeam_read.h"

namespace ght::collectors::veeam {

struct Question {
  std::string revision;
  std::size_t skip = 0;
};

// Exactly one of the three: what to ask next, why there is no list, or a list.
struct Walk {
  std::optional<Question> next;
  std::optional<Reason> failed;
  std::vector<Job> jobs;  // each id once
  std::string revision;   // of the answers
  // Empty, or: jobs came and went while the pages were read, so that one may have been missed.
  std::string gap;
};

// `revisions` are tried in this order, none of which is empty; `answers` are those of the questions
// so far. A list longer than limits::plan_rounds answers is none.
Walk walk(const std::vector<std::string>& revisions, std::span<const StepResult> answers);

}  // namespace ght::collectors::veeam
