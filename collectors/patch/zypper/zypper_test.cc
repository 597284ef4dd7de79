// What zypper adds to the reading and judging that it shares with dnf (dnf_test.cc).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/core/collector.h"
#include "agent/core/reasons.h"
#include "collectors/patch/families.h"
#include "collectors/patch/rpm_state.h"
#include "collectors/registry.h"

namespace ght::collectors {
namespace {

using std::chrono_literals::operator""h;
using std::chrono_literals::operator""s;

const WallTime now = WallTime(1795000000s);

constexpr std::string_view whole = R"({"format":1,"installed":4,
  "rpm_database":"whole","running":false,"doubled":[],"problems":0,
  "updates":[{"package":"libopenssl3","architecture":"x86_64","withheld":false,
    "advisories":[{"name":"SUSE-SLE-2026-4101","type":"security","severity":"important",
      "cves":["CVE-2026-1111"]}]}],
  "sources":[{"id":"SLE-Module-Basesystem15-SP5-Updates","read":true,"advisories":true,
    "confirmed":1794999000,"published":1794990000},
   {"id":"SLE-Module-Basesystem15-SP5-Pool","read":true,"advisories":false,
    "confirmed":1700000000,"published":1700000000}]})";

const Collector& row() {
  return *find("zypper");
}

Settings settings(std::vector<std::string> accepted = {"SLE-Module-Basesystem15-SP5-Pool"}) {
  Settings settings;
  settings.set("max_security_age", Duration(24h * 7));
  settings.set("max_metadata_age", Duration(48h));
  settings.set("max_catalogue_age", Duration(24h * 60));
  settings.set("repositories_without_advisories", std::move(accepted));
  return settings;
}

HelperResult exited(std::string_view out) {
  HelperResult result;
  result.end = HelperEnd::exited;
  result.out = out;
  return result;
}

Observation interpreted(const Evidence& evidence, const Settings& with = settings(),
                        const Memory& before = {}) {
  return row().interpret(with, evidence, before, now);
}

double sample_of(const Observation& observation, const Family& family, std::string_view label) {
  for (const Sample& sample : observation.samples) {
    if (sample.family == &family && sample.label_values == std::vector{std::string(label)}) {
      return sample.value;
    }
  }
  return -1;
}

TEST(Zypper, PlansItsHelperOnceAfterTheCatalogue) {
  Settings with = settings();
  with.set("root", std::string("/srv/image"));
  with.set("exploited_catalogue", std::string("/srv/kev.json"));
  const Result<Plan> plan = row().plan(with, {}, {});
  ASSERT_TRUE(plan.ok());
  ASSERT_EQ(plan.value().size(), 2U);
  EXPECT_EQ(std::get<RunHelper>(plan.value()[0]).program, "ght-exploited");
  EXPECT_THAT(std::get<RunHelper>(plan.value()[0]).arguments,
              testing::ElementsAre("/srv/kev.json"));
  EXPECT_EQ(std::get<RunHelper>(plan.value()[1]).program, "ght-zypper-state");
  EXPECT_THAT(std::get<RunHelper>(plan.value()[1]).arguments,
              testing::ElementsAre("--root", "/srv/image"));
  EXPECT_THAT(row().plan(with, {HelperResult{}, HelperResult{}}, {}).value(), testing::IsEmpty());
}

TEST(Zypper, ThisSystemNeedsNoRoot) {
  Settings with = settings();
  with.set("root", std::string("/"));
  const Result<Plan> plan = row().plan(with, {}, {});
  ASSERT_TRUE(plan.ok());
  ASSERT_EQ(plan.value().size(), 1U);
  EXPECT_THAT(std::get<RunHelper>(plan.value()[0]).arguments, testing::IsEmpty());
}

// Pool repositories never change: their age says nothing of security.
TEST(Zypper, AnAcceptedPoolMayBeOld) {
  const Observation observation = interpreted({exited(whole)});
  EXPECT_EQ(observation.verdict, Verdict::good);
  EXPECT_EQ(observation.reason.code, patch::reasons::pending);
  EXPECT_EQ(observation.memory.json, R"({"first_seen":{"libopenssl3.x86_64":1795000000}})");
  EXPECT_EQ(sample_of(observation, patch::pending_family, "security"), 1);
  EXPECT_EQ(sample_of(observation, patch::severity_family, "important"), 1);
  EXPECT_EQ(sample_of(observation, patch::pending_family, "other"), -1) << "not all is recent";
}

TEST(Zypper, APoolThatNobodyAcceptedIsUnknown) {
  const Observation observation = interpreted({exited(whole)}, settings({}));
  EXPECT_EQ(observation.verdict, Verdict::unknown);
  EXPECT_EQ(observation.reason.code, rpm::reasons::without_advisories);
  EXPECT_EQ(sample_of(observation, patch::pending_family, "security"), -1);
}

TEST(Zypper, AgesGoOnAndEndAtTheLimit) {
  const Memory before{.json = R"({"first_seen":{"libopenssl3.x86_64":1794395200}})"};
  EXPECT_EQ(interpreted({exited(whole)}, settings(), before).verdict, Verdict::good);
  const Memory older{.json = R"({"first_seen":{"libopenssl3.x86_64":1794395199}})"};
  const Observation late = interpreted({exited(whole)}, settings(), older);
  EXPECT_EQ(late.verdict, Verdict::bad);
  EXPECT_EQ(late.reason.code, patch::reasons::overdue);
}

TEST(Zypper, TheCatalogueCountsAndItsFailureIsUnknown) {
  Settings with = settings();
  with.set("exploited_catalogue", std::string("/srv/kev.json"));
  const HelperResult named = exited(R"({"dateReleased":"2026-11-01T00:00:00Z",
                                        "vulnerabilities":[{"cveID":"CVE-2026-1111"}]})");
  const Observation known = interpreted({named, exited(whole)}, with);
  EXPECT_THAT(known.samples, testing::Contains(testing::AllOf(
                                 testing::Field(&Sample::family, &patch::exploited_family),
                                 testing::Field(&Sample::value, 1.0))));
  HelperResult stopped;
  stopped.end = HelperEnd::timed_out;
  const Observation unknown = interpreted({stopped, exited(whole)}, with);
  EXPECT_EQ(unknown.verdict, Verdict::unknown);
  EXPECT_EQ(unknown.reason.code, patch::reasons::catalogue_unreadable);
}

TEST(Zypper, NothingButItsOneAnswerIsRead) {
  for (const Evidence& evidence :
       {Evidence{}, Evidence{exited(whole), exited(whole)}, Evidence{HttpResult{}}}) {
    const Observation observation = interpreted(evidence);
    EXPECT_EQ(observation.verdict, Verdict::unknown);
    EXPECT_EQ(observation.reason.code, reasons::helper_output_unreadable);
    EXPECT_THAT(std::get<std::string>(observation.reason.value),
                testing::HasSubstr("ght-zypper-state"));
  }
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_EQ(interpreted({exited(whole.substr(0, length))}).verdict, Verdict::unknown) << length;
  }
}

}  // namespace
}  // namespace ght::collectors
