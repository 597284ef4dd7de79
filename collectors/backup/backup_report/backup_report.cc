#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "agent/core/collector.h"
#include "collectors/backup/contract.h"

namespace ght::collectors {
namespace backup_report {
namespace {

backup::Name name_of(const Settings& settings) {
  return {.backup = backup::optional_text(settings, "backup"),
          .repository = backup::optional_text(settings, "repository")};
}

Result<Plan> plan(const Settings& settings, const Evidence& so_far, const Memory&) {
  const std::string backup = name_of(settings).backup;
  if (backup.empty()) {
    return Error{"backup", "it is needed: the name that the backup is reported by"};
  }
  return so_far.empty() ? backup::first_round({backup}, {}) : Plan{};
}

// A run counts as a copy from its beginning: what changed later is not in it.
backup::Reading reading_of(const BackupRecords& records) {
  backup::Reading reading;
  for (const BackupRun& run : records.runs) {
    if (run.end != BackupRun::End::success) continue;
    backup::Copy copy{.begun = run.begun, .size = run.size, .changed_files = run.changed_files};
    // Told by `backup report` without a beginning: how long it took is not known.
    if (run.ended && *run.ended > run.begun) copy.duration = *run.ended - run.begun;
    reading.newest = copy;
  }
  return reading;
}

Observation interpret(const Settings& settings, const Evidence& evidence, const Memory& before,
                      WallTime now) {
  const backup::Name name = name_of(settings);
  const auto* records = evidence.empty() ? nullptr : std::get_if<RecordsResult>(&evidence.front());
  if (records == nullptr || !records->failure.empty()) {
    const Reason reason{.code = "backup_records_unread",
                        .value = records == nullptr ? "not looked at" : records->failure};
    return backup::nothing_read(settings, evidence, {name}, reason, before, now);
  }
  backup::Reading reading;
  const auto told = records->backups.find(name.backup);
  if (told != records->backups.end()) reading = reading_of(told->second);
  return backup::conclude(settings, evidence, {{.name = name, .state = std::move(reading)}},
                          nullptr, before, now);
}

constexpr auto own_settings = std::to_array<Field>({
    {.key = "repository",
     .kind = FieldKind::text,
     .min = 1,
     .max = 1024,
     .help = "The label `repository`: where the copies are."},
});

constexpr auto settings = backup::with_common(own_settings);

}  // namespace
}  // namespace backup_report

extern const Collector backup_report_collector;
constexpr Collector backup_report_collector = {
    .name = "backup_report",
    .summary = "Backups that tell the agent themselves: ght-agent backup run, backup report.",
    .families = backup::families,
    .settings = backup_report::settings,
    .reasons = backup::reasons,
    .plan = backup_report::plan,
    .interpret = backup_report::interpret};

}  // namespace ght::collectors
