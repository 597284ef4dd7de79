// What systemctl answers, read: names and patterns of units, its list as JSON, its properties.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/result.h"

namespace ght::collectors::systemd {

struct Unit {
  std::string name;  // as it was asked for
  std::string load;  // "loaded", "not-found", "masked", ...
  std::string active;
  std::string sub;
  std::string result;  // "success", "exit-code", ...; empty where a kind has none
  std::optional<std::uint64_t> restarts;  // loaded services only
};

// One line of `systemctl list-units --output=json`.
struct Listed {
  std::string name;
  std::string load;
};

bool is_pattern(std::string_view name);

// Whether systemctl and we understand this name or pattern alike.
bool is_name_or_pattern(std::string_view text);

// A full name that ends in a kind of unit.
bool has_kind(std::string_view name);

bool matches(const std::string& pattern, const std::string& name);

// An answer that ends early is an Error, whatever was read before.
Result<std::vector<Listed>> read_list(const std::string& out);

// The blocks of `systemctl show --all`, one for each of `names`, in this order.
Result<std::vector<Unit>> read_properties(const std::string& out,
                                          const std::vector<std::string>& names);

}  // namespace ght::collectors::systemd
