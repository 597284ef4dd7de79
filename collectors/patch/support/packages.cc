#include "collectors/patch/support/packages.h"

#include <algorithm>
#include <optional>

namespace ght::collectors::support {
namespace {

// Takes the first line off `bytes`; nullopt when it has no end.
std::optional<std::string_view> next_line(std::string_view& bytes) {
  const std::size_t end = bytes.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = bytes.substr(0, end);
  bytes.remove_prefix(end + 1);
  return line;
}

std::optional<std::string_view> value_of(std::string_view line, std::string_view key) {
  if (!line.starts_with(key)) return std::nullopt;
  line.remove_prefix(key.size());
  while (!line.empty() && line.front() == ' ') line.remove_prefix(1);
  return line;
}

struct Stanza {
  Package package;
  std::string_view status;
};

void read_line(std::string_view line, Stanza& stanza) {
  if (const auto name = value_of(line, "Package:")) stanza.package.name = *name;
  if (const auto version = value_of(line, "Version:")) stanza.package.version = *version;
  if (const auto packager = value_of(line, "Maintainer:")) stanza.package.packager = *packager;
  if (const auto status = value_of(line, "Status:")) stanza.status = *status;
}

// Adds the stanza when it is an installed package; fails when it lacks what every one has.
Result<void> close_stanza(Stanza& stanza, std::vector<Package>& packages) {
  if (stanza.package.name.empty() || stanza.status.empty()) {
    return Error{"package " + std::to_string(packages.size() + 1),
                 "has no Package or no Status (damaged)"};
  }
  if (stanza.status.ends_with(" installed")) {
    if (stanza.package.version.empty()) return Error{stanza.package.name, "has no Version"};
    packages.push_back(std::move(stanza.package));
  }
  stanza = {};
  return {};
}

}  // namespace

Result<std::vector<Package>> parse_dpkg_status(std::string_view bytes) {
  if (bytes.find('\0') != std::string_view::npos) {
    return Error{"", "has a NUL byte (damaged; expected dpkg's list of packages)"};
  }
  std::vector<Package> packages;
  Stanza stanza;
  bool open = false;
  while (const auto line = next_line(bytes)) {
    if (!line->empty()) {
      read_line(*line, stanza);
      open = true;
    } else if (open) {
      GHT_TRY_VOID(close_stanza(stanza, packages));
      open = false;
    }
  }
  if (open || !bytes.empty()) {
    return Error{"", "does not end with an empty line (cut short, or being written)"};
  }
  if (packages.empty()) {
    return Error{"", "names no installed package (expected dpkg's list of packages)"};
  }
  return packages;
}

Result<std::vector<Package>> parse_rpm_list(std::string_view bytes) {
  std::vector<Package> packages;
  while (const auto line = next_line(bytes)) {
    const std::size_t first = line->find('\t');
    const std::size_t second =
        first == std::string_view::npos ? first : line->find('\t', first + 1);
    const bool whole = first != std::string_view::npos && first > 0 &&
                       second != std::string_view::npos && second > first + 1 &&
                       line->find('\t', second + 1) == std::string_view::npos;
    if (!whole) {
      return Error{"line " + std::to_string(packages.size() + 1), "expected name, version, vendor"};
    }
    packages.push_back({.name = std::string(line->substr(0, first)),
                        .version = std::string(line->substr(first + 1, second - first - 1)),
                        .packager = std::string(line->substr(second + 1))});
  }
  if (!bytes.empty()) return Error{"", "does not end with a line end (cut short)"};
  if (packages.empty()) return Error{"", "names no installed package"};
  return packages;
}

}  // namespace ght::collectors::support
