// From what is known of one item to a verdict and its samples.
#pragma once

#include <vector>

#include "collectors/backup/contract.h"

namespace ght::collectors::backup {

// What was told to the agent about one backup. `failure`: it could not be read.
struct Told {
  BackupRecords records;
  std::string failure;
  std::string tests_failure;  // the restore tests could not
};

struct Judgement {
  Verdict verdict = Verdict::unknown;
  Reason reason;
  std::vector<Sample> samples;
};

// `history` is that of this item and gets its newest copy, when that is complete.
Judgement judge(const Item& item, const Terms& terms, const Told& told, std::vector<Copy>& history,
                WallTime now);

}  // namespace ght::collectors::backup
