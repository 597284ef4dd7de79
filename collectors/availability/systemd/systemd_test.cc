#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/core/reasons.h"
#include "collectors/availability/systemd/units.h"
#include "collectors/registry.h"

namespace ght::collectors {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using Names = std::vector<std::string>;

const Collector& collector() {
  return *find("systemd");
}

struct Given {
  Names units = {};
  Names ignore = {};
  bool failed_units = false;
  std::int64_t max_restarts = 0;
};

Settings settings(const Given& given) {
  Settings made;
  made.set("units", given.units);
  if (!given.ignore.empty()) made.set("ignore", given.ignore);
  made.set("failed_units", given.failed_units);
  made.set("max_restarts", given.max_restarts);
  return made;
}

HelperResult said(std::string out) {
  HelperResult result;
  result.end = HelperEnd::exited;
  result.out = std::move(out);
  return result;
}

std::string block(const std::string& name, const std::string& active, int restarts) {
  return "Result=success\nNRestarts=" + std::to_string(restarts) + "\nId=" + name +
         "\nNames=" + name + " alias.service\nLoadState=loaded\nActiveState=" + active +
         "\nSubState=x\n";
}

std::string refused(const Given& given) {
  const Result<Plan> plan = collector().plan(settings(given), {}, {});
  return plan.ok() ? "" : plan.error().text();
}

Names arguments(const Plan& plan, std::size_t step) {
  return std::get<RunHelper>(plan.at(step)).arguments;
}

TEST(Systemd, AsksForAllNamesAtOnceAndForFailedUnitsBeside) {
  const Result<Plan> plan = collector().plan(
      settings({.units = {"a.service", "b.timer", "a.service"}, .failed_units = true}), {}, {});
  ASSERT_TRUE(plan.ok());
  ASSERT_EQ(plan.value().size(), 2U);
  EXPECT_EQ(std::get<RunHelper>(plan.value()[0]).program, "systemctl");
  EXPECT_EQ(arguments(plan.value(), 0).back(), "--state=failed");
  EXPECT_THAT(arguments(plan.value(), 1),
              ElementsAre("show", "--no-pager", "--all",
                          "--property=Id,Names,LoadState,ActiveState,SubState,Result,NRestarts",
                          "--", "a.service", "b.timer"));
}

TEST(Systemd, PatternsAreResolvedBeforeTheirUnitsAreAskedFor) {
  const Settings asked = settings({.units = {"a.service", "db@*.service"}});
  const Result<Plan> first = collector().plan(asked, {}, {});
  ASSERT_EQ(first.value().size(), 1U);
  EXPECT_EQ(arguments(first.value(), 0).front(), "list-units");
  EXPECT_EQ(arguments(first.value(), 0).back(), "db@*.service");
  // Mentioned, forbidden, and there already: none of these is a further unit.
  const HelperResult list = said(R"([{"unit":"db@1.service","load":"loaded"},)"
                                 R"({"unit":"db@2.service","load":"not-found"},)"
                                 R"({"unit":"db@3.service","load":"masked"},)"
                                 R"({"unit":"a.service","load":"loaded"}])");
  const Result<Plan> second = collector().plan(asked, {list}, {});
  ASSERT_EQ(second.value().size(), 1U);
  const Names names = arguments(second.value(), 0);
  EXPECT_THAT(Names(names.end() - 3, names.end()), ElementsAre("--", "a.service", "db@1.service"));
  EXPECT_THAT(collector().plan(asked, {list, said("")}, {}).value(), IsEmpty());
}

TEST(Systemd, RefusesWhatSystemctlWouldUnderstandOtherwise) {
  EXPECT_THAT(refused({.units = {"--version"}}), HasSubstr("settings.units: \"--version\""));
  EXPECT_THAT(refused({.units = {"a b.service"}}), HasSubstr("expected the name of a unit"));
  EXPECT_THAT(refused({.units = {"a.service;id"}}), HasSubstr("expected the name of a unit"));
  EXPECT_THAT(refused({.units = {""}}), HasSubstr("expected the name of a unit"));
  EXPECT_THAT(refused({.units = {"/srv"}}), HasSubstr("expected the name of a unit"));
  EXPECT_THAT(refused({.units = {"postgresql"}}), HasSubstr("such as postgresql.service"));
  EXPECT_THAT(refused({.units = {".service"}}), HasSubstr("expected a full name"));
  EXPECT_THAT(refused({.units = {std::string(248, 'a') + ".service"}}), HasSubstr("expected"));
  EXPECT_THAT(refused({}), HasSubstr("at least one unit"));
  EXPECT_THAT(refused({.units = {"a.service"}, .ignore = {"b.service"}}), HasSubstr("no effect"));
  EXPECT_THAT(refused({.ignore = {"-b"}, .failed_units = true}), HasSubstr("settings.ignore"));
  EXPECT_EQ(refused({.units = {R"(srv-d\x2di.mount)", "x@*"}}), "");
}

Observation looked(const Given& given, const std::string& out, const Memory& before = {}) {
  return collector().interpret(settings(given), {said(out)}, before, WallTime{});
}

TEST(Systemd, OnlyActiveAndReloadingAreUp) {
  const Given given{.units = {"a.service"}};
  for (const char* up : {"active", "reloading", "refreshing"}) {
    EXPECT_EQ(looked(given, block("a.service", up, 0)).verdict, Verdict::good) << up;
  }
  for (const char* down : {"inactive", "failed", "activating", "deactivating", "maintenance"}) {
    EXPECT_EQ(looked(given, block("a.service", down, 0)).verdict, Verdict::bad) << down;
  }
}

TEST(Systemd, RestartsAreCountedFromTheLastLook) {
  const Given none{.units = {"a.service"}}, two{.units = {"a.service"}, .max_restarts = 2};
  const Memory five{R"({"restarts":{"a.service":5}})"};
  const auto verdict = [&](const Given& given, int restarts, const Memory& before) {
    return looked(given, block("a.service", "active", restarts), before).verdict;
  };
  EXPECT_EQ(verdict(none, 9, {}), Verdict::good) << "before the first look nothing is known";
  EXPECT_EQ(verdict(none, 5, five), Verdict::good);
  EXPECT_EQ(verdict(none, 6, five), Verdict::bad);
  EXPECT_EQ(verdict(two, 7, five), Verdict::good);
  EXPECT_EQ(verdict(two, 8, five), Verdict::bad);
  EXPECT_EQ(verdict(none, 0, five), Verdict::good) << "started by hand: the count begins again";
  EXPECT_EQ(verdict(two, 3, five), Verdict::bad) << "and all of it is new";
}

TEST(Systemd, AnAliasIsShownUnderTheNameThatWasAskedFor) {
  const Observation alias = looked({.units = {"alias.service"}}, block("a.service", "active", 0));
  EXPECT_EQ(alias.verdict, Verdict::good);
  EXPECT_THAT(alias.samples.at(0).label_values, ElementsAre("alias.service"));
}

TEST(Systemd, AnswersThatDoNotFitTheQuestionAreUnknown) {
  const Given two{.units = {"a.service", "b.service"}};
  const std::string a = block("a.service", "active", 0), b = block("b.service", "active", 0);
  EXPECT_EQ(looked(two, a + "\n" + b).verdict, Verdict::good);
  for (const std::string& out :
       {a, b + "\n" + a, a + "\n" + b + "\n", a + "\n" + b + "\n" + b, std::string("\n\n")}) {
    const Observation observation = looked(two, out);
    EXPECT_EQ(observation.verdict, Verdict::unknown) << out;
    EXPECT_EQ(observation.reason.code, reasons::helper_output_unreadable);
    EXPECT_THAT(observation.samples, IsEmpty());
  }
}

TEST(Systemd, ManyUnitsAreNamedInPart) {
  Given given;
  std::string out;
  for (int i = 0; i < 8; ++i) {
    given.units.push_back("u" + std::to_string(i) + ".service");
    out += (i == 0 ? "" : "\n") + block(given.units.back(), "failed", 0);
  }
  EXPECT_THAT(std::get<std::string>(looked(given, out).reason.value), HasSubstr("u4.service"));
  EXPECT_THAT(std::get<std::string>(looked(given, out).reason.value), HasSubstr(", + 3"));
}

TEST(Systemd, PatternsMatchAsSystemdDoes) {
  EXPECT_TRUE(systemd::matches("db@*.service", "db@14-main.service"));
  EXPECT_TRUE(systemd::matches("db@[12].service", "db@2.service"));
  EXPECT_FALSE(systemd::matches("db?.service", "db.service"));
  EXPECT_TRUE(systemd::matches(R"(srv-d\x2di.*)", R"(srv-d\x2di.mount)"));
}

}  // namespace
}  // namespace ght::collectors
