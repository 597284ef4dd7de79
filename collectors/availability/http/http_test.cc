#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>

#include "agent/core/limits.h"
#include "agent/core/reasons.h"
#include "collectors/availability/probe_contract.h"
#include "collectors/registry.h"

namespace ght::collectors {
namespace {

using TextMap = std::map<std::string, std::string>;
using Codes = std::vector<std::int64_t>;

Settings with_defaults(const std::string& url) {
  Settings settings;
  settings.set("url", url);
  settings.set("method", std::string("GET"));
  settings.set("status", Codes{200});
  settings.set("insecure_skip_verify", false);
  settings.set("follow_redirects", false);
  return settings;
}

Result<Plan> plan_of(const Settings& settings) {
  return find("http")->plan(settings, {}, {});
}

std::string error_of(const Settings& settings) {
  const Result<Plan> plan = plan_of(settings);
  return plan.ok() ? "" : plan.error().text();
}

TEST(HttpCollector, PlansOneExchange) {
  Settings settings = with_defaults("https://dpi.example:8443/health?x=1");
  settings.set("method", std::string("POST"));
  settings.set("headers", TextMap{{"Accept", "text/html"}});
  settings.set("body", std::string("x"));
  settings.set("ca_file", std::string("/etc/ssl/ght.pem"));
  settings.set("follow_redirects", true);
  const Result<Plan> plan = plan_of(settings);
  ASSERT_TRUE(plan.ok()) << plan.error().text();
  ASSERT_EQ(plan.value().size(), 1U);
  const auto& step = std::get<HttpExchange>(plan.value()[0]);
  EXPECT_EQ(step.url, "https://dpi.example:8443/health?x=1");
  EXPECT_EQ(step.method, "POST");
  EXPECT_EQ(step.body, "x");
  EXPECT_EQ(step.tls.ca_file, "/etc/ssl/ght.pem");
  EXPECT_TRUE(step.tls.verify);
  EXPECT_EQ(step.max_redirects, limits::probe_redirects);
  EXPECT_EQ(step.headers.size(), 1U);
  const Result<Plan> next = find("http")->plan(settings, {HttpResult{}}, {});
  ASSERT_TRUE(next.ok());
  EXPECT_TRUE(next.value().empty());
}

TEST(HttpCollector, RefusesUrlsByName) {
  EXPECT_EQ(error_of(with_defaults("https://[2001:db8::1]:8443/")), "");
  EXPECT_EQ(error_of(with_defaults("http://host")), "");
  EXPECT_EQ(error_of(with_defaults("ftp://host/")),
            "settings.url: \"ftp://host/\": expected http://... or https://...");
  EXPECT_EQ(error_of(with_defaults("https://user:secret@host/")),
            "settings.url: expected a URL without user:password@");
  EXPECT_EQ(error_of(with_defaults("http:///path")),
            "settings.url: \"http:///path\": expected a host name or an IP address");
  EXPECT_EQ(error_of(with_defaults("http://host:0/")),
            "settings.url: \"http://host:0/\": expected a port from 1 to 65535");
  EXPECT_EQ(error_of(with_defaults("http://host:99999/")),
            "settings.url: \"http://host:99999/\": expected a port from 1 to 65535");
  EXPECT_EQ(error_of(with_defaults("http://host:8o80/")),
            "settings.url: \"http://host:8o80/\": expected a port from 1 to 65535");
  for (const char* text : {"dpi.example", "http://h/a b", "http://h/\x7f", "", "http://h/é"}) {
    EXPECT_TRUE(error_of(with_defaults(text)).starts_with("settings.url: ")) << text;
  }
}

TEST(HttpCollector, RefusesHeadersThatWouldBreakTheRequest) {
  const auto error_with = [](const std::string& name, const std::string& value) {
    Settings settings = with_defaults("http://host/");
    settings.set("headers", TextMap{{name, value}});
    return error_of(settings);
  };
  EXPECT_EQ(error_with("X-Api-Key", "été"), "");
  EXPECT_EQ(error_with("X Y", "a"), "settings.headers: \"X Y\" is not a header name");
  EXPECT_EQ(error_with("Content-Length", "3"),
            "settings.headers: \"Content-Length\" is set by the agent");
  EXPECT_EQ(error_with("X", "a\r\nY: b"),
            "settings.headers: the value of \"X\" holds a control character");
}

TEST(HttpCollector, RefusesSettingsThatContradictEachOther) {
  Settings body = with_defaults("http://host/");
  body.set("body", std::string("x"));
  EXPECT_EQ(error_of(body), "settings.body: expected method \"POST\" beside it");
  Settings head = with_defaults("http://host/");
  head.set("method", std::string("HEAD"));
  head.set("body_contains", std::string("x"));
  EXPECT_EQ(error_of(head), "settings.body_contains: an answer to HEAD has no body");
  Settings trust = with_defaults("https://host/");
  trust.set("insecure_skip_verify", true);
  trust.set("ca_file", std::string("/ca.pem"));
  EXPECT_EQ(error_of(trust), "settings.ca_file: has no effect beside insecure_skip_verify");
  Settings none = with_defaults("https://host/");
  none.set("status", Codes{});
  EXPECT_EQ(error_of(none), "settings.status: expected at least one status code");
}

TEST(HttpCollector, SecretsAndCertificatesAreFiles) {
  Settings basic = with_defaults("https://host/");
  basic.set("basic_user", std::string("ght"));
  EXPECT_EQ(error_of(basic), "settings.basic_user: expected password_file beside it");
  basic.set("password_file", std::string("/etc/ght-agent/secret"));
  const auto step = std::get<HttpExchange>(plan_of(basic).value()[0]);
  EXPECT_EQ(step.credential.kind, Credential::Kind::basic);
  EXPECT_EQ(step.credential.user, "ght");
  EXPECT_EQ(step.credential.secret_file, "/etc/ght-agent/secret");
  Settings both = basic;
  both.set("bearer_token_file", std::string("/t"));
  EXPECT_EQ(error_of(both), "settings.bearer_token_file: expected one of this and basic_user");
  Settings header = basic;
  header.set("headers", TextMap{{"authorization", "Basic xyz"}});
  EXPECT_EQ(error_of(header), "settings.headers: \"Authorization\" is made of the secret's file");
  Settings colon = basic;
  colon.set("basic_user", std::string("a:b"));
  EXPECT_EQ(error_of(colon), "settings.basic_user: a colon cannot be part of it");
  Settings password = with_defaults("https://host/");
  password.set("password_file", std::string("/p"));
  EXPECT_EQ(error_of(password), "settings.password_file: expected basic_user beside it");

  Settings client = with_defaults("https://host/");
  client.set("cert_file", std::string("/c.pem"));
  EXPECT_EQ(error_of(client), "settings.cert_file: expected key_file beside it");
  client.set("key_file", std::string("/k.pem"));
  client.set("server_name", std::string("other.example"));
  const auto tls = std::get<HttpExchange>(plan_of(client).value()[0]).tls;
  EXPECT_EQ(tls.cert_file + tls.key_file + tls.server_name, "/c.pem/k.pemother.example");
  Settings plain = with_defaults("http://host/");
  plain.set("server_name", std::string("other.example"));
  EXPECT_EQ(error_of(plain), "settings.server_name: has no effect without https://");
  Settings remaining = with_defaults("http://host/");
  remaining.set("min_tls_remaining", Duration(std::chrono::hours(24)));
  EXPECT_EQ(error_of(remaining), "settings.min_tls_remaining: has no effect without https://");
}

TEST(HttpCollector, ClassesAndExpressionsAreChecked) {
  Settings classes = with_defaults("https://host/");
  classes.set("status_classes", std::vector<std::string>{"2xx", "6xx"});
  EXPECT_EQ(error_of(classes), "settings.status_classes: \"6xx\": expected \"2xx\" to \"5xx\"");
  Settings regex = with_defaults("https://host/");
  regex.set("body_regex", std::string("a(b"));
  EXPECT_EQ(error_of(regex), "settings.body_regex: missing ): a(b");
  regex.set("body_regex", std::string("((a{100}){100}){100}"));
  EXPECT_NE(error_of(regex), "");
  regex.set("body_regex", std::string("(a+)+$"));
  EXPECT_EQ(error_of(regex), "");
}

// The classic that takes a backtracking engine longer than the age of the universe.
TEST(HttpCollector, NoExpressionExplodes) {
  Settings regex = with_defaults("https://host/");
  regex.set("body_regex", std::string("(a+)+$"));
  HttpResult result;
  result.status = 200;
  result.body = std::string(limits::probe_body_bytes - 1, 'a') + "b";
  const Observation observation = find("http")->interpret(regex, {result}, {}, {});
  EXPECT_EQ(observation.verdict, Verdict::bad);
  EXPECT_EQ(observation.reason.code, "body_no_match");
}

TEST(ProbeContract, EveryCommonNetworkReasonIsJudged) {
  const auto unknown = std::to_array<std::string_view>(
      {reasons::dns_timeout, reasons::dns_error, reasons::ca_file_unreadable,
       reasons::credential_unreadable, reasons::probe_not_made});
  int judged = 0;
  for (const ReasonText& text : reasons::common) {
    bool network = false;
    for (const char* prefix :
         {"dns_", "connect", "tls_", "ca_", "http_", "probe_", "credential_", "answer_", "icmp_"}) {
      network = network || text.code.starts_with(prefix);
    }
    if (!network) continue;
    ++judged;
    const bool asked = std::ranges::find(unknown, text.code) == unknown.end();
    EXPECT_EQ(failure_verdict(text.code), asked ? Verdict::bad : Verdict::unknown) << text.code;
  }
  EXPECT_EQ(judged, 26);
  EXPECT_EQ(failure_verdict("something_new"), Verdict::unknown);
}

TEST(ProbeContract, DeadlinesShowWithoutTheirLastMicroseconds) {
  using namespace std::chrono_literals;
  HttpResult result;
  result.failure = reasons::connect_timeout;
  result.failure_detail = "192.0.2.1:80";
  result.elapsed = 5s + 412us;
  EXPECT_EQ(failure_reason(result).expected, ReasonValue(Duration(5s)));
  result.elapsed = 250ms + 3us;
  EXPECT_EQ(failure_reason(result).expected, ReasonValue(Duration(250ms)));
}

}  // namespace
}  // namespace ght::collectors
