#include "collectors/backup/pgbackrest/pgbackrest_known.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

namespace ght::collectors::pgbackrest {

Known recall(const nlohmann::json& own) {
  Known known;
  if (!own.is_object()) return known;
  if (const auto repos = own.find("repos"); repos != own.end() && repos->is_array()) {
    for (const auto& key : *repos) {
      if (!key.is_number_unsigned()) continue;
      const auto number = key.get<std::uint64_t>();
      if (number >= 1 && number <= 256) known.repos.insert(static_cast<std::int64_t>(number));
    }
  }
  const auto since = own.find("running_since");
  const auto after = own.find("running_after");
  if (since != own.end() && since->is_number_unsigned() && after != own.end() &&
      after->is_string()) {
    constexpr std::uint64_t last = 253'402'300'799'000;  // of the year 9999
    const auto ms = since->get<std::uint64_t>();
    if (ms <= last) known.running_since = wall_from_unix_ms(static_cast<std::int64_t>(ms));
    known.running_after = after->get<std::string>();
  }
  return known;
}

nlohmann::json as_memory(const Known& known) {
  // Unsigned as JSON itself reads them: a value of this and its text are equal.
  nlohmann::json own = {
      {"repos", std::vector<std::uint64_t>(known.repos.begin(), known.repos.end())}};
  if (known.running_since) {
    own["running_since"] = static_cast<std::uint64_t>(to_unix_ms(*known.running_since));
    own["running_after"] = known.running_after;
  }
  return own;
}

void follow_running(Known& known, const Stanza& stanza, WallTime now) {
  if (!stanza.running) {
    known.running_since.reset();
    return;
  }
  std::string newest;
  for (const Backup& each : stanza.backups) newest = std::max(newest, each.label);
  if (known.running_since && known.running_after == newest && *known.running_since <= now) return;
  known.running_since = now;
  known.running_after = newest;
}

}  // namespace ght::collectors::pgbackrest
