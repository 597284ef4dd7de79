// Settings as data: one table of fields per JSON object. Validation, the JSON schema, `ght-agent
// collectors` and the documentation are all made from these tables.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "agent/core/result.h"
#include "agent/core/time.h"

namespace ght {

enum class FieldKind {
  boolean,
  integer,       // limits min..max
  number,        // limits min..max
  duration,      // "15s", "26h", "7d"; limits in seconds
  text,          // UTF-8 without control characters; limits min..max bytes
  choice,        // one of `choices`
  path,          // absolute path
  text_list,     // limits: number of elements
  integer_list,  // limits: of each element
  text_map,      // string -> string
  object,        // `inner`
  object_list,   // `inner` each
};

enum class Need { required, optional };

struct Field {
  std::string_view key;
  FieldKind kind = FieldKind::text;
  Need need = Need::optional;
  std::string_view fallback = {};  // default as JSON text ("\"26h\"", "[200]"); empty: none
  double min = -std::numeric_limits<double>::infinity();
  double max = std::numeric_limits<double>::infinity();
  std::string_view help = {};  // one sentence, English
  std::span<const std::string_view> choices = {};
  std::span<const Field> inner = {};
  bool secret = false;  // no message shows the value, not even a wrong one
};

// The validated values of one object. Values keep their table's types: boolean bool, integer
// std::int64_t, number double, duration Duration, text/choice/path std::string, text_list
// std::vector<std::string>, integer_list std::vector<std::int64_t>, text_map
// std::map<std::string, std::string>, object Settings, object_list std::vector<Settings>.
class Settings {
 public:
  using Value = std::variant<bool, std::int64_t, double, Duration, std::string,
                             std::vector<std::string>, std::vector<std::int64_t>,
                             std::map<std::string, std::string>, Settings, std::vector<Settings>>;

  Settings();
  ~Settings();
  Settings(const Settings&);
  Settings(Settings&&) noexcept;
  Settings& operator=(const Settings&);
  Settings& operator=(Settings&&) noexcept;

  void set(std::string key, Value value);

  // nullptr when the key was neither given nor has a default. The wrong type is a programmer error.
  template <class T>
  const T* find(std::string_view key) const;

  // For required keys and keys with a default; absence is a programmer error.
  template <class T>
  const T& get(std::string_view key) const;

 private:
  const Value* find_value(std::string_view key) const;
  std::map<std::string, Value, std::less<>>& values();
  // Behind a pointer because Value holds Settings by value.
  std::unique_ptr<std::map<std::string, Value, std::less<>>> values_;
};

template <class T>
const T* Settings::find(std::string_view key) const {
  const Value* value = find_value(key);
  if (value == nullptr) return nullptr;
  const T* typed = std::get_if<T>(value);
  GHT_CHECK(typed != nullptr);
  return typed;
}

template <class T>
const T& Settings::get(std::string_view key) const {
  const T* typed = find<T>(key);
  GHT_CHECK(typed != nullptr);
  return *typed;
}

}  // namespace ght
