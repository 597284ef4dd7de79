#include "agent/exposition/report_words.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

namespace ght {
namespace {

constexpr std::array<std::pair<std::string_view, Text>, 10> hours_words = {
    {{"mon", Text::hours_mon},
     {"tue", Text::hours_tue},
     {"wed", Text::hours_wed},
     {"thu", Text::hours_thu},
     {"fri", Text::hours_fri},
     {"sat", Text::hours_sat},
     {"sun", Text::hours_sun},
     {"daily", Text::hours_daily},
     {"holiday", Text::hours_holiday},
     {"closed", Text::hours_closed}}};

constexpr std::array<std::pair<std::string_view, Text>, 5> event_words = {
    {{"clock", Text::event_clock},
     {"damage", Text::event_damage},
     {"condensed", Text::event_condensed},
     {"migrated", Text::event_migrated},
     {"checkpoint", Text::event_checkpoint}}};

bool is_letter(char c) {
  return c >= 'a' && c <= 'z';
}

}  // namespace

bool has_level(const CheckReport& check) {
  return std::ranges::any_of(check.periods, [](const ReportPeriod& period) {
    return period.terms.sla.guaranteed.has_value();
  });
}

Standing standing(const CheckReport& check) {
  if (check.verdict) {
    switch (*check.verdict) {
      case LevelVerdict::met:
        return Standing::met;
      case LevelVerdict::breached:
        return Standing::breached;
      case LevelVerdict::undetermined:
        return Standing::undetermined;
    }
  }
  return has_level(check) ? Standing::no_time : Standing::no_level;
}

bool running(const Report& report) {
  return report.generated < report.to;
}

std::string_view level_words(const std::optional<LevelVerdict>& verdict, bool guaranteed,
                             bool running, Language language) {
  if (!verdict) return text(guaranteed ? Text::level_no_time : Text::level_none, language);
  switch (*verdict) {
    case LevelVerdict::met:
      return text(Text::level_met, language);
    case LevelVerdict::breached:
      return text(Text::level_breached, language);
    case LevelVerdict::undetermined:
      return text(running ? Text::level_running : Text::level_undetermined, language);
  }
  return "";
}

std::optional<Budget> budget_of(const ReportPeriod& period) {
  if (!period.budget) return std::nullopt;
  const StateTimes& times = period.tally.times;
  return Budget{.allowed = *period.budget,
                .remaining = *period.budget - times[State::bad] - times[State::unknown]};
}

std::optional<Budget> budget_of(const CheckReport& check) {
  if (check.periods.size() != 1) return std::nullopt;
  return budget_of(check.periods.front());
}

ActivityReport activity_of(const Report& report, Activity activity) {
  const auto found = std::ranges::find(report.activities, activity, &ActivityReport::activity);
  if (found != report.activities.end()) return *found;
  ActivityReport none;
  none.activity = activity;
  return none;
}

std::vector<const CheckReport*> checks_of(const Report& report, Activity activity) {
  std::vector<const CheckReport*> checks;
  for (const CheckReport& check : report.checks) {
    if (check.terms.activity == activity) checks.push_back(&check);
  }
  return checks;
}

std::string say_penalties(const std::string& penalties, Language language) {
  if (penalties != "none") return penalties;
  return std::string(text(Text::report_penalties_none, language));
}

std::string say_hours(std::string_view hours, Language language) {
  if (hours == "24x7") return std::string(text(Text::hours_always, language));
  std::string out;
  while (!hours.empty()) {
    const auto end = std::ranges::find_if_not(hours, is_letter);
    const std::string_view word(hours.begin(), end);
    if (word.empty()) {
      out += hours.front();
      hours.remove_prefix(1);
      continue;
    }
    const auto* const known =
        std::ranges::find(hours_words, word, &std::pair<std::string_view, Text>::first);
    out += known == hours_words.end() ? word : text(known->second, language);
    hours.remove_prefix(word.size());
  }
  return out;
}

std::string_view say_holidays(Holidays holidays, Language language) {
  constexpr std::array keys = {Text::holidays_none,
                               Text::holidays_fr,
                               Text::holidays_fr_alsace_moselle,
                               Text::holidays_fr_guadeloupe,
                               Text::holidays_fr_martinique,
                               Text::holidays_fr_guyane,
                               Text::holidays_fr_reunion,
                               Text::holidays_fr_mayotte};
  static_assert(keys.size() == holidays_names.size());
  return text(keys[static_cast<std::size_t>(holidays)], language);
}

std::string say_event(const std::string& kind, Language language) {
  const auto* const known =
      std::ranges::find(event_words, kind, &std::pair<std::string_view, Text>::first);
  return known == event_words.end() ? kind : std::string(text(known->second, language));
}

WallDuration sum(const StateTimes& times) {
  return std::accumulate(times.each.begin(), times.each.end(), WallDuration(0));
}

}  // namespace ght
