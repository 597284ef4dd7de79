#include "agent/config/problems.h"

#include <algorithm>
#include <array>

#include "agent/core/limits.h"

namespace ght {

std::string ConfigProblem::text() const {
  std::string out;
  if (!file.empty()) {
    out += file + ":";
    if (line > 0) out += std::to_string(line) + ":";
    out += " ";
  }
  if (!pointer.empty()) out += pointer + ": ";
  if (warning) out += "warning: ";
  return out + message;
}

}  // namespace ght

namespace ght::config {

Problems::Problems(std::string_view bytes, std::string_view file) : bytes_(bytes), file_(file) {
  for (std::size_t at = bytes_.find('\n'); at != bytes_.npos; at = bytes_.find('\n', at + 1)) {
    newlines_.push_back(at);
  }
}

void Problems::error(std::size_t offset, std::string pointer, std::string message) {
  ++errors_;
  add(offset, std::move(pointer), std::move(message), false);
}

void Problems::warning(std::size_t offset, std::string pointer, std::string message) {
  add(offset, std::move(pointer), std::move(message), true);
}

void Problems::add(std::size_t offset, std::string pointer, std::string message, bool warning) {
  entries_.emplace(offset, ConfigProblem{.file = file_,
                                         .line = offset == no_place ? 0 : line(offset),
                                         .pointer = std::move(pointer),
                                         .message = std::move(message),
                                         .warning = warning});
}

int Problems::line(std::size_t offset) const {
  const auto before = std::ranges::lower_bound(newlines_, offset);
  return static_cast<int>(before - newlines_.begin()) + 1;
}

std::vector<ConfigProblem> Problems::in_order() const {
  std::vector<ConfigProblem> shown;
  // Counted apart: fifty warnings must not hide the one error.
  std::array<std::size_t, 2> count{};
  for (const auto& [offset, problem] : entries_) {
    if (++count[problem.warning ? 1 : 0] > limits::config_errors) continue;
    shown.push_back(problem);
  }
  for (const bool warning : {false, true}) {
    const std::size_t total = count[warning ? 1 : 0];
    if (total <= limits::config_errors) continue;
    const std::size_t hidden = total - limits::config_errors;
    shown.push_back({.file = file_,
                     .line = 0,
                     .pointer = "",
                     .message = "and " + std::to_string(hidden) + " more " +
                                (warning ? "warning" : "error") + (hidden == 1 ? "" : "s"),
                     .warning = warning});
  }
  return shown;
}

}  // namespace ght::config
