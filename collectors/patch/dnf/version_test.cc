#include "collectors/patch/dnf/version.h"

#include <gtest/gtest.h>

#include <tuple>

namespace ght::collectors::dnf {
namespace {

// The answers of rpm 4.18: rpm --eval '%{lua:print(rpm.vercmp("1.0", "1.1"))}'.
TEST(DnfVersion, IsOrderedAsRpmOrders) {
  const std::tuple<const char*, const char*, int> cases[] = {
      {"1.0-1", "1.0-1", 0},
      {"1.0-1", "1.1-1", -1},
      {"1.10-1", "1.9-1", 1},
      {"1.0-9", "1.0-10", -1},
      {"2:1.0-1", "1:9.0-1", 1},
      {"0:1.0-1", "1.0-1", 0},
      {":1.0-1", "1.0-1", 0},
      {"1.0a-1", "1.0b-1", -1},
      {"1.a-1", "1.1-1", -1},
      {"1.0-1", "1.0.1-1", -1},
      {"1.0~rc1-1", "1.0-1", -1},
      {"1.0~rc1-1", "1.0~rc2-1", -1},
      {"1.0^git1-1", "1.0-1", 1},
      {"1.0^git1-1", "1.0.1-1", -1},
      {"1.0^a-1", "1.0^b-1", -1},
      {"1.0^-1", "1.0~-1", 1},
      {"1.001-1", "1.1-1", 0},
      {"1_0-1", "1.0-1", 0},
      {"1.0-1.el9", "1.0-1.el9_2", -1},
      {"20230101-1", "3-1", 1},
      {"a-1", "-1", 1},
      {"99999999999999999999-1", "9999999999999999999-1", 1},
      {"", "", 0},
      {"-", "1-1", -1}};
  for (const auto& [left, right, expected] : cases) {
    EXPECT_EQ(compare_evr(left, right), expected) << left << " " << right;
    EXPECT_EQ(compare_evr(right, left), -expected) << right << " " << left;
  }
}

TEST(DnfVersion, NevraIsReadFromItsEnd) {
  const auto nevra = read_nevra("java-17-openjdk-headless-1:17.0.9.0.9-2.el9.x86_64");
  ASSERT_TRUE(nevra);
  EXPECT_EQ(nevra->package, "java-17-openjdk-headless.x86_64");
  EXPECT_EQ(nevra->evr, "1:17.0.9.0.9-2.el9");
  const auto without_epoch = read_nevra("bash-5.2-1.fc42.noarch");
  ASSERT_TRUE(without_epoch);
  EXPECT_EQ(without_epoch->evr, "0:5.2-1.fc42");
  for (const char* wrong : {"", ".", "a", "a.b", "a-b.c", "-1-1.x86_64", "a-1-1.", "--.", "a--"}) {
    EXPECT_FALSE(read_nevra(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace ght::collectors::dnf
