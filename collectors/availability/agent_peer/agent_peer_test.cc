#include <gtest/gtest.h>

#include "agent/config/config.h"
#include "agent/core/reasons.h"
#include "collectors/registry.h"

namespace ght::collectors {
namespace {

Settings settings_of(const std::string& json) {
  SettingsOutcome read = parse_settings(json, find("agent_peer")->settings);
  EXPECT_TRUE(read.problems.empty()) << read.problems.front().text();
  return std::move(read.settings);
}

TEST(AgentPeer, AsksWhoItIsOnlyOnceItIsWell) {
  const Settings settings = settings_of(R"({"url": "https://a.example:19787/", "host": "a"})");
  const auto plan = [&](const Evidence& so_far) {
    return find("agent_peer")->plan(settings, so_far, {}).value();
  };
  EXPECT_EQ(std::get<HttpExchange>(plan({}).at(0)).url, "https://a.example:19787/-/healthy");
  HttpResult well;
  well.status = 200;
  EXPECT_EQ(std::get<HttpExchange>(plan({well}).at(0)).url,
            "https://a.example:19787/api/v1/status");
  EXPECT_TRUE(plan({well, well}).empty());
  HttpResult ill;
  ill.status = 503;
  EXPECT_TRUE(plan({ill}).empty());
  ill.status = 200;
  ill.failure = reasons::connection_closed;
  EXPECT_TRUE(plan({ill}).empty());
}

TEST(AgentPeer, AnIdentityElsewhereInTheDocumentDoesNotCount) {
  const Settings settings = settings_of(R"({"url": "https://a.example:19787", "host": "a"})");
  HttpResult well, status;
  well.status = status.status = 200;
  status.body = R"({"checks": [{"agent": {"identity": {"host": "a", "site": "s"}}}]})";
  const auto observation = find("agent_peer")->interpret(settings, {well, status}, {}, {});
  EXPECT_EQ(observation.reason.code, "peer_unreadable");
}

}  // namespace
}  // namespace ght::collectors
