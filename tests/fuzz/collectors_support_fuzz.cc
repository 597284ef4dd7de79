// Any bytes as the files that tell of support: each is read whole or not at all, and what is found
// by them comes through the answer of the helper unchanged.
#include <cstddef>
#include <cstdint>
#include <string>

#include "collectors/patch/support/answer.h"
#include "collectors/patch/support/judge.h"

namespace {

using namespace ght;
using namespace ght::collectors::support;

Table shipped() {
  const auto parsed = parse_table(R"({"format": 1, "date": "2026-11-30",
    "os": [{"id": "debian", "name": "Debian", "packagers": ["debian.org>"], "foreign": ["pgdg"],
            "cycles": [{"cycle": "12", "standard_end": "2026-07-11", "lts_end": "2028-06-30",
                        "ships": {"postgresql": ["15"]}}]}],
    "software": [{"id": "postgresql", "packages": ["postgresql-#"],
                  "cycles": [{"cycle": "13", "standard_end": "2025-11-13", "lts_end": null}]},
                 {"id": "php", "packages": ["php#-cli", "php-cli"], "version_parts": 2,
                  "cycles": []}]})");
  GHT_CHECK(parsed.ok());
  Table table;
  GHT_CHECK(overlay(table, parsed.value()).ok());
  return table;
}

void judge_it(const Findings& findings) {
  Rules rules;
  rules.warn_before = std::chrono::hours(24) * 180;
  rules.max_table_age = std::chrono::hours(24) * 400;
  const WallTime now = wall_from_unix_ms(1'796'040'000'000);
  for (const bool counts : {false, true}) {
    rules.software_counts = counts;
    const Observation observation = judge(findings, rules, now);
    GHT_CHECK(!observation.reason.code.empty());
    if (observation.verdict != Verdict::good) continue;
    GHT_CHECK(findings.release.has_value());
    GHT_CHECK(deadline_of(findings.release->ends, rules.counted).at > now);
    GHT_CHECK(now - findings.release->written <= std::chrono::hours(24) * 400);
  }
}

void find(const Table& table, const OsRelease& os, const std::vector<Package>& packages) {
  const auto findings = match(table, os, packages);
  if (!findings.ok()) return;
  const auto answer = read_answer(write_answer(findings.value()));
  if (!answer.ok()) return;  // a name that is no label
  GHT_CHECK(answer.value().release == findings.value().release);
  GHT_CHECK(answer.value().software == findings.value().software);
  judge_it(answer.value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(data, data + size);
  const OsRelease bookworm{.id = "debian", .version = "12", .name = "Debian", .title = "Debian"};
  const std::vector<Package> one = {{"postgresql-15", "15.1", "x@debian.org>"}};
  const Table table = shipped();
  if (const auto answer = read_answer(bytes); answer.ok()) judge_it(answer.value());
  if (const auto os = parse_os_release(bytes); os.ok()) find(table, os.value(), one);
  if (const auto dpkg = parse_dpkg_status(bytes); dpkg.ok()) find(table, bookworm, dpkg.value());
  if (const auto rpm = parse_rpm_list(bytes); rpm.ok()) find(table, bookworm, rpm.value());
  if (const auto upper = parse_table(bytes); upper.ok()) {
    Table both = table;
    if (overlay(both, upper.value()).ok()) find(both, bookworm, one);
  }
  const std::size_t cut = bytes.find('\n');
  if (cut != std::string::npos) {
    const auto part = matched(bytes.substr(0, cut), bytes.substr(cut + 1));
    GHT_CHECK(!part || part->size() <= 20);
  }
  GHT_CHECK(cycle_of(bytes, 2).size() <= 20);
  if (const auto day = parse_day(bytes)) GHT_CHECK(format_day(*day) == bytes);
  return 0;
}
