// For targets that read JSON: half of the inputs are changed as JSON (a value replaced, removed,
// doubled or put in another place), so that they still parse and reach what reads the fields; the
// other half as bytes.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);
// Called by libFuzzer for each input, in place of its own changes.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t most, unsigned int seed);

namespace {

using nlohmann::json;
using Random = std::minstd_rand;

constexpr std::size_t most_places = 512;

std::size_t below(Random& random, std::size_t end) {
  return std::uniform_int_distribution<std::size_t>(0, end - 1)(random);
}

struct Place {
  json* parent = nullptr;  // null: the whole
  json* value = nullptr;
  std::string key = {};  // of an object
  std::size_t index = 0;
};

// An explicit stack: an input may be nested deeper than the machine's.
std::vector<Place> places(json& whole) {
  std::vector<Place> found = {{.value = &whole}};
  for (std::size_t i = 0; i < found.size() && found.size() < most_places; ++i) {
    json* const at = found[i].value;
    if (at->is_object()) {
      for (auto& [key, value] : at->items())
        found.push_back({.parent = at, .value = &value, .key = key});
    } else if (at->is_array()) {
      for (std::size_t n = 0; n < at->size(); ++n)
        found.push_back({.parent = at, .value = &(*at)[n], .index = n});
    }
  }
  return found;
}

json odd_value(Random& random) {
  switch (below(random, 16)) {
    case 0:
      return nullptr;
    case 1:
      return true;
    case 2:
      return false;
    case 3:
      return 0;
    case 4:
      return -1;
    case 5:
      return INT64_MAX;
    case 6:
      return INT64_MIN;
    case 7:
      return UINT64_MAX;
    case 8:
      return 1e308;
    case 9:
      return "";
    case 10:
      return json::array();
    case 11:
      return json::object();
    case 12:
      return "2026-11-29T21:17:15.5+01:00";
    case 13:
      return "9999-12-31T23:59:59Z";
    case 14:
      return std::to_string(random());
    default:
      return random();
  }
}

std::string changed_text(const std::string& text, Random& random) {
  std::array<std::uint8_t, 256> bytes{};
  const std::size_t size = std::min(text.size(), bytes.size() / 2);
  std::memcpy(bytes.data(), text.data(), size);
  if (size == 0) return std::to_string(random());
  const std::size_t now = LLVMFuzzerMutate(bytes.data(), size, bytes.size());
  return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(now)};
}

json changed_value(const json& value, Random& random) {
  if (value.is_string() && below(random, 2) == 0)
    return changed_text(value.get<std::string>(), random);
  if (value.is_number_integer() && below(random, 2) == 0) {
    const std::uint64_t bit = std::uint64_t{1} << below(random, 63);
    return static_cast<std::int64_t>(value.get<std::uint64_t>() ^ bit);
  }
  return odd_value(random);
}

void remove(const Place& at) {
  if (at.parent == nullptr) return;
  if (at.parent->is_object()) {
    at.parent->erase(at.key);
  } else {
    at.parent->erase(at.index);
  }
}

void change(json& whole, Random& random) {
  const std::vector<Place> all = places(whole);
  const Place& at = all[below(random, all.size())];
  const json other = *all[below(random, all.size())].value;
  switch (below(random, 6)) {
    case 0:
      remove(at);
      break;
    case 1:
      *at.value = other;
      break;
    case 2:
      if (at.value->is_array()) at.value->push_back(other);
      break;
    case 3:
      if (at.parent != nullptr && at.parent->is_array()) at.parent->push_back(json(*at.value));
      break;
    default:
      *at.value = changed_value(json(*at.value), random);
  }
}

}  // namespace

std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most,
                                    unsigned int seed) {
  Random random(seed);
  if (below(random, 2) == 0) return LLVMFuzzerMutate(data, size, most);
  json whole = json::parse(data, data + size, nullptr, false);
  if (whole.is_discarded()) return LLVMFuzzerMutate(data, size, most);
  for (std::size_t times = 1 + below(random, 3); times > 0; --times) change(whole, random);
  const std::string text = whole.dump(-1, ' ', false, json::error_handler_t::replace);
  if (text.size() > most) return LLVMFuzzerMutate(data, size, most);
  std::memcpy(data, text.data(), text.size());
  return text.size();
}
