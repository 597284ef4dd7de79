// Any bytes as what borg prints: read whole or not at all, every reason is one that can be shown,
// and a name matches the pattern that is made of it.
#include <cstddef>
#include <cstdint>
#include <string>

#include "agent/core/limits.h"
#include "collectors/backup/borg/borg_read.h"
#include "collectors/backup/borg/borg_series.h"

namespace {

using namespace ght;
using namespace ght::collectors;

void read(const std::string& bytes) {
  const auto listing = borg::read_listing(bytes);
  if (listing.ok()) {
    const WallTime now = wall_from_unix_ms(1'795'417'200'000);
    const auto series = borg::series_of(listing.value(), "*", std::chrono::hours(3), now);
    GHT_CHECK(!series.newest || !borg::is_checkpoint(series.newest->name));
    GHT_CHECK(!series.unfinished || borg::is_checkpoint(series.unfinished->name));
    GHT_CHECK(!series.interrupted || series.unfinished);
    for (const borg::Archive& each : listing.value().archives) {
      GHT_CHECK(each.id.size() == 64 && !each.name.empty());
    }
  } else {
    GHT_CHECK(!listing.error().text().empty());
  }
  const auto details = borg::read_details(bytes);
  GHT_CHECK(!details.ok() || details.value().id.size() == 64);
}

void match(const std::string& bytes) {
  const std::size_t cut = bytes.find('\n');
  const std::string name = bytes.substr(0, cut);
  if (cut != std::string::npos) borg::matches(bytes.substr(cut + 1), name);
  std::string literal;
  for (const char c : name) {
    if (c == '*' || c == '?' || c == '[') {
      literal += std::string("[") + c + "]";
    } else {
      literal += c;
    }
  }
  GHT_CHECK(borg::matches(literal, name));
  GHT_CHECK(borg::matches(literal + "*", name));
  GHT_CHECK(borg::matches("*", name) == !name.contains('/'));
}

void explain(const std::string& bytes) {
  HelperResult result;
  result.end = HelperEnd::exited;
  result.err = bytes.substr(0, limits::helper_error_output);
  borg::warning(result);
  GHT_CHECK(!borg::failure_reason(result));
  result.code = 2;
  const auto reason = borg::failure_reason(result);
  if (!reason) return;
  const auto* words = std::get_if<std::string>(&reason->value);
  GHT_CHECK(words != nullptr && words->size() <= limits::reason_value_bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(data, data + size);
  read(bytes);
  match(bytes.substr(0, 256));
  explain(bytes);
  return 0;
}
