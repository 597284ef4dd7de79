#include "agent/exposition/series.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "agent/core/text.h"

namespace ght {
namespace {

constexpr std::string_view total_suffix = "_total";

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_label_name(std::string_view name) {
  constexpr std::array<std::string_view, 6> taken = {"check",    "activity", "job",
                                                     "instance", "le",       "quantile"};
  return !name.empty() && is_letter(name.front()) && !name.starts_with("__") &&
         std::ranges::all_of(name, [](char c) { return is_letter(c) || is_digit(c); }) &&
         std::ranges::find(taken, name) == taken.end();
}

// A colon is allowed by the format, but is for recording rules.
bool is_metric_name(std::string_view name) {
  return !name.empty() && is_letter(name.front()) &&
         std::ranges::all_of(name, [](char c) { return is_letter(c) || is_digit(c); });
}

bool has_foreign_suffix(std::string_view name) {
  constexpr std::array<std::string_view, 4> suffixes = {"_bucket", "_count", "_sum", "_created"};
  return std::ranges::any_of(suffixes, [&](std::string_view s) { return name.ends_with(s); });
}

bool is_sound(const Family& family) {
  const bool counter = family.type == MetricType::counter;
  if (!is_metric_name(family.name) || family.name.ends_with(total_suffix) != counter ||
      family.name == total_suffix || has_foreign_suffix(family.name) || !is_utf8(family.help)) {
    return false;
  }
  for (std::size_t i = 0; i < family.labels.size(); ++i) {
    const auto before = family.labels.first(i);
    if (!is_label_name(family.labels[i]) ||
        std::ranges::find(before, family.labels[i]) != before.end()) {
      return false;
    }
  }
  return true;
}

bool same(const Family& a, const Family& b) {
  return a.name == b.name && a.help == b.help && a.type == b.type &&
         std::ranges::equal(a.labels, b.labels);
}

}  // namespace

std::string_view openmetrics_name(std::string_view name, bool counter) {
  if (counter && name.ends_with(total_suffix)) name.remove_suffix(total_suffix.size());
  return name;
}

void SeriesSet::add(const Family& family, std::span<const std::string_view> label_values,
                    double value) {
  add(family, false, {label_values.begin(), label_values.end()}, value);
}

void SeriesSet::add(const Check& check, const Family& family,
                    std::span<const std::string_view> label_values, double value) {
  std::vector<std::string_view> labels;
  labels.reserve(label_values.size() + 2);
  labels.push_back(check.name);
  labels.push_back(slug(check.activity));
  labels.insert(labels.end(), label_values.begin(), label_values.end());
  add(family, true, std::move(labels), value);
}

std::string_view SeriesSet::keep(std::string text) {
  return kept_.emplace_back(std::move(text));
}

SeriesSet::Group* SeriesSet::accept(const Family& family, bool of_check) {
  const auto found = groups_.find(family.name);
  if (found != groups_.end()) {
    Group& group = found->second;
    const bool agrees =
        group.of_check == of_check && (group.family == &family || same(*group.family, family));
    return agrees ? &group : nullptr;
  }
  if (!is_sound(family)) return nullptr;
  const std::string_view name = openmetrics_name(family.name, family.type == MetricType::counter);
  if (!openmetrics_names_.insert(name).second) return nullptr;
  return &groups_.emplace(family.name, Group{&family, of_check, {}}).first->second;
}

void SeriesSet::add(const Family& family, bool of_check, std::vector<std::string_view> labels,
                    double value) {
  const std::size_t expected = family.labels.size() + (of_check ? 2 : 0);
  Group* group = accept(family, of_check);
  if (group == nullptr || labels.size() != expected || !std::isfinite(value) ||
      (family.type == MetricType::counter && value < 0) || !std::ranges::all_of(labels, is_utf8)) {
    ++rejected_;
    return;
  }
  group->series.push_back({std::move(labels), value});
}

void SeriesSet::take_out_repeated(Group& group) {
  std::vector<Series>& series = group.series;
  std::size_t out = 0;
  for (std::size_t begin = 0; begin < series.size();) {
    std::size_t end = begin + 1;
    bool agree = true;
    for (; end < series.size() && series[end].labels == series[begin].labels; ++end) {
      agree = agree && series[end].value == series[begin].value;
    }
    rejected_ += end - begin - (agree ? 1 : 0);
    if (agree) {
      if (out != begin) series[out] = std::move(series[begin]);
      ++out;
    }
    begin = end;
  }
  series.resize(out);
}

void SeriesSet::sort() {
  for (auto& [name, group] : groups_) {
    std::ranges::sort(group.series, {}, &Series::labels);
    take_out_repeated(group);
  }
}

void SeriesSet::for_each(const std::function<void(prometheus::MetricFamily&&)>& write) const {
  for (const auto& [name, group] : groups_) {
    if (group.series.empty()) continue;
    const bool counter = group.family->type == MetricType::counter;
    std::vector<std::string_view> names;
    if (group.of_check) names = {"check", "activity"};
    names.insert(names.end(), group.family->labels.begin(), group.family->labels.end());
    prometheus::MetricFamily model;
    model.name = name;
    model.help = group.family->help;
    model.type = counter ? prometheus::MetricType::Counter : prometheus::MetricType::Gauge;
    model.metric.resize(group.series.size());
    for (std::size_t i = 0; i < group.series.size(); ++i) {
      const Series& series = group.series[i];
      prometheus::ClientMetric& metric = model.metric[i];
      (counter ? metric.counter.value : metric.gauge.value) = series.value;
      metric.label.reserve(names.size());
      for (std::size_t k = 0; k < names.size(); ++k) {
        metric.label.push_back({std::string(names[k]), std::string(series.labels[k])});
      }
    }
    write(std::move(model));
  }
}

}  // namespace ght
