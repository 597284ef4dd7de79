#include "agent/exposition/texts.h"

#include <gtest/gtest.h>

#include <set>

namespace ght {
namespace {

TEST(Texts, BothLanguagesHaveTheSamePlaceholders) {
  const auto placeholders = [](std::string_view form) {
    std::set<std::string> names;
    for (std::size_t at = 0; (at = form.find('{', at)) != std::string_view::npos; ++at) {
      names.insert(std::string(form.substr(at, form.find('}', at) - at + 1)));
    }
    return names;
  };
  std::size_t seen = 0;
#define TEXT(key, fr, en) \
  ++seen;                 \
  EXPECT_EQ(placeholders(fr), placeholders(en)) << #key;
#include "agent/exposition/texts.def"
#undef TEXT
  EXPECT_GT(seen, 50U);
}

TEST(Fill, ReplacesByNameAndReadsNoValueAgain) {
  EXPECT_EQ(fill("{a} and {b} and {c}", {{"a", "{b}"}, {"b", "2"}}, Language::en),
            "{b} and 2 and {c}");
  EXPECT_EQ(fill("{a", {{"a", "1"}}, Language::en), "{a");
  EXPECT_EQ(fill("", {}, Language::fr), "");
}

TEST(Fill, MakesFrenchSpacesNarrowInTheFormOnly) {
  EXPECT_EQ(fill("x : {v} ; « y » 5 %", {{"v", "a : b"}}, Language::fr),
            "x\u202F: a : b\u202F; «\u202Fy\u202F» 5\u202F%");
  EXPECT_EQ(fill("x : y", {}, Language::en), "x : y");
}

TEST(Labels, AreTheWordsOfTheLaw) {
  EXPECT_EQ(label(Activity::virtual_infrastructure, Language::fr), "Infrastructure virtuelle");
  EXPECT_EQ(label(Activity::backup, Language::fr), "Sauvegarde des données de santé");
  EXPECT_EQ(label(Activity::backup, Language::en), "Backup of health data");
  EXPECT_EQ(label(State::out_of_hours, Language::fr), "hors plage de service");
  EXPECT_EQ(label(State::bad, Language::fr), "en défaut");
}

}  // namespace
}  // namespace ght
