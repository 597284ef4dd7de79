// A moment as it is written in the configuration.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "agent/core/result.h"
#include "agent/core/time.h"

namespace ght::config {

// RFC 3339 with its offset, or local time of `zone` ("2026-12-01T22:00", with seconds or not). A
// local time that does not exist or comes twice is an Error. nullopt: it is local time and `zone`
// is empty, which has been told already.
Result<std::optional<WallTime>> parse_site_time(std::string_view text, const std::string& zone);

}  // namespace ght::config
