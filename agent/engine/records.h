// What was told to this agent about backups, gathered for the step ReadRecords.
#pragma once

#include <string>
#include <vector>

#include "agent/core/backup_records.h"
#include "agent/engine/flight.h"

namespace ght {

// Reported runs from the files below `state_directory`, restore tests from `tests`. A reader whose
// tests could not be read says why in `tests_failure`.
RecordsResult read_records(const ReadRecords& step, const std::string& state_directory,
                           const std::vector<RestoreTest>& tests, std::string tests_failure);

// For a command that is no daemon: reads the ledger's file once.
class FileRecords : public RecordSource {
 public:
  // Empty: nothing was ever told.
  explicit FileRecords(std::string state_directory);
  RecordsResult read(const ReadRecords& step) const override;

 private:
  std::string state_directory_;
};

}  // namespace ght
