// What the backup collectors remember between runs: the last copies of each item, since when
// nothing could be learnt, and whatever a tool's collector keeps for itself.
#pragma once

#include <cstddef>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "collectors/backup/contract.h"

namespace ght::collectors::backup {

inline constexpr std::size_t history_copies = 14;  // before the newest
inline constexpr std::size_t enough_copies = 5;    // for a median that says something
inline constexpr std::size_t remembered_items = 64;

struct Recollection {
  // By key(name), oldest first; complete copies only, at most history_copies and the newest.
  std::map<std::string, std::vector<Copy>> history;
  std::optional<WallTime> unknown_since;
  nlohmann::json own;
};

std::string key(const Name& name);

// What is not understood is left out: a memory may be of another version.
Recollection recall(const Memory& memory);
Memory remember(const Recollection& recollection);

// Adds a copy; one that is there already gets what is newly known of it.
void add_copy(std::vector<Copy>& history, const Copy& copy);

// The median over all but the copy that began at `newest`; nullopt with under enough_copies values.
std::optional<double> median_size(const std::vector<Copy>& history, WallTime newest);
std::optional<Duration> median_duration(const std::vector<Copy>& history, WallTime newest);

}  // namespace ght::collectors::backup
