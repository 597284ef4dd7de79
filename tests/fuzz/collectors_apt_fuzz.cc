// Any bytes as what ght-apt-state prints, as a catalogue of exploited vulnerabilities, and as what
// a check remembers: read whole or not at all, and judged without a number that is not evidence.
#include <algorithm>
#include <cmath>

#include "collectors/patch/apt/apt_read.h"
#include "collectors/patch/contract.h"
#include "collectors/patch/exploited.h"
#include "collectors/patch/families.h"
#include "collectors/patch/recollection.h"
#include "tests/fuzz/helper_says.h"

namespace {

using namespace ght;
using namespace ght::collectors::patch;

using std::chrono_literals::operator""h;

Rules rules() {
  Rules rules;
  rules.max_security_age = 24h * 7;
  rules.max_exploited_age = 24h;
  rules.max_metadata_age = 48h;
  rules.max_catalogue_age = 24h * 60;
  rules.automatic = true;
  rules.max_automatic_age = 72h;
  rules.waivers.push_back({.package = "openssl",
                           .advisory = "",
                           .reason = "reason",
                           .author = "author",
                           .end = fuzz::now + 24h});
  return rules;
}

void read_and_judge(const std::string& bytes, const Memory& memory) {
  const auto state = collectors::apt::read_answer(bytes);
  if (!state.ok()) {
    GHT_CHECK(!state.error().text().empty());
    return;
  }
  const Observation observation = judge(state.value(), rules(), memory, fuzz::now);
  GHT_CHECK(!observation.reason.code.empty());
  GHT_CHECK(observation.memory.json.size() <= limits::memory_bytes || observation.memory == memory);
  const bool counted = std::ranges::any_of(
      observation.samples, [](const Sample& sample) { return sample.family == &pending_family; });
  // Good is what could be counted, and by a database that was whole.
  if (observation.verdict == Verdict::good) GHT_CHECK(counted);
  if (!state.value().database_fault.empty()) GHT_CHECK(observation.verdict == Verdict::bad);
  for (const Sample& sample : observation.samples) GHT_CHECK(std::isfinite(sample.value));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(data, data + size);
  read_and_judge(bytes, {});
  const Memory memory = remember(recall({.json = bytes}));
  GHT_CHECK(memory.json.size() <= limits::memory_bytes);
  GHT_CHECK(remember(recall(memory)) == memory);
  read_and_judge(bytes, memory);
  if (const auto catalogue = read_exploited(bytes); catalogue.ok()) {
    GHT_CHECK(!catalogue.value().cves.empty());
    const auto again = read_exploited(short_form(catalogue.value()));
    GHT_CHECK(again.ok() && again.value().cves == catalogue.value().cves);
  }
  return 0;
}
