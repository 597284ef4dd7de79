#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/core/reasons.h"
#include "collectors/availability/ntp/readings.h"
#include "collectors/registry.h"

namespace ght::collectors {
namespace {

using std::chrono_literals::operator""h;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""ns;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""us;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const WallTime updated = WallTime(1795000000s);

const Collector& collector() {
  return *find("ntp");
}

Settings settings(const std::string& source) {
  Settings made;
  made.set("source", source);
  made.set("max_offset", Duration(100ms));
  made.set("max_age", Duration(1h));
  return made;
}

HelperResult said(std::string out) {
  HelperResult result;
  result.end = HelperEnd::exited;
  result.out = std::move(out);
  return result;
}

std::string tracking(const std::string& behind, const std::string& leap = "Normal") {
  return "C0000207,192.0.2.7,4,1795000000.000000000," + behind +
         ",0.0,0.0,0.0,0.0,0.1,-0.002,0.003,64.0," + leap + "\n";
}

std::string kernel(const std::string& members, const std::string& chronyd = "false") {
  return R"({"format":1,"chronyd":)" + chronyd + R"(,"kernel":{)" + members + "}}\n";
}

Observation by_chrony(const std::string& out, WallTime now = updated) {
  return collector().interpret(settings("chrony"), {said(out)}, {}, now);
}

Observation by_kernel(const std::string& members) {
  return collector().interpret(settings("kernel"), {said(kernel(members))}, {}, updated);
}

std::vector<std::string> programs(const Settings& given, const Evidence& so_far) {
  std::vector<std::string> found;
  const Result<Plan> plan = collector().plan(given, so_far, {});
  EXPECT_TRUE(plan.ok());
  for (const Step& step : plan.value()) found.push_back(std::get<RunHelper>(step).program);
  return found;
}

TEST(Ntp, AsksOneSourceAndAutoLooksFirst) {
  EXPECT_THAT(programs(settings("chrony"), {}), ElementsAre("chronyc"));
  EXPECT_THAT(programs(settings("kernel"), {}), ElementsAre("ght-clock-state"));
  EXPECT_THAT(programs(settings("auto"), {}), ElementsAre("ght-clock-state"));
  const std::string refused = R"("error":"adjtimex: Operation not permitted")";
  EXPECT_THAT(programs(settings("auto"), {said(kernel(refused, "true"))}), ElementsAre("chronyc"));
  EXPECT_THAT(programs(settings("auto"), {said(kernel(refused))}), IsEmpty());
  EXPECT_THAT(programs(settings("auto"), {HelperResult{}}), IsEmpty());
  EXPECT_THAT(programs(settings("kernel"), {said(kernel(refused, "true"))}), IsEmpty());
}

TEST(Ntp, TheAgeOfTheLastUpdateIsJudgedToTheMillisecond) {
  EXPECT_EQ(by_chrony(tracking("0.0"), updated + 1h).verdict, Verdict::good);
  const Observation old = by_chrony(tracking("0.0"), updated + 1h + 1ms);
  EXPECT_EQ(old.verdict, Verdict::bad);
  EXPECT_EQ(old.reason.code, "ntp_update_too_old");
  EXPECT_EQ(by_chrony(tracking("0.0"), updated - 5s).verdict, Verdict::good);
  EXPECT_EQ(by_chrony(tracking("0.0"), updated - 5s - 1ms).verdict, Verdict::unknown);
}

TEST(Ntp, FastAndSlowAreAlikeButForTheSign) {
  for (const auto& [behind, verdict, offset] : {std::tuple("0.100000000", Verdict::good, -0.1),
                                                {"-0.100000000", Verdict::good, 0.1},
                                                {"0.100000001", Verdict::bad, -0.100000001},
                                                {"-0.100000001", Verdict::bad, 0.100000001}}) {
    const Observation observation = by_chrony(tracking(behind));
    EXPECT_EQ(observation.verdict, verdict) << behind;
    EXPECT_DOUBLE_EQ(observation.samples.at(0).value, offset);
    EXPECT_DOUBLE_EQ(observation.samples.at(1).value, 0.001 + 0.003) << "half the root delay";
  }
}

TEST(Ntp, ALeapSecondToComeIsNoFault) {
  EXPECT_EQ(by_chrony(tracking("0.0", "Insert second")).verdict, Verdict::good);
  EXPECT_EQ(by_chrony(tracking("0.0", "Delete second")).verdict, Verdict::good);
  EXPECT_EQ(by_chrony(tracking("0.0", "Not synchronised")).verdict, Verdict::bad);
}

TEST(Ntp, OtherAnswersOfChronycAreUnknown) {
  for (const std::string& out :
       {std::string(), tracking("0.0", "Perhaps"), tracking("nan"), tracking("inf"),
        tracking("1e300"), tracking(""), tracking("0.0") + tracking("0.0"), tracking("0.0,0.0"),
        std::string("\n"), std::string(",,,,,,,,,,,,,Normal\n")}) {
    const Observation observation = by_chrony(out);
    EXPECT_EQ(observation.verdict, Verdict::unknown) << out;
    EXPECT_EQ(observation.reason.code, reasons::helper_output_unreadable) << out;
    EXPECT_THAT(observation.samples, IsEmpty());
  }
}

TEST(Ntp, ChronycSaysOnStandardOutputWhyItFailed) {
  HelperResult failed = said("506 Cannot talk to daemon\n");
  failed.code = 1;
  const Observation observation = collector().interpret(settings("chrony"), {failed}, {}, updated);
  EXPECT_EQ(observation.verdict, Verdict::unknown);
  EXPECT_THAT(std::get<std::string>(observation.reason.value), HasSubstr("506 Cannot talk"));
}

TEST(Ntp, TheKernelsBoundShowsTheAge) {
  const std::string head = R"("synchronised":true,"offset_ns":0,"max_error_us":)";
  EXPECT_EQ(by_kernel(head + "1800000").verdict, Verdict::good);
  const Observation late = by_kernel(head + "1800001");
  EXPECT_EQ(late.verdict, Verdict::unknown);
  EXPECT_EQ(late.reason.code, "ntp_update_not_shown");
}

TEST(Ntp, TheKernelsOffsetCountsBothWays) {
  const auto verdict = [](const std::string& nanoseconds) {
    return by_kernel(R"("synchronised":true,"max_error_us":0,"offset_ns":)" + nanoseconds).verdict;
  };
  EXPECT_EQ(verdict("100000000"), Verdict::good);
  EXPECT_EQ(verdict("100000001"), Verdict::bad);
  EXPECT_EQ(verdict("-100000001"), Verdict::bad);
  EXPECT_EQ(verdict("9223372036854775807"), Verdict::unknown);
  EXPECT_EQ(verdict("-9223372036854775808"), Verdict::unknown);
}

TEST(Ntp, AKernelThatSaysNothingIsUnknownInItsWords) {
  const Observation silent = by_kernel(R"("error":"adjtimex: Operation not permitted")");
  EXPECT_EQ(silent.verdict, Verdict::unknown);
  EXPECT_EQ(silent.reason.code, "ntp_kernel_silent");
  EXPECT_EQ(by_kernel(R"("error":"")").reason.code, reasons::helper_output_unreadable);
}

}  // namespace
}  // namespace ght::collectors
