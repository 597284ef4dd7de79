#include "collectors/availability/json_text.h"

#include <gtest/gtest.h>

namespace ght::collectors {
namespace {

TEST(JsonText, FindsTextsByTheirPath) {
  const auto texts = json_texts(R"({"a": {"b": "x", "n": 1}, "list": [{"b": "no"}], "b": "y"})",
                                {"a.b", "b", "a.n", "list.b"});
  EXPECT_TRUE(texts.whole);
  EXPECT_EQ(texts.found, (std::map<std::string, std::string>{{"a.b", "x"}, {"b", "y"}}));
}

TEST(JsonText, OfTwoTheFirstCounts) {
  EXPECT_EQ(json_texts(R"({"a": "1", "a": "2"})", {"a"}).found.at("a"), "1");
}

TEST(JsonText, ADocumentThatEndsEarlyIsNotWhole) {
  const auto texts = json_texts(R"({"a": "1", "b": {"c": "2)", {"a", "b.c"});
  EXPECT_FALSE(texts.whole);
  EXPECT_EQ(texts.found, (std::map<std::string, std::string>{{"a", "1"}}));
  EXPECT_FALSE(json_texts("", {"a"}).whole);
  EXPECT_FALSE(json_texts("{} x", {"a"}).whole);
  EXPECT_FALSE(json_texts("[[[" + std::string(500, '['), {"a"}).whole);
  EXPECT_TRUE(json_texts("\"a\"", {"a"}).found.empty());
}

}  // namespace
}  // namespace ght::collectors
