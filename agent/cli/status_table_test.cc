#include "agent/cli/status_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/support/files.h"

namespace ght::cli {
namespace {

nlohmann::json golden() {
  return nlohmann::json::parse(test::read_file(test::source("tests/golden/status.json")));
}

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    out.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

std::string table(const nlohmann::json& status, Language language = Language::fr,
                  Terminal terminal = {}) {
  const auto made = status_table(status.dump(), language, terminal);
  EXPECT_TRUE(made.ok());
  return made.ok() ? made.value().text : "";
}

TEST(StatusTable, ShowsBadFirstAndTheAgentsOwnTroubleAboveAll) {
  const auto made = status_table(golden().dump(), Language::fr, {});
  ASSERT_TRUE(made.ok()) << made.error().text();
  const auto shown = lines(made.value().text);
  EXPECT_EQ(shown[0], "srv-dpi-01 · nord · CH Exemple · GHT Exemple");
  EXPECT_EQ(shown[1].rfind("! configuration refusée : ", 0), 0U) << shown[1];
  EXPECT_EQ(shown[2].rfind("! registre inutilisable : ", 0), 0U) << shown[2];
  EXPECT_EQ(shown[3].rfind("ÉTAT", 0), 0U);
  EXPECT_EQ(shown[4].rfind("en défaut", 0), 0U) << shown[4];
  EXPECT_EQ(made.value().exit_code, 2);
}

TEST(StatusTable, SpeaksEnglishOnRequest) {
  const std::string text = table(golden(), Language::en);
  EXPECT_NE(text.find("STATE"), std::string::npos);
  EXPECT_NE(text.find("! configuration refused: "), std::string::npos);
  EXPECT_EQ(text.find("défaut"), std::string::npos);
}

TEST(StatusTable, ColoursOnlyATerminalAndCutsToItsWidth) {
  EXPECT_EQ(table(golden()).find('\x1B'), std::string::npos);
  EXPECT_NE(table(golden(), Language::fr, {.colour = true, .width = 0}).find("\x1B[1;31m"),
            std::string::npos);
  const std::string narrow = table(golden(), Language::fr, {.colour = false, .width = 150});
  for (const std::string& line : lines(narrow)) {
    if (line.starts_with("!")) continue;  // errors are never cut
    const auto columns = std::count_if(line.begin(), line.end(), [](char c) {
      return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    });
    EXPECT_LE(columns, 150) << line;
  }
}

TEST(StatusTable, TheExitCodeIsThatOfTheWorstCheck) {
  nlohmann::json status = golden();
  const auto code = [&](const char* state) {
    for (auto& check : status["checks"]) check["state"] = "good";
    status["checks"][0]["state"] = state;
    const auto made = status_table(status.dump(), Language::fr, {});
    return made.ok() ? made.value().exit_code : -1;
  };
  EXPECT_EQ(code("good"), 0);
  EXPECT_EQ(code("maintenance"), 0);
  EXPECT_EQ(code("unknown"), 3);
  EXPECT_EQ(code("bad"), 2);
  EXPECT_EQ(code("a state of a later version"), 3);
  status["checks"] = nlohmann::json::array();
  const auto none = status_table(status.dump(), Language::fr, {});
  ASSERT_TRUE(none.ok());
  EXPECT_EQ(none.value().exit_code, 3) << "no check is no proof";
}

TEST(StatusTable, RefusesWhatIsNotAStatus) {
  nlohmann::json no_checks = golden();
  no_checks.erase("checks");
  for (const std::string& text : {std::string(), std::string("{}"), std::string("[1"),
                                  std::string("<html>"), no_checks.dump()}) {
    EXPECT_FALSE(status_table(text, Language::fr, {}).ok()) << text;
  }
}

}  // namespace
}  // namespace ght::cli
