#include "agent/http/negotiate.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace ght::http {
namespace {

constexpr auto text = MetricsFormat::text_0_0_4;
constexpr auto open = MetricsFormat::openmetrics_1_0_0;

TEST(Negotiate, GivesPrometheusWhatItPrefers) {
  EXPECT_EQ(metrics_format("application/openmetrics-text;version=1.0.0,"
                           "application/openmetrics-text;version=0.0.1;q=0.75,"
                           "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"),
            open)
      << "Prometheus 2.42";
  EXPECT_EQ(metrics_format("application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
                           "application/openmetrics-text;version=0.0.1;q=0.5,"
                           "text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
                           "text/plain;version=0.0.4;q=0.3,*/*;q=0.2"),
            open)
      << "Prometheus 3";
  EXPECT_EQ(metrics_format("text/plain;version=1.0.0;escaping=allow-utf-8;q=0.6,"
                           "text/plain;version=0.0.4;q=0.5,*/*;q=0.4"),
            text)
      << "Prometheus 3, scrape_protocols without OpenMetrics";
  EXPECT_EQ(metrics_format("text/plain;version=0.0.4;q=0.6,"
                           "application/openmetrics-text;version=1.0.0;q=0.5,*/*;q=0.4"),
            text)
      << "Prometheus 3, text first";
}

TEST(Negotiate, MetricsFormats) {
  const std::map<std::string, MetricsFormat> cases = {
      {"", text},
      {"*/*", text},
      {"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", text},
      {"application/openmetrics-text", open},
      {"APPLICATION/OpenMetrics-Text; Version=1.0.0", open},
      {"application/openmetrics-text; version=\"1.0.0\"", open},
      {"application/openmetrics-text;version=0.0.1", text},
      {"application/openmetrics-text;version=2.0.0", text},
      {"application/openmetrics-text;q=0", text},
      {"application/openmetrics-text;q=0, */*", text},
      {"application/openmetrics-text;q=0.001", open},
      {"application/openmetrics-text;q=1.001", text},
      {"application/openmetrics-text;q=x", text},
      {"application/openmetrics-text;q=", text},
      {"application/openmetrics-text, text/plain", text},
      {"application/openmetrics-text;q=0.9 , text/plain;q=0.8", open},
      {"application/openmetrics-text;q=0.8\t,\ttext/plain; q=0.9", text},
      {"application/openmetrics-text;q=0.5, text/*;q=0.4", open},
      {"application/openmetrics-text;q=0.5, text/*;q=0.6", text},
      {"application/openmetrics-text;version=1.0.0;q=0.2, application/openmetrics-text;q=0.9, "
       "text/plain;q=0.5",
       text},
      {"application/*", open},
      {",,;;,=;q", text},
      {";q=1,application/openmetrics-text", open},
      {"application/openmetrics-textual", text},
  };
  for (const auto& [accept, format] : cases) EXPECT_EQ(metrics_format(accept), format) << accept;
}

TEST(Negotiate, Gzip) {
  const std::map<std::string, bool> cases = {
      {"", false},
      {"gzip", true},
      {"GZIP", true},
      {"x-gzip", true},
      {"deflate, gzip", true},
      {"gzip;q=1.0", true},
      {"gzip;q=0", false},
      {"gzip;q=0.000", false},
      {"gzip;q=0.001", true},
      {"gzip; q=0", false},
      {"*", true},
      {"*;q=0", false},
      {"identity", false},
      {"*, gzip;q=0", false},
      {"*;q=0, gzip", true},
      {"gzipped", false},
      {"br;q=1.0, gzip;q=0.8", true},
      {"gzip;q=nonsense", false},
  };
  for (const auto& [field, taken] : cases) EXPECT_EQ(accepts_gzip(field), taken) << field;
}

}  // namespace
}  // namespace ght::http
