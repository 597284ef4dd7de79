#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/core/collector.h"
#include "agent/core/reasons.h"
#include "collectors/patch/reboot/judge.h"
#include "collectors/registry.h"

namespace ght::collectors {
namespace {

using std::chrono_literals::operator""h;
using std::chrono_literals::operator""s;
using testing::HasSubstr;

const WallTime now = WallTime(1795000000s);

constexpr std::string_view whole =
    R"answer({"format":2,"boot":{"id":"this-boot","time":1794000000,"uptime":1000000},
  "kernel":{"release":"6.1.0-37-amd64","version":"#1 SMP Debian 6.1.140-1 (2025-05-22)"},
  "flags":[{"file":"/run/reboot-required","since":1794990000,"packages":["dbus"]}],
  "installed":[{"release":"6.1.0-37-amd64","since":1793000000,"changed":null,
    "package":"6.1.140-1"}],"rpm":null,
  "microcode":{"problem":null,"processors":[
    {"kind":"06-8f-08","running":7,"installed":7,"since":1793000000,"loads_for_sure":true}]},
  "processes":{"read":100,"not_read":0,"hidden":false},
  "units":[{"kind":"service","name":"a.service","processes":1,"started":5,"file":"/bin/a"}]})answer";

constexpr std::string_view core =
    "glibc 1793000000\nglibc 1793000000\nsystemd 1793000000\n"
    "package dbus is not installed\npackage dbus-broker is not installed\n"
    "package dbus-daemon is not installed\nopenssl-libs 1793000000\n"
    "package dbus-1 is not installed\npackage linux-firmware is not installed\n"
    "package microcode_ctl is not installed\n";

const Collector& reboot_check() {
  return *find("reboot");
}

Settings settings() {
  Settings settings;
  settings.set("max_reboot_age", Duration(24h * 14));
  return settings;
}

HelperResult exited(std::string_view out, int code = 0) {
  HelperResult result;
  result.end = HelperEnd::exited;
  result.code = code;
  result.out = out;
  return result;
}

Observation interpreted(const Evidence& evidence, const Memory& before = {}) {
  return reboot_check().interpret(settings(), evidence, before, now);
}

std::string replaced(std::string_view from, std::string_view to) {
  std::string text(whole);
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string of_rpm_system() {
  return replaced("\"rpm\":null", "\"rpm\":\"/var/lib/rpm\"");
}

TEST(RebootCheck, AsksItsHelperAndRpmOnlyWherePackagesAreRpms) {
  const Result<Plan> first = reboot_check().plan(settings(), {}, {});
  ASSERT_EQ(first.value().size(), 1U);
  EXPECT_EQ(std::get<RunHelper>(first.value()[0]).program, "ght-reboot-state");
  EXPECT_THAT(std::get<RunHelper>(first.value()[0]).arguments, testing::IsEmpty());
  const auto next = [](const Evidence& so_far) {
    return reboot_check().plan(settings(), so_far, {}).value();
  };
  EXPECT_THAT(next({exited(whole)}), testing::IsEmpty());
  EXPECT_THAT(next({exited(of_rpm_system(), 1)}), testing::IsEmpty());
  EXPECT_THAT(next({exited(of_rpm_system()), exited(core, 6)}), testing::IsEmpty());
  const Plan second = next({exited(of_rpm_system())});
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(std::get<RunHelper>(second[0]).program, "rpm");
  EXPECT_EQ(std::get<RunHelper>(second[0]).arguments.at(0), "-q");
  EXPECT_EQ(std::get<RunHelper>(second[0]).arguments.at(3), "glibc");
}

TEST(RebootCheck, AnotherRootIsNamedToBothPrograms) {
  Settings other = settings();
  other.set("root", std::string("/host"));
  const Plan first = reboot_check().plan(other, {}, {}).value();
  EXPECT_THAT(std::get<RunHelper>(first[0]).arguments, testing::ElementsAre("--root", "/host"));
  const Plan second = reboot_check().plan(other, {exited(of_rpm_system())}, {}).value();
  EXPECT_EQ(std::get<RunHelper>(second[0]).arguments.at(3), "--dbpath");
  EXPECT_EQ(std::get<RunHelper>(second[0]).arguments.at(4), "/var/lib/rpm");
}

TEST(RebootCheck, AnAnswerThatIsNotUnderstoodIsUnknownAndSaysWhere) {
  const std::pair<std::string, std::string> cases[] = {
      {"", "not a JSON document"},
      {"[]", "/format: expected a whole number"},
      {replaced("\"format\":2", "\"format\":1"), "/format: expected 2"},
      {replaced("this-boot", ""), "/boot/id: expected a text that is not empty"},
      {replaced("this-boot", std::string(65, 'b')), "/boot/id: expected a text of at most 64"},
      {replaced("\"uptime\":1000000", "\"uptime\":-1"), "/boot/uptime: expected a whole number"},
      {replaced("\"uptime\":1000000", "\"uptime\":99999999999"), "/boot/uptime: expected a whole"},
      {replaced("\"kernel\":{", "\"kernels\":{"), "/kernel: expected an object"},
      {replaced("\"flags\":[{", "\"flags\":[3,{"), "/flags/0/file: expected a text"},
      {replaced("[\"dbus\"]", "[7]"), "/flags/0/packages: expected an array of texts"},
      {replaced("1793000000", "\"today\""), "/installed/0/since: expected a whole number"},
      {replaced("\"changed\":null,", ""), "/installed/0/changed: expected a whole number"},
      {replaced("\"rpm\":null,", ""), "/rpm: expected a text"},
      {replaced("\"read\":100", "\"read\":0"), "/processes/read: expected at least one"},
      {replaced("\"hidden\":false", "\"hidden\":0"), "/processes/hidden: expected true or false"},
      {replaced("\"running\":7", "\"running\":4294967296"),
       "/microcode/processors/0/running: expected a whole number of at most 4294967295"},
      {replaced("\"problem\":null,", ""), "/microcode/problem: expected a text"},
      {replaced("\"kind\":\"service\"", "\"kind\":\"vm\""), "/units/0/kind: expected service"},
  };
  for (const auto& [out, where] : cases) {
    const Observation observation = interpreted({exited(out)});
    EXPECT_EQ(observation.verdict, Verdict::unknown) << out;
    EXPECT_EQ(observation.reason.code, reasons::helper_output_unreadable) << out;
    EXPECT_THAT(std::get<std::string>(observation.reason.value), HasSubstr(where));
    EXPECT_THAT(observation.samples, testing::IsEmpty());
  }
}

TEST(RebootCheck, EveryCutAnswerIsUnknown) {
  ASSERT_EQ(interpreted({exited(whole)}).verdict, Verdict::good);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_EQ(interpreted({exited(whole.substr(0, length))}).verdict, Verdict::unknown) << length;
  }
}

