#include <gtest/gtest.h>

#include "agent/config/config.h"
#include "collectors/registry.h"

namespace ght::collectors {
namespace {

Result<Plan> plan_of(const std::string& json) {
  const SettingsOutcome read = parse_settings(json, find("dns")->settings);
  EXPECT_TRUE(read.problems.empty()) << read.problems.front().text();
  return find("dns")->plan(read.settings, {}, {});
}

TEST(DnsCollector, AsksAsItsSettingsSay) {
  const auto plan = plan_of(R"({"name": "_ldap._tcp.example", "type": "SRV", "port": 5353,
                                "server": "2001:db8::53", "transport": "tcp"})");
  ASSERT_TRUE(plan.ok()) << plan.error().text();
  const auto& step = std::get<DnsLookup>(plan.value().at(0));
  EXPECT_EQ(step.name, "_ldap._tcp.example");
  EXPECT_EQ(step.type, "SRV");
  EXPECT_EQ(step.server, "2001:db8::53");
  EXPECT_EQ(step.port, 5353);
  EXPECT_TRUE(step.tcp);
}

TEST(DnsCollector, SettingsThatCannotBeMeantAreRefused) {
  EXPECT_EQ(plan_of(R"({"name": "x.example", "server": "ns.example"})").error().text(),
            "settings.server: \"ns.example\": expected an IP address");
  EXPECT_EQ(plan_of(R"({"name": "x.example", "rcode": "NXDOMAIN", "answers": ["1.2.3.4"]})")
                .error()
                .text(),
            "settings.answers: a response NXDOMAIN has none");
}

}  // namespace
}  // namespace ght::collectors
