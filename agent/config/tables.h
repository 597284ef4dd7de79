// The keys of the configuration file as tables of fields: reading and the schema are made from
// them.
#pragma once

#include <array>
#include <span>
#include <string_view>
#include <vector>

#include "agent/core/collector.h"
#include "agent/core/field.h"

namespace ght::config {

// Slices of one another, so neither copied nor moved.
class Tables {
 public:
  // What `collectors` points to must outlive this.
  explicit Tables(std::span<const Collector* const> collectors);
  Tables(const Tables&) = delete;
  Tables& operator=(const Tables&) = delete;

  std::span<const Field> root() const { return root_; }
  std::span<const Field> check() const { return check_; }
  std::span<const Field> maintenance() const;
  std::span<const Collector* const> collectors() const { return collectors_; }

  // The one row of check() whose inner table is another for each collector.
  const Field& settings() const { return *settings_; }

  // nullptr when there is none of that name.
  const Collector* collector(std::string_view name) const;

 private:
  std::span<const Collector* const> collectors_;
  std::vector<std::string_view> collector_names_;
  std::array<std::string_view, 6> activities_;
  std::vector<Field> check_;
  std::vector<Field> root_;
  const Field* settings_ = nullptr;
};

// Defaults that depend on other keys, as the help texts of the table say them.
Duration default_timeout(Duration interval);
Duration default_stale_after(Duration interval, Duration timeout);

}  // namespace ght::config
