// Any bytes posted as the report of a backup: refused in words, or a run that is bounded and says
// how it ended.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agent/core/limits.h"
#include "agent/core/result.h"
#include "agent/io/told_run.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  const auto told = ght::io::parse_told_run(text);
  if (!told.ok()) return 0;
  const ght::WallTime now = ght::wall_from_unix_ms(1795986000000);
  const auto run = ght::io::run_of(told.value(), "Europe/Paris", now);
  if (!run.ok()) return 0;
  GHT_CHECK(!told.value().name.empty());
  GHT_CHECK(run.value().detail.size() <= ght::limits::reason_value_bytes);
  GHT_CHECK(run.value().ended.has_value() == (run.value().end != ght::BackupRun::End::running));
  GHT_CHECK(!run.value().ended || *run.value().ended >= run.value().begun);
  return 0;
}
