// What a Report comes to in words and counts, shared by the page, the JSON and the CSV.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/report.h"
#include "agent/exposition/texts.h"

namespace ght {

// Where a check ends up in the first sentence of the report.
// The month is not over: what is undetermined may still be decided.
bool running(const Report& report);

enum class Standing { met, breached, undetermined, no_level, no_time };

Standing standing(const CheckReport& check);
// Whether any terms of the month guarantee a level.
bool has_level(const CheckReport& check);

std::string_view level_words(const std::optional<LevelVerdict>& verdict, bool guaranteed,
                             bool running, Language language);

// The down time allowed and what is left of it (unknown counts as down; negative: exceeded). Absent
// without a level, and for a check whose terms changed: a budget belongs to one set of terms.
struct Budget {
  WallDuration allowed{};
  WallDuration remaining{};
};
std::optional<Budget> budget_of(const ReportPeriod& period);
std::optional<Budget> budget_of(const CheckReport& check);

// What was reported of this activity; a Report that does not name it demonstrates nothing of it.
ActivityReport activity_of(const Report& report, Activity activity);
std::vector<const CheckReport*> checks_of(const Report& report, Activity activity);

// "none" is a word of the configuration; anything else is the text of the contract.
std::string say_penalties(const std::string& penalties, Language language);
// "mon-fri 08:00-18:00" as read in this language: "lun.-ven. 08:00-18:00".
std::string say_hours(std::string_view hours, Language language);
std::string_view say_holidays(Holidays holidays, Language language);
// The kind of an event of the record; a kind without words is shown itself.
std::string say_event(const std::string& kind, Language language);

WallDuration sum(const StateTimes& times);

}  // namespace ght
