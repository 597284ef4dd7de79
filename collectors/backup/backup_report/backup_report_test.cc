#include <gtest/gtest.h>

#include "agent/core/collector.h"
#include "agent/core/text.h"
#include "collectors/registry.h"

namespace ght::collectors {
namespace {

using namespace std::chrono_literals;
using End = BackupRun::End;

const WallTime now = parse_rfc3339("2026-11-23T07:30:00Z").value();

Settings settings() {
  Settings given;
  given.set("backup", "dpi");
  given.set("rpo", Duration(26h));
  return given;
}

Observation told(std::vector<BackupRun> runs) {
  RecordsResult records;
  records.backups["dpi"].runs = std::move(runs);
  return find("backup_report")->interpret(settings(), {records}, {}, now);
}

TEST(BackupReport, NeedsTheNameItIsReportedBy) {
  Settings nameless;
  nameless.set("rpo", Duration(26h));
  const auto plan = find("backup_report")->plan(nameless, {}, {});
  ASSERT_FALSE(plan.ok());
  EXPECT_EQ(plan.error().about, "backup");
  const auto first = find("backup_report")->plan(settings(), {}, {});
  EXPECT_EQ(std::get<ReadRecords>(first.value().at(0)).backups, std::vector<std::string>{"dpi"});
  EXPECT_TRUE(find("backup_report")->plan(settings(), {RecordsResult()}, {}).value().empty());
}

TEST(BackupReport, OnlyASuccessIsACopy) {
  for (const End end : {End::running, End::partial, End::failed, End::lost}) {
    EXPECT_EQ(told({{.begun = now - 1h, .ended = now - 30min, .end = end}}).verdict, Verdict::bad);
  }
  EXPECT_EQ(told({{.begun = now - 1h, .ended = now - 30min, .end = End::success}}).verdict,
            Verdict::good);
  EXPECT_EQ(told({}).reason.code, "backup_never");
}

TEST(BackupReport, ADurationThatNobodyToldIsNone) {
  for (const Sample& sample : told({{.begun = now, .ended = now, .end = End::success}}).samples) {
    EXPECT_NE(sample.family->name, "ght_backup_last_duration_seconds");
  }
}

TEST(BackupReport, ACopyIsAsOldAsItsBeginning) {
  EXPECT_EQ(told({{.begun = now - 27h, .ended = now - 1h, .end = End::success}}).reason.code,
            "backup_too_old");
}

}  // namespace
}  // namespace ght::collectors
