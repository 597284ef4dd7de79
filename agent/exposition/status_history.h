// The past on the status page: the months of an activity; the months, strips and outages of a
// check.
#pragma once

#include <string>
#include <vector>

#include "agent/exposition/history_strip.h"
#include "agent/exposition/html_writer.h"
#include "agent/exposition/view.h"

namespace ght {

class StatusHistory {
 public:
  StatusHistory(HtmlWriter& to, const View& view) : to_(to), view_(view) {}

  // Folded, with this month in its title, so that the past pushes nothing down; or `open`.
  void check(std::size_t index, bool open);
  // This month and the last one, pooled over its checks: sums of times, never an average.
  void activity(Activity activity);
  // What the forms of the strips mean; nothing when the page has no strip.
  void legend();

 private:
  using Month = std::optional<MonthFigures> CheckHistory::*;

  void summary(const CheckView& item);
  void body(const CheckView& item, std::size_t index);
  void strip(const std::vector<HistoryCell>& cells, Text title);
  void month(const CheckView& item, Month which, Text title);
  void pooled(Activity activity, Month which, Text title);
  void outages(const CheckView& item);
  const std::vector<StripTick>& ticks(const std::vector<HistoryCell>& cells, Text title);

  struct Ticks {  // of the strip before; the checks of a page share the same
    WallTime from{};
    std::size_t cells = 0;
    std::vector<StripTick> ticks;
  };

  HtmlWriter& to_;
  const View& view_;
  Ticks hours_;
  Ticks days_;
};

}  // namespace ght
