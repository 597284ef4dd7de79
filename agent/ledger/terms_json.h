// Terms and maintenance windows as the JSON bodies of their records.
#pragma once

#include <string>
#include <string_view>

#include "agent/core/maintenance.h"
#include "agent/core/result.h"
#include "agent/core/service_level.h"

namespace ght {

std::string to_json(const Terms& terms);
// An Error for anything that to_json did not write: a guess about a contract would be worse.
Result<Terms> terms_from_json(std::string_view json);

std::string to_json(const MaintenanceWindow& window);  // without its end
Result<MaintenanceWindow> window_from_json(std::string_view json);

}  // namespace ght
