// The six HDS hosting activities (art. R.1111-9 CSP). The key is the slug, never a bare number:
// press and old contracts number 3 and 4 the other way round.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace ght {

enum class Activity {
  physical_sites,
  hardware,
  virtual_infrastructure,
  application_platform,
  administration,
  backup,
};

inline constexpr std::array all_activities = {
    Activity::physical_sites,       Activity::hardware,       Activity::virtual_infrastructure,
    Activity::application_platform, Activity::administration, Activity::backup,
};

// csp: the order of art. R.1111-9 CSP. asip_2018: the order printed in 2018-2019 press and FAQ
// (platform 3, virtual 4), still found in old contracts. Display only.
enum class Numbering { csp, asip_2018 };

std::string_view slug(Activity activity);
std::optional<Activity> activity_from_slug(std::string_view slug);
int number(Activity activity, Numbering numbering);

}  // namespace ght
