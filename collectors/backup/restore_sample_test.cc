#include "collectors/backup/restore_sample.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace ght::collectors::backup {
namespace {

using Kind = ListedEntry::Kind;

ListedEntry file(const std::string& path, std::uint64_t size = 1, Kind kind = Kind::file) {
  return {.kind = kind, .file = {.path = path, .size = size}};
}

std::vector<std::string> paths(const RestoreSample& sample) {
  std::vector<std::string> all;
  for (const CopyFile& each : sample.files()) all.push_back(each.path);
  return all;
}

TEST(RestoreSample, TakesAllOfAFew) {
  RestoreSample sample(3, 100, 1);
  for (const char* path : {"b", "a", "c"}) sample.offer(file(path));
  EXPECT_THAT(paths(sample), testing::ElementsAre("a", "b", "c"));
}

TEST(RestoreSample, EachFileHasTheSameChance) {
  constexpr int files = 10;
  constexpr int draws = 20'000;
  std::map<std::string, int> drawn;
  for (int seed = 0; seed < draws; ++seed) {
    RestoreSample sample(3, 100, static_cast<std::uint64_t>(seed));
    for (int i = 0; i < files; ++i) sample.offer(file(std::to_string(i)));
    ASSERT_EQ(sample.files().size(), 3U);
    for (const std::string& path : paths(sample)) ++drawn[path];
  }
  // 6000 each; five times the standard deviation of 65.
  ASSERT_EQ(drawn.size(), std::size_t{files});
  for (const auto& [path, count] : drawn) EXPECT_NEAR(count, draws * 3 / files, 325) << path;
}

TEST(RestoreSample, CountsWhatItMayNotTake) {
  RestoreSample sample(10, 100, 1);
  sample.offer(file("limit", 100));
  sample.offer(file("large", 101));
  sample.offer(file("odd", 5, Kind::unnamable));
  sample.offer(file("lost", 5, Kind::damaged));
  sample.offer(file("folder", 5, Kind::other));
  EXPECT_THAT(paths(sample), testing::ElementsAre("limit"));
  EXPECT_EQ(sample.offered(), 4U);
  EXPECT_EQ(sample.too_large(), 1U);
  EXPECT_EQ(sample.damaged(), 1U);
}

TEST(RestoreSample, APathThatIsListedTwiceIsTakenOnce) {
  RestoreSample sample(10, 100, 1);
  for (const char* path : {"a", "b", "a"}) sample.offer(file(path));
  EXPECT_THAT(paths(sample), testing::ElementsAre("a", "b"));
}

TEST(Records, AreTheSameHoweverTheStreamIsCut) {
  const std::string stream = "one\ntwo\n\nthree\n";
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    Records records('\n');
    std::vector<std::string> seen;
    const auto keep = [&](std::string_view record) {
      seen.emplace_back(record);
      return true;
    };
    EXPECT_TRUE(records.take(std::string_view(stream).substr(0, cut), keep));
    EXPECT_TRUE(records.take(std::string_view(stream).substr(cut), keep));
    EXPECT_TRUE(records.whole());
    EXPECT_THAT(seen, testing::ElementsAre("one", "two", "", "three"));
  }
}

TEST(Records, WhatHasNoEndIsRefusedAndNotKept) {
  Records records('\n');
  const auto never = [](std::string_view) { return true; };
  EXPECT_TRUE(records.take("begun", never));
  EXPECT_FALSE(records.whole());
  EXPECT_FALSE(records.take(std::string(Records::most_bytes, 'x'), never));
  EXPECT_FALSE(Records('\n').take("a\nb\n", [](std::string_view each) { return each != "a"; }));
}

}  // namespace
}  // namespace ght::collectors::backup
