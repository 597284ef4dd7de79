// Any bytes as a configuration: a Config or problems, never both missing, and never a crash.
#include <cstddef>
#include <cstdint>

#include "agent/config/config.h"
#include "tests/support/fake_collector.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(data, data + size);
  const ght::ConfigOutcome outcome =
      ght::parse_config(bytes, "fuzz.json", "host", ght::test::fake_collectors);
  GHT_CHECK(outcome.get() != nullptr || !outcome.problems.empty());
  for (const ght::ConfigProblem& problem : outcome.problems) GHT_CHECK(!problem.text().empty());
  const ght::SettingsOutcome settings = ght::parse_settings(bytes, ght::test::fake_probe_fields);
  if (settings.problems.empty()) GHT_CHECK(settings.settings.find<std::string>("url") != nullptr);
  return 0;
}
