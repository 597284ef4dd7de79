#include "collectors/patch/reboot/memory.h"

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "agent/core/limits.h"

namespace ght::collectors::reboot {
namespace {

using nlohmann::json;

constexpr std::size_t frame_bytes = 64;              // the members around id and units
constexpr std::size_t entry_bytes = 16;              // ":1795454," beside a name
constexpr std::int64_t year_3000 = 32503680000;      // no later date is one
constexpr std::int64_t longest_uptime = 3162240000;  // 100 years

std::optional<std::int64_t> number_in(const json& value, std::int64_t most) {
  if (!value.is_number_integer()) return std::nullopt;
  const auto number = value.get<std::int64_t>();
  if (number < 0 || number > most) return std::nullopt;
  return number;
}

std::string as_text(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

template <class Time>
std::int64_t whole_seconds(Time time) {
  return std::chrono::floor<std::chrono::seconds>(time).count();
}

}  // namespace

Remembered remembered_of(const Memory& memory, const std::string& boot_id) {
  Remembered remembered{.boot_id = boot_id, .required_since = {}, .units = {}};
  const json document = json::parse(memory.json, nullptr, false);
  if (!document.is_object()) return remembered;
  const auto id = document.find("boot");
  if (id == document.end() || !id->is_string() || id->get<std::string>() != boot_id) {
    return remembered;
  }
  if (const auto since = document.find("required_since"); since != document.end()) {
    if (const auto seconds = number_in(*since, year_3000)) {
      remembered.required_since = WallTime(std::chrono::seconds(*seconds));
    }
  }
  const auto units = document.find("units");
  if (units == document.end() || !units->is_object()) return remembered;
  for (const auto& [name, value] : units->items()) {
    if (const auto seconds = number_in(value, longest_uptime)) {
      remembered.units.emplace(name, std::chrono::seconds(*seconds));
    }
  }
  return remembered;
}

Memory memory_of(const Remembered& remembered) {
  json document = {{"boot", remembered.boot_id}, {"units", json::object()}};
  if (remembered.required_since) {
    document["required_since"] = whole_seconds(remembered.required_since->time_since_epoch());
  }
  std::vector<std::pair<Duration, std::string>> oldest_first;
  for (const auto& [name, seen] : remembered.units) oldest_first.emplace_back(seen, name);
  std::ranges::sort(oldest_first);
  std::size_t bytes = frame_bytes + as_text(document).size();
  for (const auto& [seen, name] : oldest_first) {
    bytes += as_text(name).size() + entry_bytes;
    if (bytes > limits::memory_bytes) break;
    document["units"][name] = whole_seconds(seen);
  }
  return {as_text(document)};
}

}  // namespace ght::collectors::reboot
