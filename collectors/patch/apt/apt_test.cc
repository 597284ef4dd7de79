#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/core/collector.h"
#include "agent/core/reasons.h"
#include "collectors/patch/contract.h"
#include "collectors/patch/families.h"
#include "collectors/registry.h"

namespace ght::collectors {
namespace {

using std::chrono_literals::operator""h;
using std::chrono_literals::operator""s;

const WallTime now = WallTime(1795000000s);

constexpr std::string_view whole = R"({"format":2,"database_fault":null,
  "installed":880,"broken":0,"obsolete":4,"unfinished":[],"busy":false,"exploited":null,
  "automatic":{"enabled":false,"why_not":"unattended-upgrades","last_success":null},
  "upgrades":[{"package":"openssl","architecture":"amd64","exploited":[],"security":true}],
  "withheld":[{"package":"vim","architecture":"amd64","exploited":[],"security":false,
    "cause":"hold"}],
  "sources":[{"name":"http://deb.example/debian-security stable-security","security":true,
    "read":true,"confirmed":1794999000,"published":1794990000,"valid_until":null}]})";

const Collector& apt() {
  return *find("apt");
}

Settings settings() {
  Settings settings;
  settings.set("max_security_age", Duration(24h * 7));
  settings.set("max_metadata_age", Duration(48h));
  settings.set("max_catalogue_age", Duration(24h * 60));
  settings.set("automatic", false);
  return settings;
}

Observation interpreted(std::string_view out) {
  HelperResult result;
  result.end = HelperEnd::exited;
  result.out = out;
  return apt().interpret(settings(), {result}, {}, now);
}

