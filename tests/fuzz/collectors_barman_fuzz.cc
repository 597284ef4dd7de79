// Any bytes as what Barman prints: read whole or not at all, and every reason can be shown.
#include "collectors/backup/barman/barman_read.h"
#include "tests/fuzz/helper_says.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ght;
  using namespace ght::collectors;
  const std::string bytes(data, data + size);
  if (const auto list = barman::read_list(bytes, "main"); list.ok()) {
    for (const barman::Listed& each : list.value()) GHT_CHECK(barman::as_if_utc(each.id));
  } else {
    GHT_CHECK(!list.error().text().empty());
  }
  if (const auto shown = barman::read_backup(bytes, "main", "20261129T211715"); shown.ok()) {
    GHT_CHECK(!shown.value().duration || *shown.value().duration >= Duration::zero());
    GHT_CHECK(shown.value().status != barman::Status::done || shown.value().begun);
  } else {
    GHT_CHECK(!shown.error().text().empty());
  }
  (void)barman::as_if_utc(bytes);
  fuzz::check(barman::failure_reason(fuzz::exited(bytes, "", 0)));
  fuzz::check(barman::failure_reason(fuzz::exited("", bytes, 1)));
  return 0;
}
