// Any bytes as what pgBackRest prints, and as what was remembered of it.
#include <nlohmann/json.hpp>

#include "collectors/backup/pgbackrest/pgbackrest_copies.h"
#include "collectors/backup/pgbackrest/pgbackrest_known.h"
#include "collectors/backup/pgbackrest/pgbackrest_read.h"
#include "tests/fuzz/helper_says.h"

namespace {

using namespace ght;
using namespace ght::collectors;

void read(const std::string& bytes, pgbackrest::Known known) {
  const auto info = pgbackrest::read_info(bytes, "main");
  if (!info.ok()) {
    GHT_CHECK(!info.error().text().empty());
    return;
  }
  const pgbackrest::Stanza& stanza = info.value();
  for (const pgbackrest::Backup& each : stanza.backups) {
    GHT_CHECK(!each.label.empty() && (!each.duration || *each.duration >= Duration::zero()));
    fuzz::check(pgbackrest::incomplete(stanza, each));
  }
  for (const pgbackrest::Repo& repo : stanza.repos) {
    fuzz::check(pgbackrest::repo_reason(repo));
    GHT_CHECK(pgbackrest::find_repo(stanza, repo.key) != nullptr);
    const auto copies = pgbackrest::copies_in(stanza, repo.key);
    GHT_CHECK(copies.newest != nullptr || copies.complete.empty());
    for (const pgbackrest::Backup* each : copies.complete) {
      GHT_CHECK(each->repo == repo.key && !pgbackrest::incomplete(stanza, *each));
    }
  }
  pgbackrest::follow_running(known, stanza, fuzz::now);
  GHT_CHECK(stanza.running == known.running_since.has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(data, data + size);
  read(bytes, {});
  const auto memory = nlohmann::json::parse(bytes, nullptr, false);
  if (memory.is_object()) {
    const auto again = pgbackrest::as_memory(pgbackrest::recall(memory));
    GHT_CHECK(pgbackrest::as_memory(pgbackrest::recall(again)) == again);
  }
  fuzz::check(pgbackrest::failure_reason(fuzz::exited(bytes, bytes, 1)));
  return 0;
}
