#include "agent/core/text.h"

#include <gtest/gtest.h>

#include <array>

namespace ght {
namespace {

using namespace std::chrono_literals;

TEST(Duration, ReadsWholeNumbersWithOneUnit) {
  EXPECT_EQ(parse_duration("250ms"), 250ms);
  EXPECT_EQ(parse_duration("15s"), 15s);
  EXPECT_EQ(parse_duration("10m"), 10min);
  EXPECT_EQ(parse_duration("26h"), 26h);
  EXPECT_EQ(parse_duration("7d"), 7 * 24h);
  EXPECT_EQ(parse_duration("0s"), 0s);
}

TEST(Duration, RefusesEverythingElse) {
  for (const char* text : {"", "s", "15", "-1s", "+1s", " 1s", "1s ", "1.5h", "1h30m", "1w", "1S",
                           "99999999999999999999s", "9223372036854775807d", "1e3s"}) {
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
  }
}

TEST(Duration, FormatsInTheLargestExactUnit) {
  EXPECT_EQ(format_duration(26h), "26h");
  EXPECT_EQ(format_duration(48h), "2d");
  EXPECT_EQ(format_duration(90s), "90s");
  EXPECT_EQ(format_duration(1500ms), "1500ms");
  EXPECT_EQ(format_duration(0s), "0s");
}

TEST(Rfc3339, ReadsOffsetsAndFractions) {
  const auto noon = parse_rfc3339("2026-11-23T12:00:00Z");
  ASSERT_TRUE(noon);
  EXPECT_EQ(parse_rfc3339("2026-11-23T13:00:00+01:00"), noon);
  EXPECT_EQ(parse_rfc3339("2026-11-23T06:30:00-05:30"), noon);
  EXPECT_EQ(parse_rfc3339("2026-11-23T12:00:00.123456789Z"), *noon + 123ms);
  EXPECT_EQ(parse_rfc3339("2026-11-23T12:00:00.5Z"), *noon + 500ms);
  EXPECT_EQ(format_rfc3339(*noon), "2026-11-23T12:00:00Z");
  EXPECT_EQ(format_rfc3339(*noon + 7ms), "2026-11-23T12:00:00.007Z");
}

TEST(Rfc3339, RefusesWhatHasNoZoneOrIsNoDate) {
  for (const char* text : {"", "2026-11-23", "2026-11-23T12:00:00", "2026-02-30T12:00:00Z",
                           "2026-11-23T25:00:00Z", "2026-11-23T12:00:00.Z", "2026-11-23T12:00Z",
                           "2026-11-23T12:00:00Zx", "2026-11-23T12:00:00+0100"}) {
    EXPECT_EQ(parse_rfc3339(text), std::nullopt) << text;
  }
}

TEST(Utf8, TellsWellFormedFromIllFormed) {
  EXPECT_TRUE(is_utf8("é€😀"));
  for (const char* text : {"\xC0\xAF", "\xED\xA0\x80", "\xE2\x82", "\xF5\x80\x80\x80", "\x80",
                           "\xE0\x80\xAF", "\xF0\x80\x80\xAF", "\xF4\x90\x80\x80"}) {
    EXPECT_FALSE(is_utf8(text));
  }
}

TEST(CleanText, MakesForeignBytesShowable) {
  EXPECT_EQ(clean_text("  a\r\n\tb  ", 100), "a b");
  EXPECT_EQ(clean_text("a\x1B[31mb", 100), "a [31mb");
  EXPECT_EQ(clean_text("a\xFF", 100), "a\xEF\xBF\xBD");
  EXPECT_EQ(clean_text("a\xC2\x9B[31m", 100), "a\xEF\xBF\xBD[31m");  // CSI in one character
  EXPECT_EQ(clean_text("\u202Etxt.exe\u2066\u200F", 100), "\uFFFDtxt.exe\uFFFD\uFFFD");
  EXPECT_EQ(clean_text("3\u202Fh\u00A0à 5\u2019", 100), "3\u202Fh\u00A0à 5\u2019");
  EXPECT_EQ(clean_text("abcdefghij", 8), "abcde…");
  EXPECT_EQ(clean_text("ééééé", 8), "éé…");
}

TEST(Nearest, ProposesOnlyWhatIsClose) {
  const std::array<std::string_view, 3> keys = {"interval", "timeout", "confirm_bad"};
  EXPECT_EQ(nearest("intervall", keys), "interval");
  EXPECT_EQ(nearest("time_out", keys), "timeout");
  EXPECT_EQ(nearest("password", keys), std::nullopt);
}

}  // namespace
}  // namespace ght
