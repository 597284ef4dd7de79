// What the checks of a View amount to: the counts, the one sentence, and the colour of it.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "agent/exposition/texts.h"
#include "agent/exposition/view.h"

namespace ght {

struct Summary {
  std::array<std::size_t, all_states.size()> counts{};
  std::size_t total = 0;
  bool agent_sound = false;  // configuration accepted and ledger healthy

  std::size_t operator[](State state) const { return counts[static_cast<std::size_t>(state)]; }
};

Summary summarise(const View& view);

// `good` only when there are checks, every one is good, and the agent itself is sound.
State overall(const Summary& summary);

// "2 contrôles en défaut, 1 inconnu"; "Tout est bon : 12 contrôles" only when overall() is good.
std::string headline(const Summary& summary, Language language);

// "sur 12 contrôles : 2 en défaut, 1 inconnu, 9 bons"; empty when all are in one state, or none
// are.
std::string breakdown(const Summary& summary, Language language);

// One line for the service manager, always with every count: "12 contrôles : 1 en défaut, 11 bons".
std::string status_line(const Summary& summary, Language language);

// The state of an activity that wants attention first: bad, unknown, maintenance, out of hours,
// good. Absent without a check: nothing is demonstrated.
std::optional<State> worst_state(const View& view, Activity activity);

// The activities in the order of their display numbers.
std::array<Activity, all_activities.size()> in_order(Numbering numbering);

}  // namespace ght
