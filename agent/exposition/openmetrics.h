// The two text formats, from one model that has passed SeriesSet. Both append, and neither depends
// on the global locale.
#pragma once

#include <prometheus/metric_family.h>

#include <string>

namespace ght {

// Prometheus text format 0.0.4, by prometheus-cpp's serializer (16 significant digits).
void append_text(std::string& out, prometheus::MetricFamily family);

// OpenMetrics 1.0 (https://prometheus.io/docs/specs/om/open_metrics_spec/): counters and gauges.
// The page must end with append_openmetrics_end.
void append_openmetrics(std::string& out, const prometheus::MetricFamily& family);
void append_openmetrics_end(std::string& out);

}  // namespace ght
