#include "collectors/availability/peer_settings.h"

#include <gtest/gtest.h>

#include <map>

namespace ght::collectors {
namespace {

Settings with(const std::map<std::string, std::string>& texts, bool tls = true,
              bool skip_verify = false) {
  Settings settings;
  settings.set("tls", tls);
  settings.set("insecure_skip_verify", skip_verify);
  for (const auto& [key, text] : texts) settings.set(key, text);
  return settings;
}

std::string error_of(const Settings& settings) {
  const auto tls = optional_tls_of(settings);
  return tls.ok() ? "" : tls.error().text();
}

TEST(PeerSettings, AHostIsANameOrAnAddress) {
  const auto error_with = [](const std::string& host) {
    Settings settings;
    settings.set("host", host);
    settings.set("port", std::int64_t{65535});
    const Result<Peer> peer = peer_of(settings);
    return peer.ok() ? std::string() : peer.error().text();
  };
  for (const char* host : {"mllp.example", "192.0.2.1", "2001:db8::1", "fe80::1%eth0", "srv_1"}) {
    EXPECT_EQ(error_with(host), "") << host;
  }
  EXPECT_EQ(
      error_with("[2001:db8::1]"),
      "settings.host: \"[2001:db8::1]\": expected a host name or an IP address without \"[\"");
  EXPECT_EQ(error_with("host:2575"),
            "settings.host: \"host:2575\": expected the host alone; the port has its own key");
  EXPECT_TRUE(error_with("ldaps://host").starts_with("settings.host: "));
  EXPECT_TRUE(error_with("a b").starts_with("settings.host: "));
}

TEST(PeerSettings, TlsIsReadWhole) {
  const auto tls = optional_tls_of(with({{"ca_file", "/ca.pem"},
                                         {"server_name", "a.example"},
                                         {"cert_file", "/c.pem"},
                                         {"key_file", "/k.pem"}}));
  ASSERT_TRUE(tls.ok() && tls.value());
  EXPECT_TRUE(tls.value()->verify);
  EXPECT_EQ(tls.value()->ca_file, "/ca.pem");
  EXPECT_EQ(tls.value()->server_name, "a.example");
  EXPECT_EQ(tls.value()->cert_file, "/c.pem");
  EXPECT_EQ(tls.value()->key_file, "/k.pem");
}

TEST(PeerSettings, WithoutTlsNothingOfItMayBeSaid) {
  const auto none = optional_tls_of(with({}, false));
  ASSERT_TRUE(none.ok());
  EXPECT_FALSE(none.value());
  EXPECT_EQ(error_of(with({{"key_file", "/k.pem"}}, false)),
            "settings.key_file: has no effect without \"tls\": true");
  EXPECT_EQ(error_of(with({}, false, true)),
            "settings.insecure_skip_verify: has no effect without \"tls\": true");
}

TEST(PeerSettings, ContradictionsAreNamed) {
  EXPECT_EQ(error_of(with({{"cert_file", "/c.pem"}})),
            "settings.cert_file: expected key_file beside it");
  EXPECT_EQ(error_of(with({{"key_file", "/k.pem"}})),
            "settings.key_file: expected cert_file beside it");
  EXPECT_EQ(error_of(with({{"ca_file", "/ca.pem"}}, true, true)),
            "settings.ca_file: has no effect beside insecure_skip_verify");
  EXPECT_TRUE(error_of(with({{"server_name", "a:443"}})).starts_with("settings.server_name: "));
}

TEST(PeerSettings, ATableWithoutTheSwitchesIsReadToo) {
  const auto tls = tls_client_of(Settings{});
  ASSERT_TRUE(tls.ok());
  EXPECT_TRUE(tls.value().verify);
}

}  // namespace
}  // namespace ght::collectors
