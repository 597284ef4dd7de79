// Metric families as collectors declare them, and the samples of one observation.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ght {

enum class MetricType { gauge, counter };

// Declared once, as constexpr data that lives for the whole process. `check` and `activity` are
// added to every series by the exposition and are not listed in `labels`. Names as
// `promtool check metrics` wants them (base units, _total, _timestamp_seconds, _info).
struct Family {
  std::string_view name;
  std::string_view help;
  MetricType type = MetricType::gauge;
  std::span<const std::string_view> labels = {};
};

// One value. `label_values` stand in the order of family->labels.
struct Sample {
  const Family* family = nullptr;
  std::vector<std::string> label_values;
  double value = 0;
};

}  // namespace ght
