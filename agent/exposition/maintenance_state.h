// Whether a window holds at the time of the View.
#pragma once

#include "agent/exposition/view.h"

namespace ght {

// The hours of a recurring window lie in the local calendar, public holidays included, which the
// engine knows: such a window holds within its limits when every check that it covers is in
// maintenance.
bool active(const View& view, const MaintenanceWindow& window);

}  // namespace ght
