// The hash chain over the records, as README.md has it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "agent/core/result.h"
#include "agent/ledger/record.h"

namespace ght {

// The bytes that are hashed for this record as number `seq`.
std::string chain_fields(std::int64_t seq, const Record& record);

// The head after `record` was appended to `before`.
ChainHead chain_append(const ChainHead& before, const Record& record);

std::string to_hex(std::string_view bytes);

// The sums of a check's intervals, as condensed records and checkpoints carry them in their body.
std::string sums_to_json(const StateTimes& times);
Result<StateTimes> sums_from_json(std::string_view json);

// What a checkpoint says: everything up to `head` was deleted, and came to these sums.
struct Checkpoint {
  ChainHead head;
  std::map<std::string, StateTimes, std::less<>> sums;
};
std::string to_json(const Checkpoint& checkpoint);
Result<Checkpoint> checkpoint_from_json(std::string_view json);

// Walks a chain from its beginning, one record after the other, and tells the first broken link.
class ChainVerifier {
 public:
  // After pruning: `start` is the newest checkpoint, absent for a whole chain. What the walk then
  // finds as that checkpoint's own record must say the same.
  explicit ChainVerifier(std::optional<Checkpoint> start);

  // An Error names the record and what is wrong with it. Do not go on after one.
  Result<void> next(const ChainedRecord& record);

  const ChainHead& head() const { return head_; }
  // Per check: the sums of its intervals since it exists.
  const std::map<std::string, StateTimes, std::less<>>& sums() const { return sums_; }

 private:
  Result<void> add_up(const ChainedRecord& record);

  ChainHead head_;
  std::map<std::string, StateTimes, std::less<>> sums_;
};

}  // namespace ght
