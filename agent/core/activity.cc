#include "agent/core/activity.h"

namespace ght {

std::string_view slug(Activity activity) {
  switch (activity) {
    case Activity::physical_sites:
      return "physical_sites";
    case Activity::hardware:
      return "hardware";
    case Activity::virtual_infrastructure:
      return "virtual_infrastructure";
    case Activity::application_platform:
      return "application_platform";
    case Activity::administration:
      return "administration";
    case Activity::backup:
      return "backup";
  }
  return "";
}

std::optional<Activity> activity_from_slug(std::string_view text) {
  for (Activity activity : all_activities) {
    if (slug(activity) == text) return activity;
  }
  return std::nullopt;
}

int number(Activity activity, Numbering numbering) {
  const int csp = static_cast<int>(activity) + 1;
  if (numbering == Numbering::csp) return csp;
  if (activity == Activity::virtual_infrastructure) return 4;
  if (activity == Activity::application_platform) return 3;
  return csp;
}

}  // namespace ght
