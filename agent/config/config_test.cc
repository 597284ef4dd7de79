#include "agent/config/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/config/document.h"
#include "agent/core/limits.h"
#include "tests/support/fake_collector.h"

namespace ght {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view whole = R"(// every kind of value
{
  "identity": {"ght": "GHT Exemple", "establishment": "CH \u00c9t\u00e9", "site": "nord"},
  "time_zone": "Indian/Reunion", "holidays": "fr-reunion", "numbering": "asip-2018", /* not
  the default */
  "state_directory": "/srv/ght", "control_socket": "/run/c.sock", "ledger": {"retention_months": 61},
  "web": {"listen": ["127.0.0.1:0", "[::1]:19787"]},
  "checks": [
    {"name": "a", "collector": "probe", "activity": "backup", "title": "Titre", "interval": "5s",
     "timeout": "250ms", "stale_after": "1m", "confirm_bad": 2,
     "on_this_host": true, "privileged": false,
     "settings": {"url": "http://a", "method": "HEAD", "status": [200, 204], "max_age": "2d",
                  "max_loss": 0.25, "count": 9, "verify": true, "ca_file": "/etc/ca.pem",
                  "tags": ["x", "y"], "headers": {"Accept": "*/*"},
                  "login": {"user": "u", "password_file": "/p"}},
     "sla": {"guaranteed": 0.99, "announced": 1, "service_hours": "mon 08:00-12:00",
             "penalties": "2 %", "max_outage": "4h"}},
    {"name": "b", "collector": "plain", "activity": "hardware"},
    {"name": "c", "collector": "copies", "activity": "hardware", "interval": "4s",
     "settings": {"copies": [{"location": "d\u00e9port\u00e9"}]}}
  ],
  "maintenance": [
    {"checks": ["a", "b"], "activities": ["backup"], "from": "2026-12-01T22:00",
     "to": "2026-12-02T02:00:00+04:00", "reason": "r", "author": "x", "approver": "y"},
    {"all": true, "recurring": "sun 02:00-04:00", "reason": "r", "author": "x"}
  ]
}
)";

ConfigOutcome parse(std::string_view text) {
  return parse_config(text, "t.json", "srv-01", test::fake_collectors);
}

std::string lines(const std::vector<ConfigProblem>& problems) {
  std::string all;
  for (const ConfigProblem& problem : problems) all += problem.text() + "\n";
  return all;
}

// A document with one check, whose members are given.
std::string with_check(const std::string& members) {
  return R"({"identity": {"ght": "g", "establishment": "e", "site": "s"}, "checks": [{"name": "x",
    "collector": "plain", "activity": "backup")" +
         members + "}]}";
}

TEST(ParseConfig, ReadsEveryKey) {
  const ConfigOutcome outcome = parse(whole);
  ASSERT_NE(outcome.get(), nullptr) << lines(outcome.problems);
  EXPECT_EQ(lines(outcome.problems), "");
  const Config& config = *outcome.get();
  EXPECT_EQ(config.identity.establishment, "CH Été");
  EXPECT_EQ(config.identity.host, "srv-01");
  EXPECT_EQ(config.time_zone, "Indian/Reunion");
  EXPECT_EQ(config.numbering, Numbering::asip_2018);
  EXPECT_EQ(config.state_directory, "/srv/ght");
  EXPECT_THAT(config.web.listen, testing::ElementsAre("127.0.0.1:0", "[::1]:19787"));
  ASSERT_EQ(config.checks.size(), 3U);
  const Check& check = config.checks[0];
  EXPECT_EQ(check.title, "Titre");
  EXPECT_EQ(check.collector, &test::fake_probe);
  EXPECT_EQ(check.activity, Activity::backup);
  EXPECT_EQ(check.interval, 5s);
  EXPECT_EQ(check.timeout, 250ms);
  EXPECT_EQ(check.stale_after, 1min);
  EXPECT_EQ(check.confirm_bad, 2);
  EXPECT_TRUE(check.on_this_host);
}

