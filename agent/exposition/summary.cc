#include "agent/exposition/summary.h"

#include <algorithm>

namespace ght {
namespace {

struct CountText {
  State state;
  Text one;
  Text many;
};
constexpr std::array<CountText, all_states.size()> count_texts = {{
    {State::bad, Text::count_bad_one, Text::count_bad_many},
    {State::unknown, Text::count_unknown_one, Text::count_unknown_many},
    {State::maintenance, Text::count_maintenance_one, Text::count_maintenance_many},
    {State::out_of_hours, Text::count_out_of_hours_one, Text::count_out_of_hours_many},
    {State::good, Text::count_good_one, Text::count_good_many},
}};

// ": 2 en défaut, 1 inconnu"
std::string counts_of(const Summary& summary, Language language) {
  std::string out;
  const char* before = language == Language::fr ? "\u202F: " : ": ";
  for (const CountText& item : count_texts) {
    const std::size_t n = summary[item.state];
    if (n == 0) continue;
    out += before;
    out += plural(item.one, item.many, n, language);
    before = ", ";
  }
  return out;
}

}  // namespace

Summary summarise(const View& view) {
  Summary summary;
  summary.total = view.checks.size();
  const bool tls_sound =
      !view.web_tls || (view.web_tls->reload_error.empty() && view.web_tls->not_after > view.now);
  summary.agent_sound = view.reload_ok && view.ledger_healthy && tls_sound;
  for (const CheckView& item : view.checks) ++summary.counts[static_cast<std::size_t>(item.state)];
  return summary;
}

State overall(const Summary& summary) {
  if (summary[State::bad] > 0) return State::bad;
  if (summary[State::unknown] > 0 || summary.total == 0 || !summary.agent_sound) {
    return State::unknown;
  }
  if (summary[State::maintenance] > 0) return State::maintenance;
  if (summary[State::out_of_hours] > 0) return State::out_of_hours;
  return State::good;
}

std::string headline(const Summary& summary, Language language) {
  const std::size_t bad = summary[State::bad];
  const std::size_t unknown = summary[State::unknown];
  if (summary.total == 0) return fill(text(Text::no_checks, language), {}, language);
  if (bad > 0) {
    std::string out = plural(Text::head_bad_one, Text::head_bad_many, bad, language);
    if (unknown > 0) {
      out += plural(Text::and_unknown_one, Text::and_unknown_many, unknown, language);
    }
    return out;
  }
  if (unknown > 0) {
    return plural(Text::head_unknown_one, Text::head_unknown_many, unknown, language);
  }
  if (summary[State::good] < summary.total) {
    return fill(text(Text::head_excluded, language), {}, language);
  }
  if (!summary.agent_sound) {
    return plural(Text::good_but_agent_one, Text::good_but_agent_many, summary.total, language);
  }
  return plural(Text::all_good_one, Text::all_good_many, summary.total, language);
}

std::string breakdown(const Summary& summary, Language language) {
  // One state for all: the headline has said it.
  if (std::ranges::find(summary.counts, summary.total) != summary.counts.end()) return "";
  return plural(Text::count_total_one, Text::count_total_many, summary.total, language) +
         counts_of(summary, language);
}

std::string status_line(const Summary& summary, Language language) {
  std::string out = summary.total == 0 ? fill(text(Text::no_checks, language), {}, language)
                                       : plural(Text::line_total_one, Text::line_total_many,
                                                summary.total, language) +
                                             counts_of(summary, language);
  if (!summary.agent_sound) out += fill(text(Text::line_agent, language), {}, language);
  return out;
}

std::optional<State> worst_state(const View& view, Activity activity) {
  for (const CountText& item : count_texts) {
    const bool any = std::ranges::any_of(view.checks, [&](const CheckView& check) {
      return check.check->activity == activity && check.state == item.state;
    });
    if (any) return item.state;
  }
  return std::nullopt;
}

std::array<Activity, all_activities.size()> in_order(Numbering numbering) {
  auto order = all_activities;
  std::ranges::sort(order, {}, [&](Activity activity) { return number(activity, numbering); });
  return order;
}

}  // namespace ght
