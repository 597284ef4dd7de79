#include "agent/config/time_zone.h"

#include <date/tz.h>

#include <stdexcept>
#include <string_view>
#include <vector>

#include "agent/config/expectation.h"

namespace ght::config {

std::string time_zone_problem(const std::string& name) {
  try {
    std::vector<std::string_view> names;
    for (const date::time_zone& zone : date::get_tzdb().zones) {
      if (zone.name() == name) {
        static_cast<void>(zone.get_info(date::sys_seconds()));  // reads its file
        return "";
      }
      names.push_back(zone.name());
    }
    return "unknown time zone " + quoted(name) + did_you_mean(name, names);
  } catch (const std::runtime_error& error) {
    return "the time zone " + quoted(name) + " cannot be read: " + std::string(error.what());
  }
}

}  // namespace ght::config
