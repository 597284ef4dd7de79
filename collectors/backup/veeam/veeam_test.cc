// What is asked of the server, and which settings are refused.
#include <gtest/gtest.h>

#include "agent/config/config.h"
#include "agent/core/limits.h"
#include "collectors/registry.h"

namespace ght::collectors {
namespace {

constexpr const char* least =
    R"({"url": "https://vbr.chu.example:9419/", "username": "CHU\\agent",)"
    R"( "password_file": "/etc/ght-agent/veeam.pass")";

const Collector& veeam() {
  const Collector* found = find("veeam");
  GHT_CHECK(found != nullptr);
  return *found;
}

Settings settings(const std::string& more = "") {
  SettingsOutcome outcome = parse_settings(least + more + "}", veeam().settings);
  for (const ConfigProblem& problem : outcome.problems) ADD_FAILURE() << problem.text();
  return std::move(outcome.settings);
}

std::string error_of(const std::string& more) {
  const Result<Plan> plan = veeam().plan(settings(more), {}, {});
  return plan.ok() ? "" : plan.error().text();
}

TEST(Veeam, AsksForTheJobsWithATokenOfItsOwn) {
  const Result<Plan> plan =
      veeam().plan(settings(R"(, "jobs": ["Nuit"], "backup": "dpi")"), {}, {});
  ASSERT_TRUE(plan.ok()) << plan.error().text();
  ASSERT_EQ(plan.value().size(), 2U);
  EXPECT_EQ(std::get<ReadRecords>(plan.value()[0]).backups, (std::vector<std::string>{"dpi"}));
  const auto& step = std::get<HttpExchange>(plan.value()[1]);
  EXPECT_EQ(step.url, "https://vbr.chu.example:9419/api/v1/jobs/states?skip=0&limit=500");
  EXPECT_EQ(step.method, "GET");
  EXPECT_EQ(step.headers.at(0), (std::pair<std::string, std::string>("x-api-version", "1.3-rev2")));
  EXPECT_EQ(step.credential.kind, Credential::Kind::oauth2_password);
  EXPECT_EQ(step.credential.user, "CHU\\agent");
  EXPECT_EQ(step.credential.secret_file, "/etc/ght-agent/veeam.pass");
  EXPECT_EQ(step.credential.token_url, "https://vbr.chu.example:9419/api/oauth2/token");
  EXPECT_EQ(step.credential.logout_url, "https://vbr.chu.example:9419/api/oauth2/logout");
  EXPECT_TRUE(step.tls.verify);
  EXPECT_EQ(step.max_redirects, 0);
  EXPECT_EQ(step.max_body, limits::veeam_body_bytes);
}

TEST(Veeam, BeginsWithTheRevisionThatTheServerKnew) {
  const Memory before{R"({"own":{"revision":"1.1-rev2","since":1795377600000,"jobs":{}}})"};
  const Plan plan = veeam().plan(settings(), {}, before).value();
  EXPECT_EQ(std::get<HttpExchange>(plan.at(1)).headers.at(0).second, "1.1-rev2");
  const Memory foreign{R"({"own":{"revision":"9.9-rev9","since":1795377600000,"jobs":{}}})"};
  const Plan other = veeam().plan(settings(), {}, foreign).value();
  EXPECT_EQ(std::get<HttpExchange>(other.at(1)).headers.at(0).second, "1.3-rev2");
}

TEST(Veeam, RefusesWhatCannotBeMeant) {
  EXPECT_EQ(error_of(""), "");
  EXPECT_EQ(error_of(R"(, "api_versions": ["1.3-rev2", "v1"])"),
            "settings.api_versions: \"v1\": expected revisions such as 1.3-rev2");
  EXPECT_EQ(error_of(R"(, "api_versions": ["1.3-rev2\\r\\nX: y"])").substr(0, 21),
            "settings.api_versions");
  EXPECT_EQ(error_of(R"(, "jobs": ["a", "b", "a"])"), "settings.jobs: \"a\" stands there twice");
  EXPECT_EQ(error_of(R"(, "jobs": ["a"], "ignored_jobs": ["b"])"),
            "settings.ignored_jobs: has no effect beside `jobs`");
  EXPECT_EQ(error_of(R"(, "restore_test_max_age": "90d")"),
            "settings.restore_test_max_age: expected `jobs` or `backup` beside it: restore tests "
            "are recorded by name");
  EXPECT_EQ(error_of(R"(, "restore_test_max_age": "90d", "backup": "dpi")"), "");
  EXPECT_EQ(error_of(R"(, "cert_file": "/a.pem")").substr(0, 18), "settings.cert_file");
}

TEST(Veeam, TheAddressIsThatOfAServerOverTls) {
  for (const char* wrong :
       {"http://vbr:9419", "https://vbr:9419/api", "https://vbr:9419?x=1", "https://u:p@vbr:9419",
        "https://vbr:99999", "vbr", "https:///x", "https://vbr#a"}) {
    Settings given = settings();
    given.set("url", std::string(wrong));
    const Result<Plan> plan = veeam().plan(given, {}, {});
    ASSERT_FALSE(plan.ok()) << wrong;
    EXPECT_TRUE(plan.error().text().starts_with("settings.url: ")) << plan.error().text();
    EXPECT_FALSE(plan.error().text().contains("u:p")) << plan.error().text();
  }
}

}  // namespace
}  // namespace ght::collectors
