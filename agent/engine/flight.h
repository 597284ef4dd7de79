// One run of one check: plan, act, plan again while the collector asks, interpret.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>

#include "agent/core/check.h"
#include "agent/core/observation.h"
#include "agent/exposition/view.h"
#include "agent/io/prober.h"
#include "agent/io/process.h"

namespace ght {

// What was told to this agent, for the step ReadRecords.
class RecordSource {
 public:
  virtual ~RecordSource() = default;
  // At once; never throws.
  virtual RecordsResult read(const ReadRecords& step) const = 0;
};

// Who carries out steps; all outlive every flight. Without `records` that step fails.
struct Actors {
  io::HelperRunner* helpers = nullptr;
  io::Prober* probes = nullptr;
  const RecordSource* records = nullptr;
};

struct Landing {
  Observation observation;
  RunEnd end = RunEnd::error;  // ok, error or timeout
  Duration elapsed{};
  std::string transcript;  // of what was done, when the verdict is not good
};

// Takes at most check->timeout (plus the reaping of a helper). Whatever fails, there is a Landing;
// its reason says what. Never throws.
boost::asio::awaitable<Landing> fly(Actors actors, std::shared_ptr<const Check> check,
                                    Memory before);

}  // namespace ght
