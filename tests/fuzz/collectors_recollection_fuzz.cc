// Any bytes as what a check of backups remembers: what is recalled is bounded and in order, and
// remembering it again changes nothing.
#include <algorithm>

#include "collectors/backup/recollection.h"
#include "tests/fuzz/helper_says.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ght;
  using namespace ght::collectors::backup;
  const Recollection recalled = recall(Memory{.json = std::string(data, data + size)});
  GHT_CHECK(recalled.history.size() <= remembered_items);
  for (const auto& [key, copies] : recalled.history) {
    GHT_CHECK(copies.size() <= history_copies + 1);
    GHT_CHECK(std::ranges::is_sorted(copies, {}, &Copy::begun));
    if (copies.empty()) continue;
    (void)median_size(copies, copies.back().begun);
    (void)median_duration(copies, copies.back().begun);
  }
  const Memory again = remember(recalled);
  GHT_CHECK(remember(recall(again)).json == again.json);
  return 0;
}
