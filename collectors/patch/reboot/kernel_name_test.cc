#include "collectors/patch/reboot/kernel_name.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace ght::collectors::reboot {
namespace {

struct Parts {
  std::string_view release;
  std::string_view version;
  std::string_view flavour;
};

TEST(KernelName, IsAVersionAndAFlavour) {
  const Parts cases[] = {
      {"6.1.0-37-amd64", "6.1.0-37", "amd64"},
      {"6.1.0-37-cloud-amd64", "6.1.0-37", "cloud-amd64"},
      {"6.12.9+bpo-amd64", "6.12.9+bpo", "amd64"},
      {"6.1.0-0.deb11.21-rt-amd64", "6.1.0-0.deb11.21", "rt-amd64"},
      {"5.15.0-119-generic", "5.15.0-119", "generic"},
      {"6.8.12-4-pve", "6.8.12-4", "pve"},
      {"5.14.21-150500.55.68-default", "5.14.21-150500.55.68", "default"},
      {"5.14.0-503.el9.x86_64", "5.14.0-503.el9", "x86_64"},
      {"5.14.0-503.el9.x86_64+debug", "5.14.0-503.el9", "x86_64+debug"},
      {"5.14.0-503.el9.aarch64+64k", "5.14.0-503.el9", "aarch64+64k"},
      {"5.15.0-300.163.18.el9uek.x86_64", "5.15.0-300.163.18.el9", "uek.x86_64"},
      {"6.6.30", "6.6.30", ""},
      {"6.6.30-", "6.6.30", ""},
  };
  for (const auto& [release, version, flavour] : cases) {
    const auto name = parse_kernel(release);
    ASSERT_TRUE(name) << release;
    EXPECT_EQ(name->version, version) << release;
    EXPECT_EQ(name->flavour, flavour) << release;
  }
}

TEST(KernelName, ALeftoverOfAnInstallationIsNotTheSameFlavour) {
  for (const char* release : {"6.1.0-37-amd64.dpkg-new", "6.1.0-37-amd64.old"}) {
    EXPECT_NE(parse_kernel(release)->flavour, "amd64") << release;
  }
  EXPECT_NE(parse_kernel("5.14.0-503.el9.x86_64.bak")->flavour, "x86_64");
}

TEST(KernelName, RescueKernelsAndOthersAreNone) {
  for (const char* release : {"0-rescue-2f1bd6a4f4b64e0c9b1c3c7fce1f3f2b", "", "-", "linux", "6",
                              "6.", "6.x", ".6", "amd64-6.1.0"}) {
    EXPECT_FALSE(parse_kernel(release)) << release;
  }
}

TEST(KernelName, OnlyRpmNamesNameTheirBuild) {
  EXPECT_TRUE(parse_kernel("5.14.0-503.el9.x86_64")->names_its_build);
  EXPECT_FALSE(parse_kernel("6.1.0-37-amd64")->names_its_build);
}

TEST(KernelName, VersionsAreOrdered) {
  const std::vector<std::vector<std::string_view>> ascending = {
      {"5.10.0-9", "5.10.0-10", "5.10.0-33", "6.1.0-0.deb11.21", "6.1.0-0.deb11.22", "6.1.0-37",
       "6.12.9+bpo", "6.12.12+bpo", "6.12.38+deb13", "6.12.38+deb13.1"},
      {"5.14.0-70.el9", "5.14.0-427.13.1.el9_4", "5.14.0-503.el9", "5.14.0-503.11.1.el9_5",
       "5.14.0-503.14.1.el9_5"},
      {"6.1~rc6", "6.1~rc7", "6.1", "6.1.1"},
      {"5.14.21-150500.55.59", "5.14.21-150500.55.68"},
  };
  for (const auto& row : ascending) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      for (std::size_t j = 0; j < row.size(); ++j) {
        EXPECT_EQ(compare_versions(row[i], row[j]) < 0, i < j) << row[i] << " " << row[j];
        EXPECT_EQ(compare_versions(row[i], row[j]) == 0, i == j) << row[i] << " " << row[j];
      }
    }
  }
  EXPECT_TRUE(compare_versions("6.01", "6.1") == 0);
  EXPECT_TRUE(compare_versions("", "") == 0);
}

TEST(KernelName, BuildsAreComparedByWhatTheKernelSaysOfItself) {
  constexpr std::string_view debian = "#1 SMP PREEMPT_DYNAMIC Debian 6.1.140-1 (2025-05-22)";
  EXPECT_EQ(compare_builds(debian, "6.1.140-1"), Build::same);
  EXPECT_EQ(compare_builds(debian, "6.1.153-1"), Build::differs);
  constexpr std::string_view ubuntu = "#129~20.04.1-Ubuntu SMP Wed Aug 7 13:07:13 UTC 2024";
  EXPECT_EQ(compare_builds(ubuntu, "5.15.0-119.129~20.04.1"), Build::same);
  EXPECT_EQ(compare_builds(ubuntu, "5.15.0-119.129~20.04.1+1"), Build::same);
  EXPECT_EQ(compare_builds(ubuntu, "5.15.0-119.130~20.04.1"), Build::differs);
}

TEST(KernelName, ABuildThatNobodyTellsIsNotKnown) {
  EXPECT_EQ(compare_builds("#1 SMP Debian 6.1.140-1 (2025-05-22)", ""), Build::not_known);
  for (const char* text : {"", "#1 SMP PREEMPT_DYNAMIC PMX 6.8.12-4 (2024-11-06T15:04Z)", "#",
                           "#1 SMP for-Ubuntu", "#1 SMP Debian 6.1.140-1", "#-Ubuntu"}) {
    EXPECT_EQ(compare_builds(text, "6.1.140-1"), Build::not_known) << text;
  }
  EXPECT_EQ(compare_builds("#129-Ubuntu SMP", "6.1.140"), Build::not_known);
}

}  // namespace
}  // namespace ght::collectors::reboot