TEST(RebootCheck, RpmsAnswerIsWholeOrADoubt) {
  const std::string answer = of_rpm_system();
  ASSERT_EQ(interpreted({exited(answer), exited(core, 6)}).verdict, Verdict::good);
  for (std::size_t length = 0; length < core.size(); ++length) {
    const HelperResult cut = exited(core.substr(0, length), 6);
    EXPECT_EQ(interpreted({exited(answer), cut}).verdict, Verdict::unknown) << length;
  }
  const std::string without_glibc =
      "package glibc is not installed\n" + std::string(core.substr(core.find("systemd")));
  const std::pair<HelperResult, std::string> cases[] = {
      {exited(core, 5), "expected exit status 6"},
      {exited(core, 0), "expected exit status 6"},
      {exited(without_glibc, 7), "expected glibc"},
      {exited(std::string(core) + "more\n", 6), "expected no line after"},
      {exited("glibc tomorrow\n", 6), "expected a line about the package glibc"},
      {exited("glibc -1\n", 6), "expected a line about the package glibc"},
  };
  for (const auto& [result, words] : cases) {
    const Observation observation = interpreted({exited(answer), result});
    EXPECT_EQ(observation.verdict, Verdict::unknown);
    EXPECT_THAT(std::get<std::string>(observation.reason.value), HasSubstr(words));
  }
  EXPECT_EQ(interpreted({exited(answer)}).verdict, Verdict::unknown) << "rpm was never asked";
}

TEST(RebootCheck, AFailedHelperIsUnknownInItsOwnWordsAndForgetsNothing) {
  HelperResult failed = exited(whole, 1);
  failed.err = "/boot: cannot be read: Permission denied\n";
  const Memory before{.json = R"({"boot":"this-boot","required_since":1793000000,"units":{}})"};
  const Observation observation = interpreted({failed}, before);
  EXPECT_EQ(observation.verdict, Verdict::unknown);
  EXPECT_EQ(observation.reason.code, reasons::helper_failed);
  EXPECT_THAT(std::get<std::string>(observation.reason.value), HasSubstr("Permission denied"));
  EXPECT_THAT(observation.samples, testing::IsEmpty());
  EXPECT_EQ(observation.memory, before);
}

}  // namespace
}  // namespace ght::collectors
