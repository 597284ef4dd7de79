#include <gtest/gtest.h>

#include "collectors/registry.h"

namespace ght::collectors {
namespace {

using namespace std::chrono_literals;

constexpr auto now = WallTime(std::chrono::sys_days(std::chrono::year(2026) / 11 / 23));

Settings given(const std::string& starttls = "none") {
  Settings settings;
  settings.set("host", std::string("ldap.example"));
  settings.set("port", std::int64_t{636});
  settings.set("starttls", starttls);
  settings.set("min_tls_remaining", Duration(14 * 24h));
  return settings;
}

const Dialog& step_of(const Plan& plan) {
  return std::get<Dialog>(plan.at(0));
}

TEST(TlsCollector, PlansOneDialog) {
  Settings settings = given();
  settings.set("ca_file", std::string("/etc/ssl/ght.pem"));
  settings.set("server_name", std::string("annuaire.example"));
  const Result<Plan> plan = find("tls")->plan(settings, {}, {});
  ASSERT_TRUE(plan.ok()) << plan.error().text();
  ASSERT_EQ(plan.value().size(), 1U);
  const Dialog& step = step_of(plan.value());
  EXPECT_EQ(step.host, "ldap.example");
  EXPECT_EQ(step.port, 636);
  EXPECT_TRUE(step.tls_from_start);
  EXPECT_TRUE(step.tls.verify);
  EXPECT_EQ(step.tls.ca_file, "/etc/ssl/ght.pem");
  EXPECT_EQ(step.tls.server_name, "annuaire.example");
  EXPECT_EQ(step.script(step.words, {""}).kind, DialogTurn::Kind::finish);
  EXPECT_TRUE(find("tls")->plan(settings, {DialogResult{}}, {}).value().empty());
}

TEST(TlsCollector, StartTlsBeginsInPlainText) {
  const Result<Plan> plan = find("tls")->plan(given("postgresql"), {}, {});
  ASSERT_TRUE(plan.ok());
  const Dialog& step = step_of(plan.value());
  EXPECT_FALSE(step.tls_from_start);
  EXPECT_EQ(step.script(step.words, {""}).kind, DialogTurn::Kind::say);
}

Verdict verdict_at(Duration remaining, Duration wanted) {
  Settings settings = given();
  settings.set("min_tls_remaining", wanted);
  DialogResult result;
  result.heard = {""};
  result.tls_version = "TLSv1.3";
  result.tls_not_after = now + std::chrono::duration_cast<WallDuration>(remaining);
  return find("tls")->interpret(settings, {result}, {}, now).verdict;
}

TEST(TlsCollector, TheRemainingTimeIsJudgedToTheMillisecond) {
  EXPECT_EQ(verdict_at(14 * 24h, 14 * 24h), Verdict::good);
  EXPECT_EQ(verdict_at(14 * 24h - 1ms, 14 * 24h), Verdict::bad);
  EXPECT_EQ(verdict_at(0s, 0s), Verdict::good);
  EXPECT_EQ(verdict_at(-1ms, 0s), Verdict::bad) << "expired between the handshake and now";
}

TEST(TlsCollector, WithoutTlsThereIsNothingGood) {
  DialogResult result;
  result.heard = {""};
  result.tls_not_after = now + 24h * 90;
  EXPECT_EQ(find("tls")->interpret(given(), {result}, {}, now).verdict, Verdict::unknown);
  result.tls_version = "TLSv1.3";
  EXPECT_EQ(find("tls")->interpret(given(), {result}, {}, now).verdict, Verdict::good);
  EXPECT_EQ(find("tls")->interpret(given("smtp"), {result}, {}, now).verdict, Verdict::unknown);
  result.tls_not_after.reset();
  EXPECT_EQ(find("tls")->interpret(given(), {result}, {}, now).verdict, Verdict::unknown);
}

}  // namespace
}  // namespace ght::collectors
