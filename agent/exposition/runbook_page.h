// What to do about an alert, as a page in the style of the status page.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/exposition/texts.h"

namespace ght {

// `fragment` is trusted HTML: it was made from config/runbooks when the agent was built.
std::string render_runbook(std::string_view name, std::string_view fragment, Language language);

// All of them. `missing`: a name that was asked for and is none of them, for an answer 404.
std::string render_runbook_list(const std::vector<std::string>& names, std::string_view missing,
                                Language language);

}  // namespace ght
