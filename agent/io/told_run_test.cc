#include "agent/io/told_run.h"

#include <gtest/gtest.h>

#include "agent/io/backup_reports.h"
#include "tests/support/files.h"

namespace ght::io {
namespace {

using namespace std::chrono_literals;

constexpr const char* zone = "Europe/Paris";
const WallTime now = wall_from_unix_ms(1795986000000);

TEST(ToldRun, AReportIsReadWhole) {
  const auto told = parse_told_run(
      R"({"name": "dpi", "status": "partial", "begun": "2026-11-29T01:00", "duration": "90m",
          "detail": "3 files\u0000locked", "size": 18446744073709551615, "changed_files": 0.25})");
  ASSERT_TRUE(told.ok()) << told.error().text();
  EXPECT_EQ(told.value().name, "dpi");
  const auto run = run_of(told.value(), zone, now);
  ASSERT_TRUE(run.ok()) << run.error().text();
  EXPECT_EQ(run.value().begun, wall_from_unix_ms(1795910400000));
  EXPECT_EQ(*run.value().ended - run.value().begun, 90min);
  EXPECT_EQ(run.value().end, BackupRun::End::partial);
  EXPECT_EQ(run.value().size, 18446744073709551615U);
  EXPECT_EQ(run.value().changed_files, 0.25);
  EXPECT_EQ(run.value().detail.find('\0'), std::string::npos);
}

TEST(ToldRun, WhatIsNotSaidIsNow) {
  const auto run = [](ToldRun told) { return run_of(told, zone, now).value(); };
  EXPECT_EQ(run({.status = "success"}).begun, now);
  EXPECT_EQ(run({.status = "success"}).ended, now);
  EXPECT_EQ(run({.status = "failed", .duration = "1h"}).begun, now - 1h);
  EXPECT_EQ(run({.status = "failed", .duration = "1h"}).ended, now);
  EXPECT_EQ(run({.status = "started"}).end, BackupRun::End::running);
  EXPECT_FALSE(run({.status = "started"}).ended);
  EXPECT_FALSE(run({.status = "success"}).size);
}

TEST(ToldRun, WhatIsWrongIsNamed) {
  const struct {
    const char* json;
    const char* error;
  } cases[] = {
      {"", "expected a JSON object"},
      {"[]", "expected a JSON object"},
      {R"({"name": "dpi")", "expected a JSON object"},
      {R"({"name": "dpi"})", "status: expected a text that is not empty"},
      {R"({"status": "success"})", "name: expected a text that is not empty"},
      {R"({"name": "", "status": "success"})", "name: expected a text that is not empty"},
      {R"({"name": "dpi", "status": 1})", "status: expected a text that is not empty"},
      {R"({"name": "dpi", "status": "ok"})",
       "status: expected started, success, partial or failed"},
      {R"({"name": "dpi", "status": "success", "resul": 1})", "resul: unknown member"},
      {R"({"name": "dpi", "status": "success", "size": -1})",
       "size: expected bytes, a whole number"},
      {R"({"name": "dpi", "status": "success", "size": 1e3})",
       "size: expected bytes, a whole number"},
      {R"({"name": "dpi", "status": "success", "changed_files": 1.1})",
       "changed_files: expected a number from 0 to 1"},
      {R"({"name": "dpi", "status": "success", "changed_files": "0"})",
       "changed_files: expected a number from 0 to 1"},
      {R"({"name": "dpi", "status": "success", "duration": "long"})",
       "duration: expected a duration such as 90m or 2h"},
  };
  for (const auto& each : cases) {
    const auto told = parse_told_run(each.json);
    const auto run = told.ok() ? run_of(told.value(), zone, now) : Result<BackupRun>(told.error());
    ASSERT_FALSE(run.ok()) << each.json;
    EXPECT_EQ(run.error().text(), each.error) << each.json;
  }
  const auto moment = run_of({.status = "success", .begun = "tomorrow"}, zone, now);
  ASSERT_FALSE(moment.ok());
  EXPECT_EQ(moment.error().about, "begun");
}

TEST(ToldRun, AnEndBelongsToItsBeginning) {
  const test::TempDir state;
  const auto tell = [&](const ToldRun& told, WallTime at) {
    const auto written = tell_run(state.path().string(), told, run_of(told, zone, at).value());
    EXPECT_TRUE(written.ok()) << written.error().text();
  };
  tell({.name = "dpi", .status = "started"}, now);
  tell({.name = "dpi", .status = "success"}, now + 1h);
  tell({.name = "dpi", .status = "failed"}, now + 2h);
  const auto runs =
      read_backup_runs(backup_reports_directory(state.path().string()), "dpi").value();
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[0].begun, now);
  EXPECT_EQ(runs[0].ended, now + 1h);
  EXPECT_EQ(runs[0].end, BackupRun::End::success);
  EXPECT_EQ(runs[1].begun, now + 2h);
}

}  // namespace
}  // namespace ght::io
