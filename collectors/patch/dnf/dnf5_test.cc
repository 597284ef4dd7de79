#include "collectors/patch/dnf/dnf5.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/core/collector.h"
#include "agent/core/reasons.h"
#include "collectors/registry.h"

namespace ght::collectors::dnf {
namespace {

using std::chrono_literals::operator""h;
using std::chrono_literals::operator""s;

const WallTime now = WallTime(1795000000s);

constexpr std::string_view info = R"([{"id":"updates","is_enabled":true,"timestamp":1794999000,
  "pkgs":5,"max_timestamp":1794990000},{"id":"off","is_enabled":false}])";
constexpr std::string_view notices = R"([
  {"name":"A","type":"security","severity":"Low","nevra":"curl-8.1-2.fc42.x86_64"},
  {"name":"B","type":"security","severity":"Low","nevra":"kernel-core-6.2-1.fc42.x86_64"}])";

HelperResult exited(std::string_view out, int code = 0) {
  HelperResult result;
  result.end = HelperEnd::exited;
  result.code = code;
  result.out = out;
  return result;
}

Evidence all(std::string_view upgrades, int status = 100) {
  return {exited("curl-0:8.1-1.fc42.x86_64\nkernel-core-0:6.1-1.fc42.x86_64\n"
                 "kernel-core-0:6.3-1.fc42.x86_64\nold-0:1-1.noarch\n"),
          exited("...."),
          exited(info),
          exited(upgrades, status),
          exited(notices),
          exited(R"([{"advisory_name":"A","advisory_severity":"security","references":[
            {"reference_id":"CVE-2026-1111","reference_type":"cve"},
            {"reference_id":"12","reference_type":"bugzilla"}]}])"),
          exited(notices)};
}

Settings settings() {
  Settings settings;
  settings.set("max_security_age", Duration(24h * 7));
  settings.set("max_metadata_age", Duration(48h));
  settings.set("max_catalogue_age", Duration(24h * 60));
  settings.set("tool", std::string("dnf5"));
  settings.set("repositories_without_advisories", std::vector<std::string>());
  return settings;
}

Observation interpreted(const Evidence& evidence) {
  return find("dnf")->interpret(settings(), evidence, {}, now);
}

constexpr std::string_view one = "curl.x86_64    8.1-2.fc42    updates\n\n";

TEST(Dnf5, SeverityIsThatOfTheBasicFormAndCvesAreJoinedByName) {
  const auto state = read_dnf5(all(one));
  ASSERT_TRUE(state.ok()) << state.error().text();
  ASSERT_EQ(state.value().updates.size(), 1U);
  const Update& update = state.value().updates[0];
  EXPECT_EQ(update.package, "curl.x86_64");
  EXPECT_FALSE(update.withheld);
  ASSERT_EQ(update.advisories.size(), 1U);
  EXPECT_EQ(update.advisories[0].severity, "Low");
  EXPECT_THAT(update.advisories[0].cves, testing::ElementsAre("CVE-2026-1111"));
}

TEST(Dnf5, AFixThatCheckUpgradeDoesNotListIsWithheldUnlessTheNewestKernelHasIt) {
  const auto state = read_dnf5(all("", 0));
  ASSERT_TRUE(state.ok()) << state.error().text();
  ASSERT_EQ(state.value().updates.size(), 1U);
  EXPECT_EQ(state.value().updates[0].package, "curl.x86_64");
  EXPECT_TRUE(state.value().updates[0].withheld);
}

TEST(Dnf5, AReplacedPackageIsPendingUnderItsOwnName) {
  const auto rows = read_upgrades(
      "curl.x86_64  8.1-2.fc42  updates\n\nObsoleting packages\nnew.noarch  2-1  updates\n"
      "    old.noarch  1-1  \n\n");
  ASSERT_TRUE(rows.ok()) << rows.error().text();
  ASSERT_EQ(rows.value().size(), 2U);
  EXPECT_EQ(rows.value()[1].installed, "old.noarch");
  EXPECT_EQ(rows.value()[1].candidate, "new.noarch");
}

