// Restore tests out of their records: evidence that a backup can be brought back.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "agent/core/backup_records.h"
#include "agent/core/result.h"
#include "agent/ledger/record.h"

namespace ght {

std::string to_json(const RestoreTest& test);
// An Error for anything that to_json did not write.
Result<RestoreTest> restore_test_from_json(std::string_view json);

// From records of the kind restore_test, in order (others are passed over); one that was said again
// after a pruning or a damage is there once. What cannot be read is added to `problems`.
std::vector<RestoreTest> restore_tests_of(const std::vector<Record>& records,
                                          std::vector<Error>& problems);

// The newest of one backup: whatever its end, and the newest that succeeded. `runs` stays empty.
BackupRecords newest_tests(const std::vector<RestoreTest>& tests, std::string_view backup);

}  // namespace ght
