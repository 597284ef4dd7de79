// The past, the windows and the chain in /api/v1/status. Every key is always there: null is what is
// not known, or does not apply.
#pragma once

#include <nlohmann/json.hpp>

#include "agent/exposition/view.h"

namespace ght {

// Per state, all five.
nlohmann::ordered_json seconds_json(const StateTimes& times);

nlohmann::ordered_json history_json(const CheckView& item);  // null: not read yet
nlohmann::ordered_json chain_json(const View& view);
nlohmann::ordered_json maintenance_json(const View& view);

}  // namespace ght
