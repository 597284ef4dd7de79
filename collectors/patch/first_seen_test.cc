#include "collectors/patch/first_seen.h"

#include <gtest/gtest.h>

#include "agent/core/limits.h"

namespace ght::collectors::patch {
namespace {

using std::chrono_literals::operator""s;

const WallTime day_one = WallTime(1795000000s);

TEST(FirstSeen, ComesBackAsItWasWritten) {
  const FirstSeen seen = {{"openssl:amd64", day_one}, {"zlib1g:i386", day_one + 5s}};
  EXPECT_EQ(read_first_seen(write_first_seen(seen)), seen);
}

TEST(FirstSeen, NothingPendingIsAnEmptyMemory) {
  EXPECT_EQ(write_first_seen({}).json, "");
}

TEST(FirstSeen, DamagedMemoryHoldsNothing) {
  for (const char* text : {"", "{", "[]", "{\"first_seen\":[]}", "{\"first_seen\":{\"a\":\"b\"}}",
                           "{\"first_seen\":{\"a\":-1}}", "{\"first_seen\":{\"a\":1e99}}",
                           "{\"first_seen\":{\"a\":18446744073709551615}}"}) {
    EXPECT_TRUE(read_first_seen({text}).empty()) << text;
  }
}

TEST(FirstSeen, NeverGrowsOverTheLimitAndKeepsTheOldest) {
  FirstSeen seen;
  for (int i = 0; i < 9000; ++i) {
    seen["package-with-a-name-" + std::to_string(i) + ":amd64"] =
        day_one + std::chrono::seconds(10000 - i);
  }
  const Memory memory = write_first_seen(seen);
  EXPECT_LE(memory.json.size(), limits::memory_bytes);
  EXPECT_GT(memory.json.size(), limits::memory_bytes / 2);
  const FirstSeen kept = read_first_seen(memory);
  EXPECT_TRUE(kept.contains("package-with-a-name-8999:amd64"));
  EXPECT_FALSE(kept.contains("package-with-a-name-0:amd64"));
}

}  // namespace
}  // namespace ght::collectors::patch
