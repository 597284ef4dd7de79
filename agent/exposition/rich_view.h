// For tests: one fixed View in which everything that the pages can show happens at once. All six
// activities, all five states, a check that never ran, a stale one, hostile and long texts.
#pragma once

#include <deque>

#include "agent/exposition/view.h"

namespace ght::test {

class RichView {
 public:
  RichView();
  RichView(const RichView&) = delete;
  RichView& operator=(const RichView&) = delete;

  View view;  // points into the rest
  std::deque<Check> checks;
  std::deque<Observation> observations;
  std::deque<Failures> failures;

 private:
  CheckView& add(std::string name, std::string title, Activity activity, const Collector& collector,
                 State state, Reason reason);
  void add_bad();
  void add_unknown();
  void add_good();
  void add_excluded();
};

// A stretch of time in one state, to make histories of.
struct HistorySpan {
  WallTime from{};
  WallTime to{};
  State state = State::unknown;
};

// Months, strips, and no outages, as of a moment in November 2026 in Europe/Paris.
CheckHistory history_of(const std::vector<HistorySpan>& spans, const ServiceLevel& sla,
                        WallTime now);

// Pasts for most checks of the rich view, windows and a chain.
void add_history(View& view);

// Only a sound agent without checks: the smallest View there is.
View empty_view();

// A probe that answers and a backup with one family of labels, as the real ones declare them.
extern const Collector rich_probe;
extern const Collector rich_backup;
extern const Family rich_probe_success;
extern const Family rich_backup_size;

}  // namespace ght::test
