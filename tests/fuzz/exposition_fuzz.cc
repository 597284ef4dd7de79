// Any bytes as titles, names, reasons, label values and errors: the pages stay well-formed, and
// foreign text never changes their structure.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "agent/core/reasons.h"
#include "agent/core/text.h"
#include "agent/exposition/render.h"

namespace {

using ght::Family;

constexpr std::array<std::string_view, 1> labels = {"backup"};
constexpr Family size = {.name = "ght_backup_last_size_bytes", .help = "Size.", .labels = labels};

struct Pages {
  std::string fr, en, json, text, openmetrics;
};

Pages render(const std::string& foreign) {
  ght::Check check;
  check.name = "check";
  check.title = foreign;
  ght::Observation seen;
  seen.samples = {{&size, {foreign}, 1}};
  ght::View view;
  view.version = view.revision = view.os = view.kernel = view.time_zone = foreign;
  view.identity = {foreign, foreign, foreign, foreign};
  view.reload_ok = false;
  view.reload_error = view.ledger_error = foreign;
  view.checks.resize(1);
  view.checks[0].check = &check;
  view.checks[0].last = &seen;
  view.checks[0].reason = {ght::reasons::dns_error, foreign, {}};
  return {ght::render_status_page(view, ght::Language::fr),
          ght::render_status_page(view, ght::Language::en), ght::render_status_json(view),
          ght::render_metrics(view, ght::MetricsFormat::text_0_0_4),
          ght::render_metrics(view, ght::MetricsFormat::openmetrics_1_0_0)};
}

auto count(const std::string& text, char c) {
  return std::ranges::count(text, c);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t length) {
  if (length == 0) return 0;  // an empty name has no element of its own
  const std::string foreign(data, data + length);
  static const Pages harmless = render("harmless");
  const Pages pages = render(foreign);
  for (const char c : {'<', '>', '"'}) {
    GHT_CHECK(count(pages.fr, c) == count(harmless.fr, c));
    GHT_CHECK(count(pages.en, c) == count(harmless.en, c));
  }
  for (const std::string* page :
       {&pages.fr, &pages.en, &pages.json, &pages.text, &pages.openmetrics}) {
    GHT_CHECK(ght::is_utf8(*page));
  }
  GHT_CHECK(nlohmann::json::parse(pages.json)["checks"].size() == 1);
  // The one sample with a foreign label is there, or left out with its family's head and counted.
  const bool kept = ght::is_utf8(foreign);
  GHT_CHECK(count(harmless.text, '\n') - count(pages.text, '\n') == (kept ? 0 : 3));
  GHT_CHECK(count(harmless.openmetrics, '\n') - count(pages.openmetrics, '\n') == (kept ? 0 : 4));
  return 0;
}
