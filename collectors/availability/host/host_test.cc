#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "agent/core/reasons.h"
#include "collectors/availability/host/threshold.h"
#include "collectors/registry.h"

namespace ght::collectors {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using Texts = std::vector<std::string>;
using TextMap = std::map<std::string, std::string>;

const Collector& collector() {
  return *find("host");
}

Settings settings() {
  Settings made;
  made.set("min_free", std::string("10%"));
  made.set("min_inodes_free", std::string("5%"));
  return made;
}

template <class T>
Settings with(const char* key, T value) {
  Settings made = settings();
  made.set(key, std::move(value));
  return made;
}

struct Said {
  std::string path = "/srv";
  std::string state = "known";
  std::string read_only = R"("mount_read_only":false,"system_read_only":false)";
  std::string fstab = "unknown";
  unsigned size = 1000, free = 600, available = 500, inodes = 100, free_inodes = 50;
};

std::string mount(const Said& said) {
  const auto number = [](const char* key, unsigned value) {
    return ",\"" + std::string(key) + "\":" + std::to_string(value);
  };
  return "{\"path\":\"" + said.path + "\",\"type\":\"ext4\",\"state\":\"" + said.state + "\"," +
         said.read_only + ",\"fstab\":\"" + said.fstab + "\",\"error\":\"gone\"" +
         number("size", said.size) + number("free", said.free) +
         number("available", said.available) + number("inodes", said.inodes) +
         number("free_inodes", said.free_inodes) + "}";
}

std::string answer(const std::string& mounts) {
  return R"({"format":1,"load":6.0,"processors":4,"memory":1000,"memory_available":250,)"
         R"("booted":1795000000,"mounts":[)" +
         mounts + "]}\n";
}

Observation looked(const Settings& given, const std::string& out) {
  HelperResult result;
  result.end = HelperEnd::exited;
  result.out = out;
  return collector().interpret(given, {result}, {}, WallTime{});
}

Observation looked(const Said& said) {
  return looked(settings(), answer(mount(said)));
}

std::string refused(const Settings& given) {
  const Result<Plan> plan = collector().plan(given, {}, {});
  return plan.ok() ? "" : plan.error().text();
}

std::string words(const Observation& observation) {
  return std::get<std::string>(observation.reason.value);
}

TEST(Host, NamesMountsOrPatternsToItsHelper) {
  const Result<Plan> named = collector().plan(with("mounts", Texts{"/", "/srv"}), {}, {});
  EXPECT_THAT(std::get<RunHelper>(named.value().at(0)).arguments,
              ElementsAre("--mount", "/", "--mount", "/srv"));
  const Result<Plan> local = collector().plan(with("ignore", Texts{"/media/*"}), {}, {});
  EXPECT_THAT(std::get<RunHelper>(local.value().at(0)).arguments,
              ElementsAre("--ignore", "/media/*"));
  EXPECT_THAT(collector().plan(settings(), {HelperResult{}}, {}).value(), IsEmpty());
}

TEST(Host, RefusesSettingsThatMeanNothing) {
  for (const char* path : {"srv", "/srv/", "--mount", ""}) {
    EXPECT_THAT(refused(with("mounts", Texts{path})), HasSubstr("settings.mounts")) << path;
  }
  EXPECT_THAT(refused(with("mounts", Texts{"/srv", "/srv"})), HasSubstr("once"));
  for (const char* text : {"", "10", "10 %", "101%", "-1%", "10PB", "1e3%", "nan%", "10%%"}) {
    EXPECT_THAT(refused(with("min_free", std::string(text))), HasSubstr("10% or 500GB")) << text;
  }
  EXPECT_THAT(refused(with("min_inodes_free", std::string("5GB"))), HasSubstr("5% or 10000"));
  EXPECT_THAT(refused(with("min_free_of", TextMap{{"/srv", "x"}})),
              HasSubstr("settings.min_free_of./srv"));
  EXPECT_THAT(refused(with("min_free_of", TextMap{{"srv", "1%"}})), HasSubstr("a mount point"));
  Settings both = with("mounts", Texts{"/"});
  both.set("ignore", Texts{"/media/*"});
  EXPECT_THAT(refused(both), HasSubstr("no effect"));
  Settings elsewhere = with("mounts", Texts{"/"});
  elsewhere.set("min_free_of", TextMap{{"/srv", "1%"}});
  EXPECT_THAT(refused(elsewhere), HasSubstr("\"/srv\": expected a mount point to watch"));
  EXPECT_EQ(refused(settings()), "");
}

TEST(Host, UnitsAreWhatTheySay) {
  const auto bytes = [](const char* text) {
    return host::parse_threshold(text, host::Amount::bytes).value().value;
  };
  EXPECT_EQ(bytes("1.5kB"), 1500);
  EXPECT_EQ(bytes("2GiB"), 2147483648);
  EXPECT_EQ(bytes("500GB"), 500e9);
  EXPECT_EQ(bytes("0.5%"), 0.5);
  const auto most = host::parse_threshold("100%", host::Amount::bytes).value();
  EXPECT_FALSE(host::falls_short(most, 10, 10));
  EXPECT_TRUE(host::falls_short(most, 9, 10));
  EXPECT_TRUE(host::falls_short(host::parse_threshold("11B", host::Amount::bytes).value(), 10, 99));
}

// As df: 400 used and 500 left for others make 900, of which 10 % are 90.
TEST(Host, FreeSpaceIsThatOfOthersThanRoot) {
  EXPECT_EQ(looked({.free = 600, .available = 500}).verdict, Verdict::good);
  EXPECT_EQ(looked({.free = 144, .available = 96}).verdict, Verdict::good);
  EXPECT_EQ(looked({.free = 144, .available = 95}).verdict, Verdict::bad);
  EXPECT_EQ(looked({.free = 144, .available = 0}).reason.code, "host_space_short");
  EXPECT_EQ(looked({.free = 1000, .available = 0}).verdict, Verdict::bad) << "all of it for root";
}

TEST(Host, OneMountMayHaveItsOwnLimit) {
  const std::string two = answer(mount({.path = "/"}) + "," + mount({.path = "/srv"}));
  const Observation own = looked(with("min_free_of", TextMap{{"/srv", "501B"}}), two);
  EXPECT_EQ(own.verdict, Verdict::bad);
  EXPECT_EQ(words(own), "/srv 55.6% < 501B");
  EXPECT_EQ(looked(with("min_free_of", TextMap{{"/srv", "500B"}}), two).verdict, Verdict::good);
  const Observation typo = looked(with("min_free_of", TextMap{{"/svr", "1B"}}), two);
  EXPECT_EQ(typo.verdict, Verdict::unknown);
  EXPECT_THAT(words(typo), HasSubstr("/svr"));
}

TEST(Host, InodesAreJudgedWhereThereIsALimit) {
  EXPECT_EQ(looked({.free_inodes = 5}).verdict, Verdict::good);
  EXPECT_EQ(looked({.free_inodes = 4}).reason.code, "host_inodes_short");
  EXPECT_EQ(looked({.inodes = 0, .free_inodes = 0}).verdict, Verdict::good);
}

TEST(Host, ReadOnlyIsBadWhereNobodyWantedIt) {
  const auto code = [](bool mounted_so, bool below, const char* fstab) {
    Said said{.fstab = fstab};
    said.read_only = std::string("\"mount_read_only\":") + (mounted_so ? "true" : "false") +
                     ",\"system_read_only\":" + (below ? "true" : "false");
    return looked(said).reason.code;
  };
  EXPECT_EQ(code(false, false, "writable"), "host_well");
  EXPECT_EQ(code(false, false, "read_only"), "host_well");
  EXPECT_EQ(code(false, true, "unknown"), "host_read_only") << "errors=remount-ro";
  EXPECT_EQ(code(true, true, "unknown"), "host_well") << "mounted so";
  EXPECT_EQ(code(true, true, "writable"), "host_read_only");
  EXPECT_EQ(code(true, false, "writable"), "host_read_only");
  EXPECT_EQ(code(true, true, "read_only"), "host_well");
}

TEST(Host, AnImageIsFullByDesign) {
  Said image{.fstab = "read_only", .free = 0, .available = 0, .free_inodes = 0};
  image.read_only = R"("mount_read_only":true,"system_read_only":true)";
  EXPECT_EQ(looked(image).verdict, Verdict::good);
}

TEST(Host, AHungMountHidesNeitherGoodNorBad) {
  const std::string hung = mount({.path = "/nas", .state = "hung"});
  const Observation one = looked(settings(), answer(hung + "," + mount({})));
  EXPECT_EQ(one.verdict, Verdict::unknown);
  EXPECT_EQ(words(one), "/nas");
  int shown = 0;
  for (const Sample& sample : one.samples) shown += sample.label_values == Texts{"/nas"} ? 1 : 0;
  EXPECT_EQ(shown, 1) << "that it does not answer, and nothing else";
  const std::string full = mount({.path = "/full", .free = 1, .available = 0});
  const Observation bad = looked(settings(), answer(hung + "," + full));
  EXPECT_EQ(bad.verdict, Verdict::bad);
  EXPECT_THAT(words(bad), HasSubstr("/full"));
}

TEST(Host, AMountThatWasNamedAndIsMissingInTheAnswerIsUnknown) {
  const Observation missing = looked(with("mounts", Texts{"/srv", "/nas"}), answer(mount({})));
  EXPECT_EQ(missing.verdict, Verdict::unknown);
  EXPECT_EQ(missing.reason.code, reasons::helper_output_unreadable);
  EXPECT_EQ(looked({.state = "not_mounted"}).verdict, Verdict::bad);
}

TEST(Host, MemoryAndLoadAreJudgedWhenAsked) {
  const std::string out = answer(mount({}));
  EXPECT_EQ(looked(with("min_memory_available", std::string("25%")), out).verdict, Verdict::good);
  EXPECT_EQ(looked(with("min_memory_available", std::string("251B")), out).verdict, Verdict::bad);
  EXPECT_EQ(looked(with("max_load_per_cpu", 1.5), out).verdict, Verdict::good);
  EXPECT_EQ(looked(with("max_load_per_cpu", 1.4), out).verdict, Verdict::bad);
}

TEST(Host, ImpossibleAnswersAreUnknown) {
  for (const std::string& out :
       {answer(mount({.free = 1001})), answer(mount({.available = 601})),
        answer(mount({.free_inodes = 101})), answer(mount({.size = 0, .free = 0, .available = 0})),
        answer(mount({.path = "srv"})), answer(mount({.state = "asleep"})),
        answer(mount({.fstab = "perhaps"})), answer(mount({}) + "," + mount({})), std::string("{}"),
        std::string("[]"), std::string()}) {
    const Observation observation = looked(settings(), out);
    EXPECT_EQ(observation.verdict, Verdict::unknown) << out;
    EXPECT_EQ(observation.reason.code, reasons::helper_output_unreadable) << out;
    EXPECT_THAT(observation.samples, IsEmpty());
  }
  EXPECT_EQ(looked(settings(), answer("")).reason.code, "host_nothing_to_watch");
  EXPECT_THAT(looked(settings(), answer("")).samples, Not(IsEmpty()))
      << "load is known all the same";
}

}  // namespace
}  // namespace ght::collectors
