#include "collectors/patch/recollection.h"

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "agent/core/limits.h"

namespace ght::collectors::patch {
namespace {

using nlohmann::json;

// {"first_seen":{},"idle_since":1795454243,"unfinished_since":1795454243}
constexpr std::size_t frame_bytes = 128;
constexpr std::size_t entry_bytes = 16;          // ":1795454243," beside the id
constexpr std::int64_t year_3000 = 32503680000;  // no later date is one

std::optional<WallTime> date(const json& value) {
  if (!value.is_number_integer()) return std::nullopt;
  const auto seconds = value.get<std::int64_t>();
  if (seconds < 0 || seconds > year_3000) return std::nullopt;
  return WallTime(std::chrono::seconds(seconds));
}

std::optional<WallTime> date(const json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() ? std::nullopt : date(*found);
}

std::int64_t seconds(WallTime time) {
  return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
}

json table_of(const FirstSeen& first_seen) {
  std::vector<std::pair<WallTime, std::string>> oldest_first;
  for (const auto& [id, seen] : first_seen) oldest_first.emplace_back(seen, id);
  std::ranges::sort(oldest_first);
  json table = json::object();
  std::size_t bytes = frame_bytes;
  for (const auto& [seen, id] : oldest_first) {
    const json key = id;
    bytes += key.dump(-1, ' ', false, json::error_handler_t::replace).size() + entry_bytes;
    if (bytes > limits::memory_bytes) break;
    table[id] = seconds(seen);
  }
  return table;
}

}  // namespace

Recollection recall(const Memory& memory) {
  Recollection recollection;
  const json document = json::parse(memory.json, nullptr, false);
  if (!document.is_object()) return recollection;
  recollection.unfinished_since = date(document, "unfinished_since");
  recollection.idle_since = date(document, "idle_since");
  const auto table = document.find("first_seen");
  if (table == document.end() || !table->is_object()) return recollection;
  for (const auto& [id, value] : table->items()) {
    if (const auto seen = date(value)) recollection.first_seen.emplace(id, *seen);
  }
  return recollection;
}

Memory remember(const Recollection& recollection) {
  json document = json::object();
  if (!recollection.first_seen.empty()) document["first_seen"] = table_of(recollection.first_seen);
  if (const auto since = recollection.unfinished_since) {
    document["unfinished_since"] = seconds(*since);
  }
  if (const auto since = recollection.idle_since) document["idle_since"] = seconds(*since);
  if (document.empty()) return {};
  return {document.dump(-1, ' ', false, json::error_handler_t::replace)};
}

}  // namespace ght::collectors::patch
