#include "agent/exposition/history_words.h"

#include <algorithm>
#include <span>

#include "agent/core/reasons.h"
#include "agent/exposition/people.h"

namespace ght {
namespace {

Text word(LevelVerdict verdict, bool complete) {
  switch (verdict) {
    case LevelVerdict::met:
      return Text::verdict_met;
    case LevelVerdict::breached:
      return Text::verdict_breached;
    case LevelVerdict::undetermined:
      break;
  }
  return complete ? Text::verdict_undetermined : Text::verdict_running;
}

const ReasonText* find(std::span<const ReasonText> table, std::string_view code) {
  const auto found = std::ranges::find(table, code, &ReasonText::code);
  return found == table.end() ? nullptr : &*found;
}

// What stands before a placeholder, without what only led to it: " :", " (".
std::string_view beginning(std::string_view form) {
  const std::string_view before = form.substr(0, form.find('{'));
  return before.substr(0, before.find_last_not_of(" :(") + 1);
}

// Both are dates with a time, not "out of range", and begin with the same day.
bool same_day(const std::string& from, const std::string& to, std::size_t day) {
  return from.size() > day && from[day] == ' ' && to.starts_with(from.substr(0, day + 1));
}

}  // namespace

std::string say_figures(const std::optional<Figures>& figures, Language language) {
  if (!figures) return fill(text(Text::month_nothing_committed, language), {}, language);
  return fill(text(Text::figures, language),
              {{"lower", say_ratio(figures->lower, language)},
               {"upper", say_ratio(figures->upper, language)},
               {"coverage", say_ratio(figures->coverage, language)}},
              language);
}

std::string say_budget(const MonthFigures& month, Language language) {
  if (!month.budget || !month.budget_remaining) return "";
  const WallDuration left = *month.budget_remaining;
  if (left < WallDuration(0)) {
    // The remaining budget counts unknown as down; a verdict that does not would contradict it.
    const bool certain = month.times[State::bad] > *month.budget;
    return fill(text(certain ? Text::budget_over : Text::budget_over_unknown, language),
                {{"value", say_duration(-left, language)}}, language);
  }
  if (*month.budget == WallDuration(0)) {
    return fill(text(Text::budget_none, language), {}, language);
  }
  return fill(
      text(Text::budget_left, language),
      {{"value", say_duration(left, language)}, {"budget", say_duration(*month.budget, language)}},
      language);
}

std::string say_level(const MonthFigures& month, std::optional<double> guaranteed,
                      Language language) {
  if (!guaranteed || !month.verdict) return "";
  const std::string_view verdict = text(word(*month.verdict, month.complete), language);
  std::string out =
      fill(text(Text::level, language),
           {{"value", say_ratio(*guaranteed, language)}, {"verdict", verdict}}, language);
  if (const std::string rest = say_budget(month, language); !rest.empty()) out += " · " + rest;
  return out;
}

std::string say_code(std::string_view code, const Collector* collector, Language language) {
  const ReasonText* sentence = find(reasons::common, code);
  if (sentence == nullptr && collector != nullptr) sentence = find(collector->reasons, code);
  if (sentence == nullptr) return std::string(code);
  const std::string_view form = language == Language::fr ? sentence->fr : sentence->en;
  if (form.find('{') == std::string_view::npos) return fill(form, {}, language);
  const std::string_view before = beginning(form);
  if (before.empty()) return std::string(code);
  const bool led = form.substr(before.size()).starts_with(" {");
  return fill(before, {}, language) + (led ? " …" : "");
}

std::string say_outage(const Outage& outage, Language language, const std::string& time_zone) {
  constexpr std::size_t day = 10;  // bytes of "23/11/2026"
  const std::string from = say_date(outage.from, language, time_zone);
  const std::string to = say_date(outage.to, language, time_zone);
  const std::string length = say_duration(outage.duration(), language);
  std::string out;
  if (outage.open) {
    out = fill(text(Text::outage_open, language), {{"from", from}, {"value", length}}, language);
  } else if (same_day(from, to, day)) {
    out = fill(text(Text::outage_one_day, language),
               {{"date", from.substr(0, day)},
                {"from", from.substr(day + 1)},
                {"to", to.substr(day + 1)},
                {"value", length}},
               language);
  } else {
    out = fill(text(Text::outage_closed, language), {{"from", from}, {"to", to}, {"value", length}},
               language);
  }
  if (outage.unknown > WallDuration(0)) {
    out += ", " + fill(text(Text::outage_unknown, language),
                       {{"value", say_duration(outage.unknown, language)}}, language);
  }
  return out;
}

}  // namespace ght
