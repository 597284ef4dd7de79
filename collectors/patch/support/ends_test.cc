#include "collectors/patch/support/ends.h"

#include <gtest/gtest.h>

namespace ght::collectors::support {
namespace {

WallTime day(std::string_view text) {
  return parse_day(text).value();
}

TEST(SupportEnds, ADayIsReadAndWrittenBack) {
  EXPECT_EQ(to_unix_ms(day("2026-07-11")), 1783728000000);
  for (const char* text : {"1990-01-01", "2028-02-29", "2999-12-31"}) {
    EXPECT_EQ(format_day(day(text)), text);
  }
  EXPECT_EQ(format_day(day("2026-07-11") + std::chrono::hours(23)), "2026-07-11");
}

TEST(SupportEnds, WhatIsNotADayIsNone) {
  for (const char* text : {"", "2026", "2026-7-11", "2026-07-11 ", "2026-07-32", "2026-02-29",
                           "2026-13-01", "2026-00-10", "1989-12-31", "3000-01-01", "20260711--",
                           "2026/07/11", "-026-07-11", "2026-+7-11", "xxxx-xx-xx"}) {
    EXPECT_FALSE(parse_day(text)) << text;
  }
}

TEST(SupportEnds, TheLastCountedPhaseDecides) {
  const Ends debian{.standard = end_on(day("2026-07-11")),
                    .lts = end_on(day("2028-06-30")),
                    .extended = end_on(day("2033-06-30"))};
  EXPECT_EQ(deadline_of(debian, Phase::standard).at, day("2026-07-11"));
  EXPECT_EQ(deadline_of(debian, Phase::lts).at, day("2028-06-30"));
  EXPECT_EQ(deadline_of(debian, Phase::extended).at, day("2033-06-30"));
  EXPECT_TRUE(deadline_of(debian, Phase::lts).last);
}

TEST(SupportEnds, APhaseThatDoesNotExistLeavesTheOneBefore) {
  const Ends rocky{.standard = end_on(day("2032-05-31")), .lts = {.kind = End::Kind::none}};
  EXPECT_EQ(deadline_of(rocky, Phase::lts).at, day("2032-05-31"));
  EXPECT_TRUE(deadline_of(rocky, Phase::lts).last);
  EXPECT_FALSE(deadline_of(rocky, Phase::extended).last);
}

TEST(SupportEnds, AnUnknownPhaseIsNotTheEnd) {
  const Ends ends{.standard = end_on(day("2026-07-11"))};
  EXPECT_TRUE(deadline_of(ends, Phase::standard).last);
  EXPECT_EQ(deadline_of(ends, Phase::lts).at, day("2026-07-11"));
  EXPECT_FALSE(deadline_of(ends, Phase::lts).last);
  EXPECT_FALSE(deadline_of({}, Phase::standard).at);
}

// What is unknown in the middle is made up for by what is known later.
TEST(SupportEnds, ALaterPhaseThatIsKnownIsTheEnd) {
  const Ends ends{.standard = {}, .lts = end_on(day("2028-06-30"))};
  EXPECT_EQ(deadline_of(ends, Phase::lts).at, day("2028-06-30"));
  EXPECT_TRUE(deadline_of(ends, Phase::lts).last);
}

}  // namespace
}  // namespace ght::collectors::support