std::string replaced(std::string_view from, std::string_view to) {
  std::string text(whole);
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(Apt, PlansItsHelperOnce) {
  const Result<Plan> plan = apt().plan(settings(), {}, {});
  ASSERT_TRUE(plan.ok());
  ASSERT_EQ(plan.value().size(), 1U);
  const auto& helper = std::get<RunHelper>(plan.value()[0]);
  EXPECT_EQ(helper.program, "ght-apt-state");
  EXPECT_THAT(helper.arguments, testing::IsEmpty());
  EXPECT_THAT(apt().plan(settings(), {HelperResult{}}, {}).value(), testing::IsEmpty());
}

TEST(Apt, AnotherRootIsNamedToTheHelper) {
  Settings other = settings();
  other.set("root", std::string("/srv/chroot"));
  const Result<Plan> plan = apt().plan(other, {}, {});
  EXPECT_THAT(std::get<RunHelper>(plan.value()[0]).arguments,
              testing::ElementsAre("--root", "/srv/chroot"));
}

TEST(Apt, EverySettingThatTheHelperNeedsIsHandedToIt) {
  Settings more = settings();
  more.set("root", std::string("/srv/chroot"));
  more.set("exploited_catalogue", std::string("/srv/kev.json"));
  more.set("tracker", std::string("/srv/tracker.json"));
  more.set("security_archives", std::vector<std::string>{"ELTS", "kali*"});
  const Result<Plan> plan = apt().plan(more, {}, {});
  ASSERT_TRUE(plan.ok());
  EXPECT_THAT(std::get<RunHelper>(plan.value()[0]).arguments,
              testing::ElementsAre("--root", "/srv/chroot", "--exploited", "/srv/kev.json",
                                   "--tracker", "/srv/tracker.json", "--security-archive", "ELTS",
                                   "--security-archive", "kali*"));
}

std::string refused(const Settings& wrong) {
  const Result<Plan> plan = apt().plan(wrong, {}, {});
  return plan.ok() ? "" : plan.error().text();
}

TEST(Apt, SettingsThatContradictEachOtherAreRefusedByName) {
  Settings one = settings();
  one.set("exploited_catalogue", std::string("/srv/kev.json"));
  EXPECT_THAT(refused(one), testing::StartsWith("tracker: expected together"));
  Settings age = settings();
  age.set("max_exploited_age", Duration(24h));
  EXPECT_THAT(refused(age), testing::StartsWith("max_exploited_age: "));
  Settings automatic = settings();
  automatic.set("max_automatic_age", Duration(24h));
  EXPECT_THAT(refused(automatic), testing::StartsWith("max_automatic_age: "));
}

TEST(Apt, AWaiverIsRefusedWithoutADayOrWithTwoThings) {
  Settings waiver;
  waiver.set("package", std::string("openssl"));
  waiver.set("reason", std::string("tested in January"));
  waiver.set("author", std::string("A. Martin"));
  waiver.set("until", std::string("2026-12-31"));
  const auto with = [&](const Settings& one) {
    Settings all = settings();
    all.set("waivers", std::vector<Settings>{one});
    return refused(all);
  };
  EXPECT_EQ(with(waiver), "");
  Settings no_day = waiver;
  no_day.set("until", std::string("2026-02-30"));
  EXPECT_THAT(with(no_day), testing::StartsWith("waivers: \"2026-02-30\": expected a day"));
  Settings two = waiver;
  two.set("advisory", std::string("RLSA-2026:1"));
  EXPECT_THAT(with(two), testing::HasSubstr("either package or advisory"));
}

TEST(Apt, AWholeAnswerIsJudged) {
  const Observation observation = interpreted(whole);
  EXPECT_EQ(observation.verdict, Verdict::good);
  EXPECT_EQ(observation.reason.code, patch::reasons::pending);
  EXPECT_EQ(observation.memory.json, R"({"first_seen":{"openssl:amd64":1795000000}})");
}

TEST(Apt, AnAnswerThatIsNotUnderstoodIsUnknownAndSaysWhere) {
  const std::pair<std::string, std::string> cases[] = {
      {"", "not a JSON document"},
      {"[]", "expected an object"},
      {replaced("\"format\":2", "\"format\":1"), "/format: expected 2"},
      {replaced("\"database_fault\":null", "\"database_fault\":\"\""), "/database_fault: exp"},
      {replaced("\"unfinished\":[]", "\"unfinished\":[1]"), "/unfinished: expected texts"},
      {replaced("\"exploited\":null", "\"exploited\":{\"published\":null,\"fault\":\"\"}"),
       "/exploited/published: expected a date"},
      {replaced("\"why_not\":\"unattended-upgrades\"", "\"why_not\":1"),
       "/automatic/why_not: expected a text"},
      {replaced("\"installed\":880", "\"installed\":0"), "/installed: expected at least one"},
      {replaced("\"broken\":0", "\"broken\":-1"), "/broken: expected a whole number"},
      {replaced("\"broken\":0", "\"broken\":0.5"), "/broken: expected a whole number"},
      {replaced("\"upgrades\":", "\"upgrade\":"), "/upgrades: expected a member"},
      {replaced("\"security\":true}", "\"security\":1}"), "/upgrades/0/security: expected true"},
      {replaced("\"package\":\"vim\"", "\"package\":null"), "/withheld/0/package: expected a text"},
      {replaced("1794999000", "\"today\""), "/sources/0/confirmed: expected a whole number"},
      {replaced("1794999000", "99999999999999"), "/sources/0/confirmed: expected a whole number"},
  };
  for (const auto& [out, where] : cases) {
    const Observation observation = interpreted(out);
    EXPECT_EQ(observation.verdict, Verdict::unknown) << out;
    EXPECT_EQ(observation.reason.code, reasons::helper_output_unreadable) << out;
    EXPECT_THAT(std::get<std::string>(observation.reason.value), testing::HasSubstr(where));
    EXPECT_THAT(observation.samples, testing::IsEmpty());
  }
}

TEST(Apt, EveryCutAnswerIsUnknown) {
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_EQ(interpreted(whole.substr(0, length)).verdict, Verdict::unknown) << length;
  }
}

TEST(Apt, AFailedHelperIsUnknownInItsOwnWordsAndForgetsNothing) {
  HelperResult failed;
  failed.end = HelperEnd::exited;
  failed.code = 1;
  failed.out = whole;
  failed.err = "/var/lib/dpkg/status: cannot be read: Permission denied\n";
  const Memory before{.json = R"({"first_seen":{"openssl:amd64":1794000000}})"};
  const Observation observation = apt().interpret(settings(), {failed}, before, now);
  EXPECT_EQ(observation.verdict, Verdict::unknown);
  EXPECT_EQ(observation.reason.code, reasons::helper_failed);
  EXPECT_THAT(std::get<std::string>(observation.reason.value),
              testing::HasSubstr("Permission denied"));
  EXPECT_THAT(observation.samples, testing::IsEmpty());
  EXPECT_EQ(observation.memory, before);
}

}  // namespace
}  // namespace ght::collectors