TEST(ParseConfig, ReadsServiceLevels) {
  const ConfigOutcome outcome = parse(whole);
  ASSERT_NE(outcome.get(), nullptr) << lines(outcome.problems);
  ServiceLevel expected;
  expected.guaranteed = 0.99;
  expected.announced = 1;
  expected.penalties = "2 %";
  expected.service_hours = "mon 08:00-12:00";
  expected.hours.always = false;
  expected.hours.days[0] = {{.from = 8h, .to = 12h}};
  expected.max_outage = 4h;
  EXPECT_EQ(outcome.get()->checks[0].sla, expected);
  EXPECT_EQ(outcome.get()->checks[1].sla, ServiceLevel());
}

TEST(ParseConfig, ReadsWhatTheLedgerGoesBy) {
  const ConfigOutcome outcome = parse(whole);
  ASSERT_NE(outcome.get(), nullptr) << lines(outcome.problems);
  EXPECT_EQ(outcome.get()->holidays, Holidays::fr_reunion);
  EXPECT_EQ(outcome.get()->control_socket, "/run/c.sock");
  EXPECT_EQ(outcome.get()->retention_months, 61);
  EXPECT_EQ(outcome.get()->maintenance.size(), 2U);
}

TEST(ParseConfig, ReadsEveryKindOfSetting) {
  const ConfigOutcome outcome = parse(whole);
  ASSERT_NE(outcome.get(), nullptr) << lines(outcome.problems);
  const Settings& settings = outcome.get()->checks[0].settings;
  EXPECT_EQ(settings.get<std::string>("url"), "http://a");
  EXPECT_EQ(settings.get<std::string>("method"), "HEAD");
  EXPECT_THAT(settings.get<std::vector<std::int64_t>>("status"), testing::ElementsAre(200, 204));
  EXPECT_EQ(settings.get<Duration>("max_age"), 48h);
  EXPECT_EQ(settings.get<double>("max_loss"), 0.25);
  EXPECT_EQ(settings.get<std::int64_t>("count"), 9);
  EXPECT_TRUE(settings.get<bool>("verify"));
  EXPECT_EQ(settings.get<std::string>("ca_file"), "/etc/ca.pem");
  EXPECT_THAT(settings.get<std::vector<std::string>>("tags"), testing::ElementsAre("x", "y"));
  const std::map<std::string, std::string> headers = {{"Accept", "*/*"}};
  EXPECT_EQ((settings.get<std::map<std::string, std::string>>("headers")), headers);
  EXPECT_EQ(settings.get<Settings>("login").get<std::string>("user"), "u");
  const auto& copies = outcome.get()->checks[2].settings.get<std::vector<Settings>>("copies");
  ASSERT_EQ(copies.size(), 1U);
  EXPECT_EQ(copies[0].get<std::string>("location"), "déporté");
  EXPECT_FALSE(copies[0].get<bool>("immutable"));
}

TEST(ParseConfig, FillsInDefaults) {
  const ConfigOutcome outcome = parse(with_check(""));
  ASSERT_NE(outcome.get(), nullptr) << lines(outcome.problems);
  const Config& config = *outcome.get();
  EXPECT_EQ(config.time_zone, "Europe/Paris");
  EXPECT_EQ(config.numbering, Numbering::csp);
  EXPECT_EQ(config.state_directory, "/var/lib/ght-agent");
  EXPECT_EQ(config.control_socket, "/var/lib/ght-agent/control.sock");
  EXPECT_EQ(config.holidays, Holidays::fr);
  EXPECT_EQ(config.retention_months, 37);
  EXPECT_TRUE(config.maintenance.empty());
  EXPECT_THAT(config.web.listen, testing::ElementsAre("127.0.0.1:19787"));
  const Check& check = config.checks[0];
  EXPECT_EQ(check.title, "x");
  EXPECT_EQ(check.interval, 1min);
  EXPECT_EQ(check.timeout, 10s);
  EXPECT_EQ(check.stale_after, 130s);
  EXPECT_EQ(check.confirm_bad, 1);
  EXPECT_FALSE(check.on_this_host);
  EXPECT_EQ(check.sla, ServiceLevel());
}

