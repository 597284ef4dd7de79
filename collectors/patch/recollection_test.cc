#include "collectors/patch/recollection.h"

#include <gtest/gtest.h>

#include "agent/core/limits.h"

namespace ght::collectors::patch {
namespace {

using std::chrono_literals::operator""s;

const WallTime day_one = WallTime(1795000000s);

TEST(PatchRecollection, ComesBackAsItWasWritten) {
  const Recollection written = {
      .first_seen = {{"openssl:amd64", day_one}, {"zlib1g:i386", day_one + 5s}},
      .unfinished_since = day_one + 7s,
      .idle_since = day_one + 9s};
  const Recollection read = recall(remember(written));
  EXPECT_EQ(read.first_seen, written.first_seen);
  EXPECT_EQ(read.unfinished_since, written.unfinished_since);
  EXPECT_EQ(read.idle_since, written.idle_since);
}

TEST(PatchRecollection, NothingToRememberIsAnEmptyMemory) {
  EXPECT_EQ(remember({}).json, "");
}

TEST(PatchRecollection, DamagedMemoryHoldsNothing) {
  for (const char* text : {"", "{", "[]", "{\"first_seen\":[]}", "{\"first_seen\":{\"a\":\"b\"}}",
                           "{\"first_seen\":{\"a\":-1}}", "{\"first_seen\":{\"a\":1e99}}",
                           "{\"first_seen\":{\"a\":18446744073709551615}}",
                           "{\"unfinished_since\":\"yesterday\",\"idle_since\":-1}"}) {
    EXPECT_EQ(remember(recall({text})).json, "") << text;
  }
}

TEST(PatchRecollection, NeverGrowsOverTheLimitAndKeepsTheOldest) {
  Recollection recollection = {.unfinished_since = day_one, .idle_since = day_one};
  FirstSeen& seen = recollection.first_seen;
  for (int i = 0; i < 9000; ++i) {
    seen["package-with-a-name-" + std::to_string(i) + ":amd64"] =
        day_one + std::chrono::seconds(10000 - i);
  }
  const Memory memory = remember(recollection);
  EXPECT_LE(memory.json.size(), limits::memory_bytes);
  EXPECT_GT(memory.json.size(), limits::memory_bytes / 2);
  const FirstSeen kept = recall(memory).first_seen;
  EXPECT_TRUE(kept.contains("package-with-a-name-8999:amd64"));
  EXPECT_FALSE(kept.contains("package-with-a-name-0:amd64"));
}

}  // namespace
}  // namespace ght::collectors::patch
