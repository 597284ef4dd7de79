#include "agent/exposition/history_strip.h"

#include <array>
#include <string_view>

#include "agent/exposition/html.h"
#include "agent/exposition/people.h"

namespace ght {
namespace {

constexpr std::array worst_first = {State::bad, State::unknown, State::maintenance, State::good,
                                    State::out_of_hours};
constexpr std::size_t strip_width = 96;  // drawing units, about, whatever the number of cells
constexpr std::size_t edge_percent = 6;  // a label nearer than this would reach beyond the strip
constexpr std::size_t days_per_label = 7;

// Drawing units are 12 high; how wide they become depends on the screen.
struct Form {
  std::string_view style;  // class of the path
  std::string_view start;  // height at which a run begins
  std::string_view down;   // height of its box; empty: a thick line, which the style stripes
};
constexpr std::array<Form, all_states.size()> forms = {{{"g", "8", "4"},
                                                        {"b", "0", "12"},
                                                        {"u", ".7", "10.6"},
                                                        {"m", "8.5", ""},
                                                        {"o", "10.9", "1.1"}}};

void append_run(std::string& path, State state, std::size_t from, std::size_t width) {
  const Form& form = forms[static_cast<std::size_t>(state)];
  const std::string wide = std::to_string(width);
  path += "M" + std::to_string(from) + " ";
  path += form.start;
  path += "h" + wide;
  if (form.down.empty()) return;
  path += "v";
  path += form.down;
  path += "h-" + wide + "z";
}

void append_paths(std::string& out, const std::vector<std::optional<State>>& cells,
                  std::size_t unit) {
  std::array<std::string, all_states.size()> paths;
  for (std::size_t from = 0; from < cells.size();) {
    std::size_t to = from + 1;
    while (to < cells.size() && cells[to] == cells[from]) ++to;
    if (const std::optional<State> state = cells[from]) {
      append_run(paths[static_cast<std::size_t>(*state)], *state, from * unit, (to - from) * unit);
    }
    from = to;
  }
  for (const State state : all_states) {
    const std::string& path = paths[static_cast<std::size_t>(state)];
    if (path.empty()) continue;
    out += "<path class=\"";
    out += forms[static_cast<std::size_t>(state)].style;
    out += "\" d=\"" + path + "\"/>";
  }
}

std::size_t unit_of(std::size_t cells) {
  return cells == 0 || cells > strip_width ? 1 : strip_width / cells;
}

std::string view_box(std::size_t width) {
  return "viewBox=\"0 0 " + std::to_string(width) + " 12\" preserveAspectRatio=\"none\"";
}

// "06:00" and "23/11" out of "23/11/2026 06:00"; the whole where the date is not one.
std::string part(const std::string& date, std::size_t at) {
  return date.size() < 16 ? date : date.substr(at, 5);
}

bool fits(std::size_t at, std::size_t cells) {
  return at * 100 >= edge_percent * cells && (cells - at) * 100 >= edge_percent * cells;
}

}  // namespace

std::optional<State> worst_in(const HistoryCell& cell) {
  for (const State state : worst_first) {
    if (cell.times[state] > WallDuration(0)) return state;
  }
  return std::nullopt;
}

std::vector<StripTick> hour_ticks(const std::vector<HistoryCell>& cells,
                                  const std::string& time_zone) {
  std::vector<StripTick> ticks;
  std::string before;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string hour =
        part(say_date(cells[i].from, Language::fr, time_zone), 11).substr(0, 2);
    const bool quarter = hour == "00" || hour == "06" || hour == "12" || hour == "18";
    if (!before.empty() && hour != before && quarter && fits(i, cells.size())) {
      ticks.push_back({.at = i, .label = hour + ":00"});
    }
    before = hour;
  }
  return ticks;
}

std::vector<StripTick> day_ticks(const std::vector<HistoryCell>& cells, Language language,
                                 const std::string& time_zone) {
  std::vector<StripTick> ticks;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if ((cells.size() - 1 - i) % days_per_label != 0 || !fits(i, cells.size())) continue;
    const std::string date = say_date(cells[i].from, language, time_zone);
    ticks.push_back({.at = i, .label = part(date, language == Language::fr ? 0 : 5)});
  }
  return ticks;
}

std::string strip_sentence(const std::vector<HistoryCell>& cells, Text title, Language language) {
  StateTimes sum;
  WallDuration none{};
  for (const HistoryCell& cell : cells) {
    none += cell.to - cell.from;
    for (const State state : all_states) {
      sum[state] += cell.times[state];
      none -= cell.times[state];
    }
  }
  std::string out =
      fill(text(Text::strip_of, language), {{"value", text(title, language)}}, language);
  const auto add = [&](std::string_view what, WallDuration time) {
    if (time <= WallDuration(0)) return;
    if (!out.ends_with(':')) out += ",";
    out += " ";
    out += what;
    out += " " + say_duration(time, language);
  };
  for (const State state : worst_first) add(label(state, language), sum[state]);
  add(text(Text::strip_no_record, language), none);
  if (out.ends_with(':')) out += " " + std::string(text(Text::strip_no_record, language));
  return out;
}

void append_strip(std::string& out, const std::vector<HistoryCell>& cells,
                  const std::vector<StripTick>& ticks, const std::string& sentence) {
  const std::size_t unit = unit_of(cells.size());
  out += "<svg class=\"strip\" role=\"img\" " + view_box(cells.size() * unit) + "><title>";
  append_html(out, sentence);
  out += "</title>";
  std::vector<std::optional<State>> states;
  states.reserve(cells.size());
  for (const HistoryCell& cell : cells) states.push_back(worst_in(cell));
  append_paths(out, states, unit);
  if (!ticks.empty()) {
    out += "<path class=\"t\" d=\"";
    for (const StripTick& tick : ticks) out += "M" + std::to_string(tick.at * unit) + " 0v12";
    out += "\"/>";
  }
  out += "</svg>";
}

void append_tick_labels(std::string& out, const std::vector<StripTick>& ticks, std::size_t cells) {
  out += "<p class=\"ticks\" aria-hidden=\"true\">";
  for (const StripTick& tick : ticks) {
    out += "<span style=\"left:" + std::to_string(tick.at * 1000 / cells / 10) + "." +
           std::to_string(tick.at * 1000 / cells % 10) + "%\">";
    append_html(out, tick.label);
    out += "</span>";
  }
  out += "</p>\n";
}

void append_sample(std::string& out, std::optional<State> state) {
  constexpr std::size_t cells = 8;
  out += "<svg class=\"strip\" aria-hidden=\"true\" " + view_box(cells) + ">";
  append_paths(out, std::vector(cells, state), 1);
  out += "</svg>";
}

}  // namespace ght
