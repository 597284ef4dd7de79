#include "agent/io/runbook_files.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "agent/core/limits.h"
#include "tests/support/files.h"

namespace ght::io {
namespace {

namespace fs = std::filesystem;

struct RunbookFilesTest : ::testing::Test {
  RunbookFilesTest() {
    fs::create_directories(dir.file("books/fr"));
    fs::create_directories(dir.file("books/en"));
    dir.write("books/fr/GhtWatchdog.html", "<h1>veille</h1>");
    dir.write("books/fr/GhtCheckBad.html", "<h1>défaut</h1>");
    dir.write("books/fr/GhtCheckBad.md", "# défaut");
    dir.write("books/en/GhtCheckBad.html", "<h1>bad</h1>");
    dir.write("secret.html", "secret");
  }
  test::TempDir dir;
  RunbookFiles files{dir.file("books")};
};

TEST_F(RunbookFilesTest, ListsAndReadsWhatIsThere) {
  EXPECT_EQ(files.names(Language::fr), (std::vector<std::string>{"GhtCheckBad", "GhtWatchdog"}));
  EXPECT_EQ(files.names(Language::en), (std::vector<std::string>{"GhtCheckBad"}));
  EXPECT_EQ(files.read("GhtCheckBad", Language::fr, RunbookForm::html), "<h1>défaut</h1>");
  EXPECT_EQ(files.read("GhtCheckBad", Language::fr, RunbookForm::markdown), "# défaut");
  EXPECT_EQ(files.read("GhtCheckBad", Language::en, RunbookForm::html), "<h1>bad</h1>");
  EXPECT_EQ(files.read("GhtWatchdog", Language::en, RunbookForm::html), std::nullopt);
}

TEST_F(RunbookFilesTest, NoNameLeadsOutOfTheDirectory) {
  fs::create_symlink(dir.file("secret.html"), dir.file("books/fr/inner-link.html"));
  for (const std::string_view name :
       {"../../secret", "..", ".", "", "/", "fr/GhtCheckBad", "GhtCheckBad.html", "Ght CheckBad",
        "inner-link", "%2e%2e", "é", "GhtCheckBad\n"}) {
    EXPECT_FALSE(is_runbook_name(name)) << name;
    EXPECT_EQ(files.read(name, Language::fr, RunbookForm::html), std::nullopt) << name;
  }
  EXPECT_FALSE(is_runbook_name({"a\0b", 3}));
  EXPECT_EQ(files.names(Language::fr).size(), 2U) << "what has no such name is not listed";
  EXPECT_TRUE(is_runbook_name(std::string(64, 'a')));
  EXPECT_FALSE(is_runbook_name(std::string(65, 'a')));
}

TEST_F(RunbookFilesTest, WhatCannotBeReadIsNotThere) {
  fs::create_directories(dir.file("books/fr/Folder.html"));
  EXPECT_EQ(files.read("Folder", Language::fr, RunbookForm::html), std::nullopt);
  dir.write("books/fr/Huge.html", std::string(limits::runbook_bytes + 1, 'x'));
  EXPECT_EQ(files.read("Huge", Language::fr, RunbookForm::html), std::nullopt);
  const RunbookFiles nowhere("/nowhere");
  EXPECT_TRUE(nowhere.names(Language::fr).empty());
  EXPECT_EQ(nowhere.read("GhtCheckBad", Language::fr, RunbookForm::html), std::nullopt);
}

}  // namespace
}  // namespace ght::io
