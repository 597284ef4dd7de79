#include <gtest/gtest.h>

#include <algorithm>

#include "agent/core/collector.h"
#include "collectors/registry.h"

namespace ght::collectors::bacula {
namespace {

using namespace std::chrono_literals;
using Texts = std::vector<std::string>;

const Collector& collector() {
  return *find("bacula");
}

Settings settings() {
  Settings given;
  given.set("connection", "host=db1 dbname=bacula user=ght_agent");
  given.set("password_file", "/etc/ght-agent/bacula.pgpass");
  given.set("jobs", Texts{"nightly", "srv-*"});
  given.set("rpo", Duration(26h));
  given.set("accept_warnings", false);
  given.set("statement_timeout", Duration(30s));
  return given;
}

TEST(Bacula, RunsPsqlOnceReadOnlyAndWithoutASecret) {
  const Result<Plan> plan = collector().plan(settings(), {}, {});
  ASSERT_TRUE(plan.ok()) << plan.error().text();
  ASSERT_EQ(plan.value().size(), 2U);
  EXPECT_EQ(std::get<ReadRecords>(plan.value()[0]).backups, (Texts{"nightly", "srv-*"}));
  const auto& step = std::get<RunHelper>(plan.value()[1]);
  EXPECT_EQ(step.program, "psql");
  ASSERT_EQ(step.arguments.size(), 9U);
  EXPECT_EQ(step.arguments[0], "--no-psqlrc");
  EXPECT_EQ(step.arguments[1], "--no-password");
  EXPECT_EQ(step.arguments[7],
            "--dbname=dbname=bacula host=db1 port=5432 user=ght_agent application_name=ght-agent "
            "connect_timeout=10 passfile='/etc/ght-agent/bacula.pgpass'");
  EXPECT_TRUE(step.arguments[8].starts_with("--command=WITH found AS ("));
  ASSERT_EQ(step.environment.size(), 2U);
  EXPECT_EQ(step.environment[0].first, "PGOPTIONS");
  EXPECT_TRUE(step.environment[0].second.contains("-c default_transaction_read_only=on"));
  EXPECT_TRUE(step.environment[0].second.ends_with("-c statement_timeout=30000"));
  EXPECT_TRUE(collector().plan(settings(), {RecordsResult{}, HelperResult{}}, {}).value().empty());
}

TEST(Bacula, ReportedRunsAreLookedUpForJobsThatAPatternFound) {
  const Memory before{R"({"own":{"srv-1":1795989000000,"srv-2":1795989000000,"other":1}})"};
  const auto plan = collector().plan(settings(), {}, before);
  EXPECT_EQ(std::get<ReadRecords>(plan.value()[0]).backups, (Texts{"nightly", "srv-1", "srv-2"}));
}

TEST(Bacula, TheLogIsAskedForWhenItIsNeeded) {
  const auto query = [](const Settings& given) {
    return std::get<RunHelper>(collector().plan(given, {}, {}).value()[1]).arguments[8];
  };
  EXPECT_FALSE(query(settings()).contains("FROM Log"));
  Settings given = settings();
  given.set("max_wait", Duration(1h));
  EXPECT_TRUE(query(given).contains("FROM Log"));
}

TEST(Bacula, SettingsThatCannotWorkAreRefusedByName) {
  const auto refused = [](const std::string& key, Settings::Value value) {
    Settings given = settings();
    given.set(key, std::move(value));
    const auto plan = collector().plan(given, {}, {});
    if (plan.ok()) return std::string("accepted");
    EXPECT_FALSE(plan.error().text().contains("geheim"));
    return plan.error().about;
  };
  EXPECT_EQ(refused("connection", "host=db1 dbname=bacula password=geheim"), "connection");
  EXPECT_EQ(refused("connection", "postgresql://a:geheim@db1/bacula"), "connection");
  EXPECT_EQ(refused("jobs", Texts{"nightly", "a'; DROP TABLE Job; --"}), "jobs");
  EXPECT_EQ(refused("jobs", Texts{""}), "jobs");
  EXPECT_EQ(refused("backup", "dpi"), "backup") << "several jobs cannot have one label";
  Settings one = settings();
  one.set("jobs", Texts{"nightly"});
  one.set("backup", "dpi");
  EXPECT_TRUE(collector().plan(one, {}, {}).ok());
}

std::string one_job(const std::string& name) {
  const std::string run =
      R"({"id":1,"level":"F","status":"T","tdate":1795987112,"start":1795990710,)"
      R"("end":1795990712,"real_end":1795990712,"files":3,"bytes":300014,"errors":0,"gone":0,)"
      R"("gone_volume":null,"waiting":null,"offset_before":null})";
  return R"({"job":")" + name + R"(","newest":)" + run + R"(,"full":)" + run + R"(,"last":)" + run +
         R"(,"running":null})";
}

Observation judged(const Texts& jobs, const std::string& answer, const Memory& before = {}) {
  HelperResult result;
  result.end = HelperEnd::exited;
  result.out = R"({"version":[16],"jobs":[)" + answer + "]}\n";
  Settings given = settings();
  given.set("jobs", jobs);
  return collector().interpret(given, {RecordsResult{}, result}, before,
                               wall_from_unix_ms(1'796'000'000'000));
}

TEST(Bacula, APatternRemembersWhatItFound) {
  const Observation first = judged({"srv-*"}, one_job("srv-1") + "," + one_job("srv-2"));
  EXPECT_EQ(first.verdict, Verdict::good);
  const Observation second = judged({"srv-*"}, one_job("srv-1"), first.memory);
  EXPECT_EQ(second.verdict, Verdict::bad);
  EXPECT_EQ(second.reason.code, "backup_never");
  EXPECT_EQ(second.reason.subject, "srv-2");
  EXPECT_EQ(judged({"srv-1"}, one_job("srv-1"), second.memory).verdict, Verdict::good)
      << "no longer asked for";
}

TEST(Bacula, AJobTwiceInTheAnswerIsNotUnderstood) {
  const Observation twice = judged({"srv-1"}, one_job("srv-1") + "," + one_job("srv-1"));
  EXPECT_EQ(twice.verdict, Verdict::unknown);
  EXPECT_EQ(twice.reason.code, "helper_output_unreadable");
}

TEST(Bacula, ALabelOfItsOwn) {
  Settings given = settings();
  given.set("jobs", Texts{"nightly"});
  given.set("backup", "dpi");
  HelperResult result;
  result.end = HelperEnd::exited;
  result.out = R"({"version":[16],"jobs":[)" + one_job("nightly") + "]}\n";
  const Observation seen = collector().interpret(given, {RecordsResult{}, result}, {},
                                                 wall_from_unix_ms(1'796'000'000'000));
  EXPECT_EQ(seen.verdict, Verdict::good);
  EXPECT_TRUE(std::ranges::all_of(seen.samples, [](const Sample& sample) {
    return sample.label_values[0] == "dpi" && sample.label_values[1] == "bacula@db1";
  }));
}

}  // namespace
}  // namespace ght::collectors::bacula
