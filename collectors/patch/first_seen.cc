#include "collectors/patch/first_seen.h"

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "agent/core/limits.h"

namespace ght::collectors::patch {
namespace {

using nlohmann::json;

constexpr std::size_t frame_bytes = 64;          // {"first_seen":{}}
constexpr std::size_t entry_bytes = 16;          // ":1795454243," beside the id
constexpr std::int64_t year_3000 = 32503680000;  // no later date is one

}  // namespace

FirstSeen read_first_seen(const Memory& memory) {
  FirstSeen first_seen;
  const json document = json::parse(memory.json, nullptr, false);
  if (!document.is_object()) return first_seen;
  const auto table = document.find("first_seen");
  if (table == document.end() || !table->is_object()) return first_seen;
  for (const auto& [id, seconds] : table->items()) {
    if (!seconds.is_number_integer()) continue;
    const auto value = seconds.get<std::int64_t>();
    if (value < 0 || value > year_3000) continue;
    first_seen.emplace(id, WallTime(std::chrono::seconds(value)));
  }
  return first_seen;
}

Memory write_first_seen(const FirstSeen& first_seen) {
  if (first_seen.empty()) return {};
  std::vector<std::pair<WallTime, std::string>> oldest_first;
  for (const auto& [id, seen] : first_seen) oldest_first.emplace_back(seen, id);
  std::ranges::sort(oldest_first);
  json table = json::object();
  std::size_t bytes = frame_bytes;
  for (const auto& [seen, id] : oldest_first) {
    const json key = id;
    bytes += key.dump(-1, ' ', false, json::error_handler_t::replace).size() + entry_bytes;
    if (bytes > limits::memory_bytes) break;
    table[id] = std::chrono::floor<std::chrono::seconds>(seen.time_since_epoch()).count();
  }
  const json document = {{"first_seen", table}};
  return {document.dump(-1, ' ', false, json::error_handler_t::replace)};
}

}  // namespace ght::collectors::patch
