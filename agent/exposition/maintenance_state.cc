#include "agent/exposition/maintenance_state.h"

namespace ght {

bool active(const View& view, const MaintenanceWindow& window) {
  if (window.effective_from() > view.now) return false;
  const std::optional<WallTime> end = window.effective_to();
  if (end && *end <= view.now) return false;
  if (window.plan.recurring.empty()) return true;
  bool any = false;
  for (const CheckView& item : view.checks) {
    if (!window.plan.scope.covers(item.check->name, item.check->activity)) continue;
    if (!item.maintenance_active) return false;
    any = true;
  }
  return any;
}

}  // namespace ght
