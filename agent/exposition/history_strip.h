// A row of cells of time as inline SVG. States have a form of their own, so that colour is not
// needed: good is a low bar, bad a full one, unknown a dotted outline, maintenance a striped bar of
// middle height, out of hours a thin line at the foot, and no record is empty.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/core/history.h"
#include "agent/exposition/texts.h"

namespace ght {

// The one that a cell is shown as: bad, unknown, maintenance, good, out of hours. Absent: nobody
// accounted for any of it.
std::optional<State> worst_in(const HistoryCell& cell);

// A line across the strip before the cell `at`, and what is written below it.
struct StripTick {
  std::size_t at = 0;
  std::string label;
};

// The local full hours 0, 6, 12 and 18 that begin in these cells; none too near to an edge.
std::vector<StripTick> hour_ticks(const std::vector<HistoryCell>& cells,
                                  const std::string& time_zone);
// The first of these days and every seventh before the last.
std::vector<StripTick> day_ticks(const std::vector<HistoryCell>& cells, Language language,
                                 const std::string& time_zone);

// "24 dernières heures : en défaut 54 min, bon 23 h 6 min": the times, for who cannot see it.
std::string strip_sentence(const std::vector<HistoryCell>& cells, Text title, Language language);

// One path for each state that occurs, equal neighbours merged.
void append_strip(std::string& out, const std::vector<HistoryCell>& cells,
                  const std::vector<StripTick>& ticks, const std::string& sentence);
void append_tick_labels(std::string& out, const std::vector<StripTick>& ticks, std::size_t cells);

// One cell alone, for the legend; absent: no record.
void append_sample(std::string& out, std::optional<State> state);

}  // namespace ght
