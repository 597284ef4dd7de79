#include "collectors/patch/names.h"

#include <gtest/gtest.h>

namespace ght::collectors::patch {
namespace {

TEST(PatchNames, ThreeAreNamedAndMoreAreSaid) {
  EXPECT_EQ(first_of({}), "");
  EXPECT_EQ(first_of({"a", "b", "c"}), "a, b, c");
  EXPECT_EQ(first_of({"a", "b", "c", "d"}), "a, b, c, …");
  EXPECT_EQ(counted({"a", "b", "c", "d"}), "4 (a, b, c, …)");
}

}  // namespace
}  // namespace ght::collectors::patch
