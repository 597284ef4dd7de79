// What the past of a check comes to, in words.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "agent/core/collector.h"
#include "agent/core/history.h"
#include "agent/exposition/texts.h"

namespace ght {

// "borne basse 99,95 % · borne haute 100 % · couverture 99,95 %"; says why when there is nothing
// to divide by.
std::string say_figures(const std::optional<Figures>& figures, Language language);

// "niveau garanti 99,9 % : en cours · budget restant 12 min sur 43 min". Empty without a verdict
// or a guaranteed level. A month that runs and is undetermined is "en cours".
std::string say_level(const MonthFigures& month, std::optional<double> guaranteed,
                      Language language);

// "budget restant 12 min sur 43 min", "budget dépassé de 3 min"; empty without a budget.
std::string say_budget(const MonthFigures& month, Language language);

// A code without its values: the sentence when it needs none, else its beginning and "…", else the
// code.
std::string say_code(std::string_view code, const Collector* collector, Language language);

// "du ... au ... : 1 h 10 min, dont 5 min à l'état inconnu".
std::string say_outage(const Outage& outage, Language language, const std::string& time_zone);

}  // namespace ght