TEST(ParseConfig, DefaultTimeoutIsNeverLongerThanTheInterval) {
  const ConfigOutcome outcome = parse(with_check(R"(, "interval": "4s")"));
  ASSERT_NE(outcome.get(), nullptr) << lines(outcome.problems);
  EXPECT_EQ(outcome.get()->checks[0].timeout, 4s);
  EXPECT_EQ(outcome.get()->checks[0].stale_after, 12s);
}

TEST(ParseConfig, SettingsThatAreNotSetStayAbsent) {
  const ConfigOutcome outcome = parse(whole);
  ASSERT_NE(outcome.get(), nullptr);
  EXPECT_EQ(outcome.get()->checks[2].settings.find<std::string>("url"), nullptr);
}

TEST(ParseConfig, NeedsAHostNameFromSomewhere) {
  const ConfigOutcome outcome = parse_config(with_check(""), "t.json", "", test::fake_collectors);
  EXPECT_EQ(outcome.get(), nullptr);
  EXPECT_THAT(lines(outcome.problems), testing::HasSubstr("/identity: this machine has no host"));
}

TEST(Fingerprint, IsTheSameForTheSameCheckInOtherWords) {
  const auto print = [](const std::string& members) {
    const ConfigOutcome outcome = parse(with_check(members));
    EXPECT_NE(outcome.get(), nullptr) << lines(outcome.problems);
    return outcome.get() == nullptr ? "" : outcome.get()->checks[0].fingerprint;
  };
  const std::string first = print(R"(, "interval": "1m", "title": "t")");
  EXPECT_EQ(first, print(R"(, /* moved */ "title": "t",
                             "interval": "1m")"));
  EXPECT_NE(first, print(R"(, "interval": "2m", "title": "t")"));
  EXPECT_NE(first, print(R"(, "title": "t")"));
  const std::string here = print(R"(, "interval": "1m", "title": "t", "on_this_host": true)");
  EXPECT_NE(first, here);
  const std::string outage =
      print(R"(, "interval": "1m", "title": "t", "sla": {"max_outage": "4h"})");
  EXPECT_NE(first, outage);
}

// A file that is cut anywhere must never be taken for a shorter valid one.
TEST(ParseConfig, RefusesEveryPrefixWithOneProblem) {
  const std::size_t end = whole.find_last_not_of(" \n") + 1;
  for (std::size_t length = 0; length < end; ++length) {
    const ConfigOutcome outcome = parse(whole.substr(0, length));
    ASSERT_EQ(outcome.get(), nullptr) << length;
    ASSERT_EQ(outcome.problems.size(), 1U) << length << "\n" << lines(outcome.problems);
    ASSERT_GE(outcome.problems[0].line, 1) << length;
  }
  for (std::size_t length = end; length <= whole.size(); ++length) {
    EXPECT_NE(parse(whole.substr(0, length)).get(), nullptr) << length;
  }
}

// One byte replaced: accepted or refused with a line, never a crash.
TEST(ParseConfig, SurvivesChangedBytes) {
  constexpr std::size_t stride = 3;  // the fuzz target goes further
  for (const char byte : {'"', '}', '\\', '\xC3'}) {
    for (std::size_t i = 0; i < whole.size(); i += stride) {
      std::string text(whole);
      text[i] = byte;
      const ConfigOutcome outcome = parse(text);
      ASSERT_TRUE(outcome.get() != nullptr || !outcome.problems.empty()) << i;
    }
  }
}

TEST(ParseConfig, BoundsSizeDepthAndEntries) {
  const std::string big(limits::config_bytes + 1, ' ');
  EXPECT_EQ(lines(parse(big).problems),
            "t.json: the file has 1048577 bytes, at most 1048576 are read\n");
  EXPECT_EQ(lines(parse(std::string(100'000, '[')).problems),
            "t.json:1: /0/0/0/0/0/0/0/0/0/0/0/0/0/0/0: nested deeper than 16 levels\n");
  std::string many = "{\"checks\": [0";
  for (std::size_t i = 0; i < limits::checks; ++i) many += ",0";
  EXPECT_EQ(lines(parse(many + "]}").problems), "t.json:1: /checks: more than 2000 entries\n");
}

TEST(ParseConfig, ShowsFiftyErrorsAndCountsTheOthers) {
  std::string text = "{\n";
  for (int i = 0; i < 60; ++i) text += "\"zzzzzzz" + std::to_string(i) + "\": 0,\n";
  text += R"("identity": {"ght": "g", "establishment": "e", "site": "s"}, "checks": []})";
  const ConfigOutcome outcome = parse(text);
  ASSERT_EQ(outcome.problems.size(), limits::config_errors + 2);  // and the warning about checks
  EXPECT_EQ(outcome.problems[49].line, 51);
  EXPECT_EQ(outcome.problems.back().text(), "t.json: and 10 more errors");
}

TEST(ParseConfig, WarningsHideNoError) {
  std::string text = R"({"identity": {"ght": "g", "establishment": "e", "site": "s"}, "checks": [)";
  for (int i = 0; i < 60; ++i) {
    text += R"({"name": "n)" + std::to_string(i) +
            R"(", "collector": "plain", "activity": "backup", "sla": {"guaranteed": 1}},)";
  }
  const ConfigOutcome outcome = parse(text + "0]}");
  EXPECT_EQ(outcome.get(), nullptr);
  EXPECT_THAT(lines(outcome.problems),
              testing::HasSubstr("t.json:1: /checks/60: expected an object, found the number 0\n"));
  EXPECT_EQ(outcome.problems.back().text(), "t.json: warning: and 10 more warnings");
}

TEST(ParseSettings, ReadsOneObject) {
  const SettingsOutcome outcome = parse_settings(R"({"url": "http://a"})", test::fake_probe_fields);
  EXPECT_TRUE(outcome.problems.empty()) << lines(outcome.problems);
  EXPECT_EQ(outcome.settings.get<std::string>("url"), "http://a");
  EXPECT_EQ(outcome.settings.get<Duration>("max_age"), 26h);
}

TEST(ParseSettings, TellsProblemsBelowTheObject) {
  const SettingsOutcome outcome = parse_settings(R"({"max_age": 3})", test::fake_probe_fields);
  EXPECT_EQ(lines(outcome.problems),
            "missing required key \"url\": text of 1 to 100 bytes\n"
            "/max_age: expected a duration such as \"15s\", \"10m\", \"26h\" or \"7d\", found the "
            "number 3; the unit is written: \"3s\"\n");
  EXPECT_EQ(lines(parse_settings("[]", {}).problems), "expected an object, found an array\n");
}

TEST(Document, KnowsTheLineOfEveryKeyAndValue) {
  constexpr std::string_view text = "{\n \"a\"\n:\n1\n,\n\"b\": // c\n[ 2,\n-3.5e1\n]}";
  config::Problems problems(text, "");
  const auto root = config::parse_document(text, problems);
  ASSERT_TRUE(root.has_value());
  const config::Node& a = *root->find("a");
  EXPECT_EQ(problems.line(a.key_offset), 2);
  EXPECT_EQ(problems.line(a.offset), 4);
  const config::Node& b = *root->find("b");
  EXPECT_EQ(problems.line(b.key_offset), 6);
  EXPECT_EQ(problems.line(b.offset), 7);
  EXPECT_EQ(problems.line(b.children[1].offset), 8);
  EXPECT_EQ(b.children[1].text, "-3.5e1");
}

TEST(Document, LeavesOutRepeatedKeys) {
  constexpr std::string_view text = R"({"a": 1, "a": {"b": [1], "b": 2}, "c": 3})";
  config::Problems problems(text, "f");
  const auto root = config::parse_document(text, problems);
  ASSERT_TRUE(root.has_value());
  EXPECT_EQ(config::to_json(*root, config::JsonStyle::canonical), R"({"a":1,"c":3})");
  EXPECT_EQ(lines(problems.in_order()),
            "f:1: /a: this key is given twice, first in line 1\n"
            "f:1: /a/b: this key is given twice, first in line 1\n");
}

}  // namespace
}  // namespace ght
