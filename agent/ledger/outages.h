// Outages out of segments that come in the order of time.
#pragma once

#include <vector>

#include "agent/core/history.h"
#include "agent/core/report.h"
#include "agent/ledger/record.h"

namespace ght {

// README.md, "Outages".
class OutageTracker {
 public:
  // Keeps at most `most` ended outages, the newest.
  explicit OutageTracker(std::size_t most) : most_(most) {}

  void add(const Segment& segment);
  // The check is gone: what was open ends with its last bad second.
  void end();

  // Oldest first, the open one last.
  std::vector<Outage> outages() const;

 private:
  void close();

  std::size_t most_;
  std::vector<Outage> ended_;
  std::optional<Outage> open_;
  WallDuration unknown_since_bad_{};  // counts only if it gets bad again
};

RestoreFigures restore_figures(const std::vector<Outage>& outages,
                               const std::optional<Duration>& max_outage);

}  // namespace ght
