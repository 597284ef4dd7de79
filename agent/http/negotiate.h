// Accept and Accept-Encoding (RFC 9110, 12.5), as far as our pages differ by them.
#pragma once

#include <string_view>

#include "agent/exposition/render.h"

namespace ght::http {

// The exposition format for an Accept field. OpenMetrics 1.0.0 when it is wanted more than text
// 0.0.4; text in every other case, an absent or unreadable field and one that wants neither
// included: a scraper that asks strangely gets the page that all of them read.
MetricsFormat metrics_format(std::string_view accept);

// Whether an Accept-Encoding field takes gzip ("gzip;q=0" does not). False when it is empty.
bool accepts_gzip(std::string_view accept_encoding);

}  // namespace ght::http
