// Any bytes as what restic prints: read whole or not at all, and every reason can be shown.
#include "collectors/backup/restic/restic_read.h"
#include "collectors/backup/restic/restic_series.h"
#include "tests/fuzz/helper_says.h"

namespace {

using namespace ght;
using namespace ght::collectors;

void read(const std::string& bytes) {
  const auto snapshots = restic::read_snapshots(bytes);
  if (!snapshots.ok()) {
    GHT_CHECK(!snapshots.error().text().empty());
    return;
  }
  for (const restic::Snapshot& each : snapshots.value()) {
    GHT_CHECK(each.id.size() == 64);
    GHT_CHECK(!each.duration || *each.duration >= Duration::zero());
    GHT_CHECK(!each.changed_files || (*each.changed_files >= 0 && *each.changed_files <= 1));
  }
  const restic::Series all = {.name = {}, .host = "", .tags = {}, .paths = {}};
  const auto newest = restic::newest_of(snapshots.value(), all);
  GHT_CHECK(newest.has_value() != snapshots.value().empty());
  for (const restic::Snapshot& each : snapshots.value()) GHT_CHECK(each.time <= newest->time);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(data, data + size);
  read(bytes);
  (void)restic::read_size(bytes);
  (void)restic::warning(fuzz::exited("", bytes, 0));
  fuzz::check(restic::failure_reason(fuzz::exited(bytes, bytes, 1)));
  return 0;
}
