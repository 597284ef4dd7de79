// Every file in tests/invalid-config gives exactly the lines in the .expected file beside it.
// --update-golden rewrites those.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "agent/config/config.h"
#include "tests/support/fake_collector.h"
#include "tests/support/files.h"

namespace ght {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> cases(const std::string& extension) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(test::source("tests/invalid-config"))) {
    if (entry.path().extension() == extension) names.push_back(entry.path().stem().string());
  }
  std::ranges::sort(names);
  return names;
}

class InvalidConfig : public testing::TestWithParam<std::string> {};

TEST_P(InvalidConfig, IsToldInTheseLines) {
  const fs::path folder = test::source("tests/invalid-config");
  const std::string name = GetParam() + ".json";
  const ConfigOutcome outcome =
      parse_config(test::read_file(folder / name), name, "srv", test::fake_collectors);
  std::string lines;
  for (const ConfigProblem& problem : outcome.problems) lines += problem.text() + "\n";
  const fs::path expected = folder / (GetParam() + ".expected");
  if (std::getenv("GHT_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(expected, std::ios::binary) << lines;
  }
  EXPECT_EQ(lines, test::read_file(expected));
  EXPECT_FALSE(outcome.problems.empty());
  const bool refused =
      std::ranges::any_of(outcome.problems, [](const ConfigProblem& p) { return !p.warning; });
  EXPECT_EQ(outcome.get() == nullptr, refused);
}

INSTANTIATE_TEST_SUITE_P(Files, InvalidConfig, testing::ValuesIn(cases(".json")),
                         [](const auto& param) {
                           std::string name = param.param;
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

TEST(InvalidConfigFolder, HasAnExpectationForEachFileAndNoOther) {
  EXPECT_EQ(cases(".json"), cases(".expected"));
  EXPECT_GE(cases(".json").size(), 40U);
}

}  // namespace
}  // namespace ght
