#include "agent/exposition/status_history.h"

#include <algorithm>
#include <string_view>

#include "agent/exposition/history_words.h"

namespace ght {

constexpr std::size_t outages_shown = 5;

void StatusHistory::check(std::size_t index, bool open) {
  const CheckView& item = view_.checks[index];
  if (!item.history) {
    to_.raw("<p class=\"soft\">");
    to_.say(Text::history_pending);
    to_.raw("</p>\n");
    return;
  }
  to_.raw(open ? "<details class=\"past\" open><summary>" : "<details class=\"past\"><summary>");
  summary(item);
  to_.raw("</summary>\n");
  body(item, index);
  to_.raw("</details>\n");
}

void StatusHistory::summary(const CheckView& item) {
  to_.raw("<span>");
  to_.say(Text::history_title);
  to_.raw("</span> ");
  const std::optional<MonthFigures>& month = item.history->current;
  if (!month) return;
  to_.say(Text::month_current);
  to_.raw(" ");
  // Never one figure without the others.
  const std::string level = say_level(*month, item.check->sla.guaranteed, to_.language());
  to_.say(level.empty() ? say_figures(month->figures, to_.language()) : level);
}

void StatusHistory::body(const CheckView& item, std::size_t index) {
  // A folded part closes when the page reloads. An address of its own that leads into it does not;
  // a fragment alone would be forgotten by the reload.
  const std::string id = std::to_string(index);
  const std::string_view lang = to_.language() == Language::fr ? "fr" : "en";
  to_.raw("<div id=\"h" + id + "\"><p class=\"keep\"><a href=\"?lang=");
  to_.raw(lang);
  to_.raw("&amp;h=" + id + "#h" + id + "\">");
  to_.say(Text::history_keep);
  to_.raw("</a> · <a href=\"#legend\">");
  to_.say(Text::history_legend_link);
  to_.raw("</a></p>\n");
  strip(item.history->hours, Text::strip_hours);
  strip(item.history->days, Text::strip_days);
  month(item, &CheckHistory::current, Text::month_current);
  month(item, &CheckHistory::previous, Text::month_previous);
  outages(item);
  to_.raw("</div>\n");
}

const std::vector<StripTick>& StatusHistory::ticks(const std::vector<HistoryCell>& cells,
                                                   Text title) {
  Ticks& known = title == Text::strip_hours ? hours_ : days_;
  if (known.cells != cells.size() || known.from != cells.front().from) {
    known = {.from = cells.front().from,
             .cells = cells.size(),
             .ticks = title == Text::strip_hours
                          ? hour_ticks(cells, view_.time_zone)
                          : day_ticks(cells, to_.language(), view_.time_zone)};
  }
  return known.ticks;
}

void StatusHistory::strip(const std::vector<HistoryCell>& cells, Text title) {
  if (cells.empty()) return;
  to_.raw("<p>");
  to_.say(title);
  to_.raw("</p>");
  const std::vector<StripTick>& marks = ticks(cells, title);
  append_strip(to_.out(), cells, marks, strip_sentence(cells, title, to_.language()));
  append_tick_labels(to_.out(), marks, cells.size());
}

void StatusHistory::month(const CheckView& item, Month which, Text title) {
  to_.raw("<p><strong>");
  to_.say(title);
  to_.raw("</strong> ");
  const std::optional<MonthFigures>& month = *item.history.*which;
  if (!month) {
    to_.say(Text::month_no_record);
  } else {
    to_.say(say_figures(month->figures, to_.language()));
    const std::string level = say_level(*month, item.check->sla.guaranteed, to_.language());
    if (!level.empty()) {
      to_.raw("<br>");
      to_.say(level);
    }
  }
  to_.raw("</p>\n");
}

void StatusHistory::outages(const CheckView& item) {
  const std::vector<Outage>& all = item.history->outages;
  to_.raw("<p><strong>");
  to_.say(Text::outages_title);
  to_.raw("</strong>");
  if (all.empty()) {
    to_.raw(" ");
    to_.say(Text::outages_none);
    to_.raw("</p>\n");
    return;
  }
  to_.raw("</p>\n<ul>");
  for (std::size_t i = 0; i < all.size() && i < outages_shown; ++i) {
    to_.raw(all[i].open ? "<li class=\"open\">" : "<li>");
    to_.say(say_outage(all[i], to_.language(), view_.time_zone));
    if (!all[i].reason.empty()) {
      to_.raw(" – ");
      to_.say(say_code(all[i].reason, item.check->collector, to_.language()));
    }
    to_.raw("</li>");
  }
  if (all.size() > outages_shown) {
    to_.raw("<li>");
    to_.say(Text::outages_older);
    to_.raw("</li>");
  }
  to_.raw("</ul>\n");
}

void StatusHistory::pooled(Activity activity, Month which, Text title) {
  StateTimes sum;
  bool any = false;
  for (const CheckView& item : view_.checks) {
    if (item.check->activity != activity) continue;
    const std::optional<MonthFigures>& month = *item.history.*which;
    if (!month) continue;
    any = true;
    for (const State state : all_states) sum[state] += month->times[state];
  }
  to_.raw("<strong>");
  to_.say(title);
  to_.raw("</strong> ");
  if (any) {
    to_.say(say_figures(figures(sum), to_.language()));
  } else {
    to_.say(Text::month_no_record);
  }
}

void StatusHistory::activity(Activity activity) {
  to_.raw("<p class=\"months\">");
  // The sum of some checks is not the figure of the activity.
  const bool whole = std::ranges::all_of(view_.checks, [&](const CheckView& item) {
    return item.check->activity != activity || item.history;
  });
  if (whole) {
    pooled(activity, &CheckHistory::current, Text::month_current);
    to_.raw("<br>");
    pooled(activity, &CheckHistory::previous, Text::month_previous);
  } else {
    to_.say(Text::history_pending);
  }
  to_.raw("</p>\n");
}

void StatusHistory::legend() {
  const bool any = std::ranges::any_of(
      view_.checks, [](const CheckView& item) { return item.history.has_value(); });
  if (!any) return;
  to_.raw("<section id=\"legend\">\n<h2>");
  to_.say(Text::legend_title);
  to_.raw("</h2>\n<ul>");
  const auto one = [&](std::optional<State> state, std::string_view words) {
    to_.raw("<li>");
    append_sample(to_.out(), state);
    to_.say(words);
    to_.raw("</li>");
  };
  for (const State state : all_states) one(state, label(state, to_.language()));
  one(std::nullopt, text(Text::strip_no_record, to_.language()));
  to_.raw("</ul>\n<p class=\"soft\">");
  to_.say(Text::legend_note);
  to_.raw("</p>\n</section>\n");
}

}  // namespace ght
