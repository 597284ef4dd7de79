#include <gtest/gtest.h>

#include "agent/core/reasons.h"
#include "collectors/registry.h"

namespace ght::collectors {
namespace {

using Kind = DialogTurn::Kind;

Settings given(const std::string& send, const std::string& expect) {
  Settings settings;
  settings.set("host", std::string("pacs.example"));
  settings.set("port", std::int64_t{6379});
  settings.set("tls", false);
  settings.set("insecure_skip_verify", false);
  if (!send.empty()) settings.set("send", send);
  if (!expect.empty()) settings.set("expect", expect);
  return settings;
}

Dialog dialog(const Settings& settings) {
  const Result<Plan> plan = find("tcp")->plan(settings, {}, {});
  EXPECT_TRUE(plan.ok()) << plan.error().text();
  return std::get<Dialog>(plan.value().at(0));
}

std::string error_of(const Settings& settings) {
  const Result<Plan> plan = find("tcp")->plan(settings, {}, {});
  return plan.ok() ? "" : plan.error().text();
}

TEST(TcpCollector, AConnectionAloneSaysNothing) {
  const Dialog step = dialog(given("", ""));
  EXPECT_EQ(step.host, "pacs.example");
  EXPECT_EQ(step.port, 6379);
  EXPECT_FALSE(step.tls_from_start);
  EXPECT_EQ(step.script(step.words, {""}).kind, Kind::finish);
}

TEST(TcpCollector, SaysItsTextOnceAndListensForTheOther) {
  const Dialog step = dialog(given(R"(PING\r\n)", R"(+PONG\r\n)"));
  const DialogTurn first = step.script(step.words, {"banner"});
  EXPECT_EQ(first.kind, Kind::say);
  EXPECT_EQ(first.bytes, "PING\r\n");
  EXPECT_EQ(step.script(step.words, {"+PONG\r\n", ""}).kind, Kind::listen)
      << "what came before the question answers nothing";
  EXPECT_EQ(step.script(step.words, {"", "+PONG\r"}).kind, Kind::listen);
  EXPECT_EQ(step.script(step.words, {"", "x+PONG\r\ny"}).kind, Kind::finish);
  const Dialog banner = dialog(given("", "SSH-2.0-"));
  EXPECT_EQ(banner.script(banner.words, {"SSH-2.0"}).kind, Kind::listen);
  EXPECT_EQ(banner.script(banner.words, {"SSH-2.0-x"}).kind, Kind::finish);
}

TEST(TcpCollector, EscapesStandForBytes) {
  const Dialog step = dialog(given(R"(a\\b\r\n\t\x00\xfF\x41é)", R"(\\)"));
  EXPECT_EQ(step.words[0], std::string("a\\b\r\n\t\0\xff"
                                       "A\u00e9",
                                       11));
  EXPECT_EQ(step.words[1], "\\");
}

TEST(TcpCollector, OtherEscapesAreRefusedByName) {
  const std::string wanted = R"(": expected \r, \n, \t, \\ or \xHH after a backslash)";
  EXPECT_EQ(error_of(given(R"(a\d)", "x")), R"(settings.send: "\d)" + wanted);
  EXPECT_EQ(error_of(given("x", "a\\")), R"(settings.expect: "\)" + wanted);
  EXPECT_EQ(error_of(given(R"(\x4)", "x")), R"(settings.send: "\x4)" + wanted);
  EXPECT_EQ(error_of(given(R"(\x4g)", "x")), R"(settings.send: "\x4g)" + wanted);
  EXPECT_EQ(error_of(given(R"(\x-1)", "x")), R"(settings.send: "\x-1)" + wanted);
  EXPECT_EQ(error_of(given(R"(\x+1)", "x")), R"(settings.send: "\x+1)" + wanted);
  EXPECT_TRUE(error_of(given("x", "")).starts_with("settings.send: expected \"expect\" beside it"));
}

TEST(TcpCollector, TlsIsReadFromItsSettings) {
  Settings settings = given("", "");
  settings.set("tls", true);
  settings.set("insecure_skip_verify", true);
  const Dialog step = dialog(settings);
  EXPECT_TRUE(step.tls_from_start);
  EXPECT_FALSE(step.tls.verify);
  Settings plain = given("", "");
  plain.set("ca_file", std::string("/ca.pem"));
  EXPECT_EQ(error_of(plain), "settings.ca_file: has no effect without \"tls\": true");
}

TEST(TcpCollector, TheTextInAFailedDialogIsNoGoodAnswer) {
  DialogResult result;
  result.heard = {"", "+PONG\r\n"};
  result.failure = reasons::connection_closed;
  result.failure_detail = "connection closed";
  const Observation seen =
      find("tcp")->interpret(given("x", R"(+PONG\r\n)"), {result}, {}, WallTime{});
  EXPECT_EQ(seen.verdict, Verdict::bad);
  EXPECT_EQ(seen.reason.code, reasons::connection_closed);
}

}  // namespace
}  // namespace ght::collectors
