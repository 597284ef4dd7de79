#include "collectors/backup/recollection.h"

#include <algorithm>

namespace ght::collectors::backup {
namespace {

using nlohmann::json;

// [begun ms, bytes or null, duration ms or null]
json to_json(const Copy& copy) {
  json one = json::array({to_unix_ms(copy.begun), nullptr, nullptr});
  if (copy.size) one[1] = *copy.size;
  if (copy.duration) {
    one[2] = std::chrono::duration_cast<std::chrono::milliseconds>(*copy.duration).count();
  }
  return one;
}

std::optional<Copy> copy_from(const json& one) {
  constexpr std::int64_t longest = 366LL * 86'400'000;
  if (!one.is_array() || one.size() != 3 || !one[0].is_number_integer()) return std::nullopt;
  Copy copy{.begun = wall_from_unix_ms(one[0].get<std::int64_t>())};
  if (one[1].is_number_unsigned()) copy.size = one[1].get<std::uint64_t>();
  if (one[2].is_number_integer()) {
    const auto ms = one[2].get<std::int64_t>();
    if (ms >= 0 && ms <= longest) copy.duration = std::chrono::milliseconds(ms);
  }
  return copy;
}

std::vector<Copy> copies_from(const json& list) {
  std::vector<Copy> copies;
  if (!list.is_array() || list.size() > history_copies + 1) return copies;
  for (const json& one : list) {
    if (const auto copy = copy_from(one)) copies.push_back(*copy);
  }
  std::ranges::sort(copies, {}, &Copy::begun);
  return copies;
}

template <class T>
std::optional<T> median(std::vector<T> values) {
  if (values.size() < enough_copies) return std::nullopt;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle);
  return *middle;
}

}  // namespace

std::string key(const Name& name) {
  return name.backup + "\n" + name.repository;
}

Recollection recall(const Memory& memory) {
  Recollection recollection;
  const json whole = json::parse(memory.json, nullptr, false);
  if (!whole.is_object()) return recollection;
  if (const auto own = whole.find("own"); own != whole.end()) recollection.own = *own;
  if (const auto since = whole.find("unknown_since");
      since != whole.end() && since->is_number_integer()) {
    recollection.unknown_since = wall_from_unix_ms(since->get<std::int64_t>());
  }
  const auto items = whole.find("items");
  if (items == whole.end() || !items->is_object()) return recollection;
  for (const auto& [name, list] : items->items()) {
    if (auto copies = copies_from(list); !copies.empty()) {
      recollection.history[name] = std::move(copies);
    }
  }
  return recollection;
}

Memory remember(const Recollection& recollection) {
  json whole = json::object();
  if (!recollection.own.is_null()) whole["own"] = recollection.own;
  if (recollection.unknown_since) whole["unknown_since"] = to_unix_ms(*recollection.unknown_since);
  std::size_t kept = 0;
  for (const auto& [name, copies] : recollection.history) {
    if (copies.empty() || ++kept > remembered_items) continue;
    json list = json::array();
    for (const Copy& copy : copies) list.push_back(to_json(copy));
    whole["items"][name] = std::move(list);
  }
  if (whole.empty()) return {};
  return {whole.dump(-1, ' ', false, json::error_handler_t::replace)};
}

void add_copy(std::vector<Copy>& history, const Copy& copy) {
  const auto place = std::ranges::lower_bound(history, copy.begun, {}, &Copy::begun);
  if (place != history.end() && place->begun == copy.begun) {
    if (copy.size) place->size = copy.size;
    if (copy.duration) place->duration = copy.duration;
    return;
  }
  history.insert(place, {.begun = copy.begun, .duration = copy.duration, .size = copy.size});
  if (history.size() > history_copies + 1) history.erase(history.begin());
}

std::optional<double> median_size(const std::vector<Copy>& history, WallTime newest) {
  std::vector<double> sizes;
  for (const Copy& copy : history) {
    if (copy.begun != newest && copy.size) sizes.push_back(static_cast<double>(*copy.size));
  }
  return median(std::move(sizes));
}

std::optional<Duration> median_duration(const std::vector<Copy>& history, WallTime newest) {
  std::vector<Duration> durations;
  for (const Copy& copy : history) {
    if (copy.begun != newest && copy.duration) durations.push_back(*copy.duration);
  }
  return median(std::move(durations));
}

}  // namespace ght::collectors::backup
