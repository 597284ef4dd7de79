#include <gtest/gtest.h>

#include "agent/config/config.h"
#include "collectors/registry.h"

namespace ght::collectors {
namespace {

Result<Plan> plan_of(const std::string& json) {
  const SettingsOutcome read = parse_settings(json, find("icmp")->settings);
  EXPECT_TRUE(read.problems.empty()) << read.problems.front().text();
  return find("icmp")->plan(read.settings, {}, {});
}

TEST(IcmpCollector, AsksAsItsSettingsSay) {
  const auto plan = plan_of(R"({"host": "::1", "ip_version": "6", "count": 5, "spacing": "20ms",
                                "patience": "1s", "payload_bytes": 1400})");
  ASSERT_TRUE(plan.ok()) << plan.error().text();
  const auto& step = std::get<IcmpEcho>(plan.value().at(0));
  EXPECT_EQ(step.host, "::1");
  EXPECT_EQ(step.family, IpFamily::v6);
  EXPECT_EQ(step.count, 5);
  EXPECT_EQ(step.spacing, std::chrono::milliseconds(20));
  EXPECT_EQ(step.patience, std::chrono::seconds(1));
  EXPECT_EQ(step.payload_bytes, 1400U);
}

TEST(IcmpCollector, AHostIsANameOrAnAddress) {
  EXPECT_FALSE(plan_of(R"({"host": "[::1]"})").ok());
  EXPECT_FALSE(plan_of(R"({"host": "host:80"})").ok());
}

TEST(IcmpCollector, ALossIsNeverRoundedToNone) {
  const SettingsOutcome read = parse_settings(R"({"host": "h"})", find("icmp")->settings);
  IcmpResult result;
  result.sent = 1000;
  result.round_trips.assign(999, std::chrono::milliseconds(1));
  const auto observation = find("icmp")->interpret(read.settings, {result}, {}, {});
  EXPECT_EQ(observation.verdict, Verdict::bad);
  EXPECT_EQ(observation.reason.value, ReasonValue(std::string("1 %")));
}

}  // namespace
}  // namespace ght::collectors
