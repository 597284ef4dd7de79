#include "collectors/availability/systemd/units.h"

#include <fnmatch.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <nlohmann/json.hpp>

namespace ght::collectors::systemd {
namespace {

using nlohmann::json;

constexpr std::size_t name_bytes = 255;

using Block = std::map<std::string, std::string, std::less<>>;

Error expected(const std::string& where, const std::string& what) {
  return {.about = where, .message = "expected " + what};
}

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view(":-_.\\@").find(c) != std::string_view::npos;
}

bool is_pattern_character(char c) {
  return std::string_view("*?[]").find(c) != std::string_view::npos;
}

// Every block ends with an empty line or with the answer; every line with its line feed.
Result<std::vector<Block>> read_blocks(const std::string& out) {
  if (!out.ends_with('\n')) return expected("systemctl show", "a line feed at the end");
  std::vector<Block> blocks(1);
  for (std::size_t start = 0; start < out.size();) {
    const std::size_t end = out.find('\n', start);
    const std::string line = out.substr(start, end - start);
    start = end + 1;
    if (line.empty()) {
      blocks.emplace_back();
      continue;
    }
    const std::size_t sign = line.find('=');
    if (sign == std::string::npos) return expected("systemctl show", "lines NAME=VALUE");
    blocks.back()[line.substr(0, sign)] = line.substr(sign + 1);
  }
  return blocks;
}

bool has_word(std::string_view words, std::string_view word) {
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(' '), words.size());
    if (words.substr(0, end) == word) return true;
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return false;
}

Result<Unit> unit_of(const Block& block, const std::string& name) {
  for (const char* key : {"Id", "Names", "LoadState", "ActiveState", "SubState"}) {
    if (!block.contains(key)) return expected(name, std::string("a property ") + key);
  }
  const auto value = [&](std::string_view key) { return block.find(key)->second; };
  if (value("Id") != name && !has_word(value("Names"), name)) {
    return expected(name, "its properties, not those of " + value("Id"));
  }
  Unit unit{.name = name,
            .load = value("LoadState"),
            .active = value("ActiveState"),
            .sub = value("SubState"),
            .result = {},
            .restarts = {}};
  if (block.contains("Result")) unit.result = value("Result");
  if (!name.ends_with(".service")) return unit;
  if (!block.contains("NRestarts")) return expected(name, "a property NRestarts");
  const std::string count = value("NRestarts");
  std::uint64_t restarts = 0;
  const auto read = std::from_chars(count.data(), count.data() + count.size(), restarts);
  if (read.ec != std::errc() || read.ptr != count.data() + count.size()) {
    return expected(name + " NRestarts", "a whole number");
  }
  // Of a unit that is not there, systemd says 0.
  if (unit.load == "loaded") unit.restarts = restarts;
  return unit;
}

}  // namespace

bool is_pattern(std::string_view name) {
  return std::ranges::any_of(name, is_pattern_character);
}

bool is_name_or_pattern(std::string_view text) {
  return !text.empty() && text.size() <= name_bytes && !text.starts_with('-') &&
         std::ranges::all_of(
             text, [](char c) { return is_name_character(c) || is_pattern_character(c); });
}

bool has_kind(std::string_view name) {
  constexpr auto kinds = std::to_array<std::string_view>({".service", ".socket", ".target",
                                                          ".timer", ".mount", ".automount", ".path",
                                                          ".swap", ".slice", ".scope", ".device"});
  return std::ranges::any_of(kinds, [name](std::string_view kind) {
    return name.size() > kind.size() && name.ends_with(kind);
  });
}

bool matches(const std::string& pattern, const std::string& name) {
  // As systemd does it: a backslash is a character of names, no escape.
  return fnmatch(pattern.c_str(), name.c_str(), FNM_NOESCAPE) == 0;
}

Result<std::vector<Listed>> read_list(const std::string& out) {
  const json document = json::parse(out, nullptr, false);
  if (!document.is_array()) {
    return expected("systemctl list-units --output=json", "a JSON array (systemd 247 or newer)");
  }
  std::vector<Listed> list;
  for (const json& row : document) {
    const auto text = [&row](const char* key) -> std::optional<std::string> {
      const auto found = row.is_object() ? row.find(key) : row.end();
      if (!row.is_object() || found == row.end() || !found->is_string()) return std::nullopt;
      return found->get<std::string>();
    };
    const auto name = text("unit"), load = text("load");
    if (!name || name->empty() || !load) {
      return expected("systemctl list-units --output=json", "texts \"unit\" and \"load\"");
    }
    list.push_back({.name = *name, .load = *load});
  }
  return list;
}

Result<std::vector<Unit>> read_properties(const std::string& out,
                                          const std::vector<std::string>& names) {
  GHT_TRY(const std::vector<Block> blocks, read_blocks(out));
  if (blocks.size() != names.size()) {
    return expected("systemctl show", "the properties of " + std::to_string(names.size()) +
                                          " units, not of " + std::to_string(blocks.size()));
  }
  std::vector<Unit> units;
  for (std::size_t i = 0; i < names.size(); ++i) {
    GHT_TRY(Unit unit, unit_of(blocks[i], names[i]));
    units.push_back(std::move(unit));
  }
  return units;
}

}  // namespace ght::collectors::systemd