TEST(Dnf5, WhatDoesNotFitIsUnknown) {
  EXPECT_EQ(interpreted(all(one)).verdict, Verdict::good);
  EXPECT_EQ(interpreted(all(one, 0)).verdict, Verdict::unknown);
  EXPECT_EQ(interpreted(all("", 100)).verdict, Verdict::unknown);
  EXPECT_EQ(interpreted(all(one, 1)).reason.code, ght::reasons::helper_failed);
  EXPECT_EQ(interpreted(all("Error: no cache\n\n")).verdict, Verdict::unknown);
  Evidence without_curl = all(one.substr(0, 0), 0);
  std::get<HelperResult>(without_curl[0]).out = "kernel-core-0:6.3-1.fc42.x86_64\n";
  std::get<HelperResult>(without_curl[1]).out = ".";
  EXPECT_EQ(interpreted(without_curl).verdict, Verdict::unknown);
  Evidence cut = all(one);
  std::get<HelperResult>(cut[1]).out = ".....";
  EXPECT_EQ(interpreted(cut).verdict, Verdict::unknown);
  Evidence silent = all(one);
  std::get<HelperResult>(silent[6]).out = "[]";
  EXPECT_EQ(interpreted(silent).verdict, Verdict::unknown);
  Evidence complaint = all(one);
  std::get<HelperResult>(complaint[0]).err = "error: cannot open Packages index\n";
  EXPECT_EQ(interpreted(complaint).reason.code, ght::reasons::helper_output_unreadable);
}

TEST(Dnf5, OnlyWordsOfDamageAreDamage) {
  EXPECT_EQ(damage_in("error: database disk image is malformed\nerror: more\n"),
            "database disk image is malformed");
  EXPECT_EQ(damage_in("error: cannot open Packages database in /var/lib/rpm\n"), "");
  EXPECT_EQ(damage_in("error: malformed: Permission denied\n"), "");
}

TEST(Dnf5, ManyRepositoriesAreAskedInRounds) {
  std::string many = "[";
  for (int i = 0; i < 20; ++i) {
    many += std::string(i == 0 ? "" : ",") + R"({"id":"r)" + std::to_string(i) +
            R"(","is_enabled":true,"timestamp":1,"pkgs":1,"max_timestamp":1})";
  }
  const Collector& collector = *find("dnf");
  Evidence evidence = {exited("a-0:1-1.noarch\n"), exited("."), exited(many + "]")};
  EXPECT_EQ(collector.plan(settings(), {}, {}).value().size(), 3U);
  EXPECT_EQ(collector.plan(settings(), evidence, {}).value().size(), limits::plan_steps);
  evidence.resize(3 + limits::plan_steps);
  const Plan last = collector.plan(settings(), evidence, {}).value();
  ASSERT_EQ(last.size(), 7U);
  EXPECT_THAT(std::get<RunHelper>(last[6]).arguments, testing::Contains("--repo=r19"));
  evidence.resize(26);
  EXPECT_TRUE(collector.plan(settings(), evidence, {}).value().empty());
  evidence[2] = exited("", 1);
  evidence.resize(3);
  EXPECT_TRUE(collector.plan(settings(), evidence, {}).value().empty());
}

TEST(Dnf5, TheRootIsNamedToAllOfThemAndItsCacheToo) {
  const Plan steps = dnf5_steps("/srv/image", {});
  EXPECT_THAT(std::get<RunHelper>(steps[0]).arguments, testing::Contains("/srv/image"));
  EXPECT_THAT(std::get<RunHelper>(steps[2]).arguments,
              testing::IsSupersetOf(
                  {"--installroot=/srv/image", "--setopt=cachedir=/srv/image/var/cache/libdnf5"}));
}

}  // namespace
}  // namespace ght::collectors::dnf
