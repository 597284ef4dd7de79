// Any bytes as the list of a copy's files, in pieces of the size of the first byte: every record is
// read or refused, and what is drawn can be given back to the tool.
#include <algorithm>

#include "collectors/backup/restore.h"
#include "collectors/backup/restore_sample.h"
#include "tests/fuzz/helper_says.h"

namespace {

using namespace ght;
using namespace ght::collectors;
using namespace ght::collectors::backup;

const std::string id(64, 'a');

template <class Take>
void feed(std::string_view bytes, std::size_t piece, Take take) {
  while (!bytes.empty() && take(bytes.substr(0, piece))) {
    bytes.remove_prefix(std::min(piece, bytes.size()));
  }
}

void list(const RestoreTool& tool, std::string_view bytes, std::size_t piece) {
  const FoundCopy copy = {.name = {}, .id = id, .title = "nightly"};
  RestoreSample sample(10, 1 << 20, 7);
  Records records(tool.separator);
  feed(bytes, piece, [&](std::string_view part) {
    return records.take(part, [&](std::string_view record) {
      auto entry = tool.read_entry(record, copy);
      if (!entry.ok()) return false;
      sample.offer(std::move(entry.value()));
      return true;
    });
  });
  const std::vector<CopyFile> drawn = sample.files();
  GHT_CHECK(drawn.size() <= 10 && drawn.size() <= sample.offered());
  for (const CopyFile& file : drawn) {
    GHT_CHECK(!file.path.empty() && !file.path.contains('\0'));
    GHT_CHECK(file.size > 0 && file.size <= 1 << 20);
  }
  const std::string selection = tool.selection(drawn);
  // One line a file: no name can smuggle another pattern in.
  const auto lines = static_cast<std::size_t>(std::ranges::count(selection, '\n'));
  GHT_CHECK(selection.empty() || lines == drawn.size() + 1);
}

void hashes(const RestoreTool& tool, std::string_view bytes) {
  if (tool.read_hash == nullptr) return;
  const auto hash = tool.read_hash(bytes, {.name = {}, .id = id, .title = "nightly"});
  GHT_CHECK(!hash.ok() || (hash.value().sha256.size() == 64 && !hash.value().path.empty()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string bytes(data + 1, data + size);
  for (const std::string_view name : {"restic", "borg"}) {
    const RestoreTool& tool = *restore_tool(name);
    list(tool, bytes, std::size_t{data[0]} + 1);
    hashes(tool, bytes);
    if (tool.compared != nullptr) (void)tool.compared(fuzz::exited(bytes, "", 0));
    (void)tool.is_locked({fuzz::exited(bytes, "", 0)}, fuzz::now);
  }
  return 0;
}
