// The gate before the serializers. prometheus-cpp writes what it is given; here names, labels and
// values are judged, duplicates refused, and everything put in one order.
#pragma once

#include <prometheus/metric_family.h>

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/check.h"
#include "agent/core/sample.h"

namespace ght {

// Rejected, and counted one by one:
// - a family whose name or labels are no Prometheus names, whose label is `check`, `activity` or
//   reserved (`__...`, job, instance, le, quantile) or stands twice, a counter not called _total, a
//   gauge called _total or with a suffix of histograms and summaries, a help that is not UTF-8;
// - a family that differs from an accepted one of the same name, or would take the place of
//   another's OpenMetrics name;
// - a sample whose number of label values is not the family's, with a value that is not UTF-8, not
//   finite, or negative in a counter (nothing measured is infinite: DESIGN 5.6);
// - a repeated series: one stays when all agree, none when they contradict each other.
class SeriesSet {
 public:
  // The texts and the family must live as long as this set. A series of a check gets the labels
  // `check` and `activity` before its own.
  void add(const Family& family, std::span<const std::string_view> label_values, double value);
  void add(const Check& check, const Family& family, std::span<const std::string_view> label_values,
           double value);

  // A copy of `text` that lives as long as this set, for labels made on the way.
  std::string_view keep(std::string text);

  // Puts series in the order of their labels and takes out what is repeated. More may be added
  // afterwards, and sorted again.
  void sort();

  // Calls `write` once per family that has series, in the order of names; the model of one family
  // lives at a time. After sort().
  void for_each(const std::function<void(prometheus::MetricFamily&&)>& write) const;

  // Samples left out so far. Final after sort().
  std::size_t rejected() const { return rejected_; }

 private:
  struct Series {
    std::vector<std::string_view> labels;  // check and activity first, when of a check
    double value = 0;
  };
  struct Group {
    const Family* family = nullptr;
    bool of_check = false;
    std::vector<Series> series;
  };

  void add(const Family& family, bool of_check, std::vector<std::string_view> labels, double value);
  Group* accept(const Family& family, bool of_check);
  void take_out_repeated(Group& group);

  std::map<std::string_view, Group> groups_;
  std::set<std::string_view> openmetrics_names_;
  std::deque<std::string> kept_;
  std::size_t rejected_ = 0;
};

// The name of a family in OpenMetrics: a counter's without _total.
std::string_view openmetrics_name(std::string_view name, bool counter);

}  // namespace ght
