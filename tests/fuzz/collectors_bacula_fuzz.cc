// Any bytes as what psql printed, and as a connection: what is read is what the collector relies
// on.
#include <cstddef>
#include <cstdint>
#include <string>

#include "agent/core/result.h"
#include "collectors/backup/bacula/bacula_query.h"
#include "collectors/backup/bacula/bacula_read.h"

namespace {

using namespace ght::collectors::bacula;

void check(const std::optional<Run>& run, bool ended) {
  if (!run) return;
  GHT_CHECK(run->id > 0 && run->begun.time_since_epoch().count() >= 0);
  GHT_CHECK(ended ? is_ended(run->status) : is_open(run->status));
  GHT_CHECK(!run->duration || *run->duration >= ght::Duration::zero());
  GHT_CHECK(!run->waiting_since || !ended);
  GHT_CHECK(!words_of(*run).empty());
}

void check(const Job& job) {
  GHT_CHECK(is_job_name(job.name) && !is_pattern(job.name) && matches("*", job.name));
  if (!job.fault.empty()) return;
  check(job.newest, true);
  check(job.full, true);
  check(job.last, true);
  check(job.running, false);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(data, data + size);
  for (const std::string& line : {bytes, bytes + "\n"}) {
    const auto catalogue = read_catalogue(line);
    if (!catalogue.ok()) continue;
    for (const Job& job : catalogue.value().jobs) check(job);
  }
  if (const auto connection = read_connection(bytes); connection.ok()) {
    const std::string words = connection_words(connection.value(), "/etc/ght-agent/bacula.pass");
    GHT_CHECK(!words.contains(" password=") && !words.starts_with("password="));
    GHT_CHECK(!connection.value().label.empty());
  }
  if (is_job_name(bytes)) {
    const std::string query = catalogue_query({.jobs = {bytes}, .accept_warnings = true});
    GHT_CHECK(query.contains(is_pattern(bytes) ? "Name LIKE '" : "Name IN ('"));
  }
  ght::HelperResult result;
  result.end = ght::HelperEnd::exited;
  result.code = 2;
  result.err = bytes;
  (void)failure_reason(result);
  return 0;
}
