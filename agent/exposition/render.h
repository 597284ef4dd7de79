// The pages, each a pure function of the View.
#pragma once

#include <string>

#include "agent/exposition/texts.h"
#include "agent/exposition/view.h"

namespace ght {

enum class MetricsFormat { text_0_0_4, openmetrics_1_0_0 };

// Validated (names, UTF-8), escaped, sorted, without duplicates; a sample that breaks a rule is
// left out and counted in ght_exposition_rejected_samples. Never throws.
std::string render_metrics(const View& view, MetricsFormat format);

// /api/v1/status: the contract of `ght-agent status` and of other tools. Both languages' sentences.
std::string render_status_json(const View& view);

// The whole HTML page, without scripts and external assets.
std::string render_status_page(const View& view, Language language);

// One sentence, with values in the reader's language and the site's time zone.
std::string reason_sentence(const Reason& reason, const Collector* collector, Language language,
                            const std::string& time_zone);

// gzip (RFC 1952).
std::string gzip(const std::string& body);

}  // namespace ght
