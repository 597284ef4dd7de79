#include "collectors/patch/support/match.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace ght::collectors::support {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

const std::pair<const std::string, Product>* product_of(const Table& table, const OsRelease& os) {
  for (const auto& entry : table.os) {
    const Product& product = entry.second;
    const bool named = product.os_name.empty() || product.os_name == os.name;
    if (named && product.os_id == os.id) return &entry;
  }
  return nullptr;
}

const Row* row_of(const Product& product, const std::string& cycle) {
  const auto found = product.cycles.find(cycle);
  return found == product.cycles.end() ? nullptr : &found->second;
}

bool names_one_of(std::string_view text, const std::vector<std::string>& parts) {
  return std::ranges::any_of(
      parts, [text](const std::string& part) { return text.find(part) != std::string_view::npos; });
}

// "distribution" needs proof by the packager's name, "release" by the table as well.
Origin origin_of(const Package& package, const std::string& id, const std::string& cycle,
                 const Product* os, const Row* release) {
  if (os == nullptr || !names_one_of(package.packager, os->packagers) ||
      names_one_of(package.version, os->foreign)) {
    return Origin::other;
  }
  if (release == nullptr || release->ships.empty()) return Origin::distribution;
  const auto ships = release->ships.find(id);
  if (ships == release->ships.end()) return Origin::distribution;
  return std::ranges::find(ships->second, cycle) == ships->second.end() ? Origin::other
                                                                        : Origin::release;
}

// The cycle by which `package` is this software; nullopt when it is not.
std::optional<std::string> cycle_in(const Product& product, const Package& package) {
  for (const std::string& pattern : product.packages) {
    const auto part = matched(pattern, package.name);
    if (!part) continue;
    std::string cycle =
        part->empty() ? cycle_of(package.version, product.version_parts) : std::string(*part);
    if (!cycle.empty()) return cycle;
  }
  return std::nullopt;
}

Software software_of(const std::string& id, const Product& product, const std::string& cycle,
                     const Package& package, Origin origin) {
  Software found{.id = id, .cycle = cycle, .package = package.name, .origin = origin, .ends = {}};
  const Row* row = row_of(product, cycle);
  if (origin == Origin::other && row != nullptr) {
    found.ends = row->ends;
    found.written = row->written;
  }
  return found;
}

}  // namespace

std::string_view name(Origin origin) {
  constexpr std::array<std::string_view, 3> names = {"release", "distribution", "other"};
  return names[static_cast<std::size_t>(origin)];
}

std::string cycle_of(std::string_view version, std::size_t parts) {
  if (const std::size_t colon = version.find(':'); colon != std::string_view::npos) {
    version.remove_prefix(colon + 1);
  }
  std::string cycle;
  std::size_t at = 0;
  for (std::size_t part = 0; part < parts && at < version.size(); ++part) {
    const std::size_t begin = part == 0 ? 0 : at + 1;
    if (part > 0 && version[at] != '.') break;
    std::size_t end = begin;
    while (end < version.size() && is_digit(version[end])) ++end;
    if (end == begin) break;
    cycle += (part == 0 ? "" : ".") + std::string(version.substr(begin, end - begin));
    at = end;
  }
  return cycle.size() <= 20 ? cycle : std::string();
}

std::optional<std::string_view> matched(std::string_view pattern, std::string_view name) {
  const std::size_t hash = pattern.find('#');
  if (hash == std::string_view::npos) {
    return pattern == name ? std::optional(std::string_view()) : std::nullopt;
  }
  const std::string_view before = pattern.substr(0, hash);
  const std::string_view after = pattern.substr(hash + 1);
  if (name.size() <= before.size() + after.size() || !name.starts_with(before) ||
      !name.ends_with(after)) {
    return std::nullopt;
  }
  const std::string_view part =
      name.substr(before.size(), name.size() - before.size() - after.size());
  const bool numeric = std::ranges::all_of(part, [](char c) { return is_digit(c) || c == '.'; });
  if (!numeric || !is_digit(part.front()) || !is_digit(part.back()) || part.size() > 20) {
    return std::nullopt;
  }
  return part;
}

Result<Findings> match(const Table& table, const OsRelease& os, std::span<const Package> packages) {
  Findings findings{.os = os,
                    .release = std::nullopt,
                    .packages = packages.size(),
                    .written = table.written,
                    .software = {}};
  const auto* entry = product_of(table, os);
  const Product* system = entry == nullptr ? nullptr : &entry->second;
  const Row* release = nullptr;
  if (system != nullptr) {
    const std::string cycle = cycle_of(os.version, system->version_parts);
    release = row_of(*system, cycle);
    if (release != nullptr) {
      findings.release = Release{.product = system->name,
                                 .cycle = cycle,
                                 .ends = release->ends,
                                 .written = release->written};
    }
  }
  std::map<std::pair<std::string, std::string>, Software> found;
  for (const Package& package : packages) {
    for (const auto& [id, product] : table.software) {
      const auto cycle = cycle_in(product, package);
      if (!cycle) continue;
      const Origin origin = origin_of(package, id, *cycle, system, release);
      Software software = software_of(id, product, *cycle, package, origin);
      if (software.written == WallTime{}) software.written = table.written;
      const auto [at, added] = found.try_emplace({id, *cycle}, software);
      if (!added && software.origin > at->second.origin) at->second = std::move(software);
      if (found.size() > most_software) {
        return Error{"packages", "more than 64 kinds of software of the table are installed"};
      }
    }
  }
  for (auto& [key, software] : found) findings.software.push_back(std::move(software));
  return findings;
}

}  // namespace ght::collectors::support
