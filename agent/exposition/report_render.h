// The monthly report for people, programs and spreadsheets: pure functions of the Report.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "agent/core/collector.h"
#include "agent/core/report.h"
#include "agent/exposition/texts.h"

namespace ght {

// The collector of this name, or nullptr. The report knows only the codes of reasons, and this room
// no collectors: without a lookup, a code that is not the agent's own is shown as it is.
using CollectorLookup = std::function<const Collector*(std::string_view)>;

// The whole HTML page, without scripts and external assets, made to be printed on A4.
std::string render_report_html(const Report& report, Language language,
                               const CollectorLookup& collector_named = {});

// Described in README.md beside this file. Pretty, UTF-8, keys in a fixed order.
std::string render_report_json(const Report& report);

// RFC 4180 (CRLF, a head line, text in quotes): one row per check, and one with the verdict "not
// demonstrated" for each activity without a check. The terms are the latest of the month. What is
// not known is an empty cell. Foreign text that a spreadsheet would take for a formula gets an
// apostrophe before it.
//   French: for spreadsheets. Separated by ';', decimal comma, French words, with a byte order mark
//   (Excel takes it for another encoding otherwise).
//   English: for programs. Separated by ',', decimal point, the keys and codes of the JSON, no
//   mark.
std::string render_report_csv(const Report& report, Language language);

// What a reason's code says when its values are not known: "connexion refusée par …". A code that
// is declared nowhere is shown itself.
std::string reason_words(std::string_view code, const CollectorLookup& collector_named,
                         std::string_view collector, Language language);

}  // namespace ght
