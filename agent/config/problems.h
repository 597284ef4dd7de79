// Collects what is wrong with a file, while it is read in whatever order, and tells it in the order
// of the file.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "agent/config/config.h"

namespace ght::config {

class Problems {
 public:
  // `bytes` must outlive this; `file` is only for messages.
  Problems(std::string_view bytes, std::string_view file);

  // `offset` is the byte that the problem is about; no_place: the file as a whole.
  static constexpr std::size_t no_place = static_cast<std::size_t>(-1);
  void error(std::size_t offset, std::string pointer, std::string message);
  void warning(std::size_t offset, std::string pointer, std::string message);

  std::size_t errors() const { return errors_; }

  // 1-based.
  int line(std::size_t offset) const;

  // Sorted by place; at most limits::config_errors errors and as many warnings, then one line each
  // with the number of those that are not shown.
  std::vector<ConfigProblem> in_order() const;

 private:
  void add(std::size_t offset, std::string pointer, std::string message, bool warning);

  std::string_view bytes_;
  std::string file_;
  std::multimap<std::size_t, ConfigProblem> entries_;  // by offset, then as they were added
  std::vector<std::size_t> newlines_;
  std::size_t errors_ = 0;
};

}  // namespace ght::config
