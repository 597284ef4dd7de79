#include "agent/exposition/people.h"

#include <gtest/gtest.h>

#include <limits>

#include "agent/core/text.h"

namespace ght {
namespace {

using namespace std::chrono_literals;

constexpr auto fr = Language::fr;
constexpr auto en = Language::en;

WallTime at(const char* rfc3339) {
  return parse_rfc3339(rfc3339).value();
}

// With plain spaces, so that the expectations below can be read.
std::string plain(std::string text) {
  for (const std::string_view space : {"\u202F", "\u00A0"}) {
    for (std::size_t found; (found = text.find(space)) != std::string::npos;) {
      text.replace(found, space.size(), " ");
    }
  }
  return text;
}

TEST(SayDuration, TakesTheTwoLargestUnits) {
  const std::pair<Duration, const char*> cases[] = {
      {0ns, "0 s"},          {45s, "45 s"},
      {90s, "1 min 30 s"},   {30min, "30 min"},
      {26h, "26 h"},         {3h + 12min + 59s, "3 h 12 min"},
      {3h + 59s, "3 h"},     {47h + 59min, "47 h 59 min"},
      {48h, "2 j"},          {52h + 20min, "2 j 4 h"},
      {24h * 400, "400 j"},  {-(3h + 12min), "-3 h 12 min"},
      {10500ms, "10 s"},     {1500ms, "1,5 s"},
      {1499ms, "1,4 s"},     {2000ms, "2 s"},
      {999'999us, "999 ms"}, {34ms, "34 ms"},
      {1250us, "1,2 ms"},    {400us, "0,4 ms"},
      {99us, "99 µs"},       {999ns, "0 µs"},
  };
  for (const auto& [duration, words] : cases) EXPECT_EQ(plain(say_duration(duration, fr)), words);
  EXPECT_EQ(plain(say_duration(52h, en)), "2 d 4 h");
  EXPECT_EQ(plain(say_duration(1500ms, en)), "1.5 s");
}

TEST(SayDuration, KeepsNumberAndUnitOnOneLine) {
  EXPECT_EQ(say_duration(3h + 12min, fr), "3\u202Fh 12\u202Fmin");
  EXPECT_EQ(say_duration(3h + 12min, en), "3\u00A0h 12\u00A0min");
}

TEST(SayDuration, SurvivesTheLimitsOfItsType) {
  EXPECT_EQ(plain(say_duration(Duration::max(), fr)), "106751 j 23 h");
  EXPECT_EQ(plain(say_duration(Duration::min(), fr)), "-106751 j 23 h");
}

TEST(SayExact, CutsNothing) {
  const std::pair<WallDuration, const char*> cases[] = {
      {0s, "0 s"},
      {59s, "59 s"},
      {60s, "1 min"},
      {3h + 59min, "3 h 59 min"},
      {3h, "3 h"},
      {3h + 5s, "3 h 5 s"},
      {719h + 12min + 5s, "719 h 12 min 5 s"},
      {60250ms, "1 min 0,250 s"},
      {1ms, "0,001 s"},
      {-(90s), "-1 min 30 s"},
      {WallDuration::min(), "-2562047788015 h 12 min 55,808 s"},
  };
  for (const auto& [duration, words] : cases) EXPECT_EQ(plain(say_exact(duration, fr)), words);
  EXPECT_EQ(plain(say_exact(1250ms, en)), "1.250 s");
}

TEST(SayRatio, IsCutAndNeverRoundedUp) {
  const std::pair<double, const char*> cases[] = {
      {1, "100 %"},
      {0.9999999, "99,9999 %"},
      {1 - 1e-16, "99,9999 %"},
      {0.999, "99,9 %"},
      {0.9995, "99,95 %"},
      {0.99899999999999, "99,8999 %"},
      {0.998996, "99,8996 %"},
      {0.57, "57 %"},
      {0.07, "7 %"},
      {0.29, "29 %"},
      {0.5, "50 %"},
      {0.0000009, "0 %"},
      {5e-324, "0 %"},
      {0, "0 %"},
      {-0.1, "valeur inconnue"},
      {1.0000001, "valeur inconnue"},
      {std::numeric_limits<double>::quiet_NaN(), "valeur inconnue"},
  };
  for (const auto& [ratio, words] : cases) EXPECT_EQ(plain(say_ratio(ratio, fr)), words) << ratio;
  EXPECT_EQ(say_ratio(0.9995, en), "99.95%");
  EXPECT_EQ(say_ratio(0.99999995, en, 10), "99.999995%");
}

TEST(SayRatio, OneMillisecondTooMuchInAMonthIsSeenAgainstTheLevel) {
  constexpr double month_ms = 30.0 * 86'400'000;
  EXPECT_EQ(say_ratio((month_ms - 2'592'000) / month_ms, en), "99.9%");
  EXPECT_EQ(say_ratio((month_ms - 2'592'001) / month_ms, en), "99.8999%");
  EXPECT_EQ(say_ratio((month_ms - 1) / month_ms, en), "99.9999%");
}

TEST(SayMonth, IsTheMonthOfTheSite) {
  EXPECT_EQ(say_month(at("2026-10-31T23:00:00Z"), fr, "Europe/Paris"), "novembre 2026");
  EXPECT_EQ(say_month(at("2026-10-31T22:59:59Z"), en, "Europe/Paris"), "October 2026");
  EXPECT_EQ(month_key(at("2026-12-31T23:00:00Z"), "Europe/Paris"), "2027-01");
  EXPECT_EQ(month_key(at("2026-12-31T23:00:00Z"), "Europe/Atlantis"), "2026-12");
  EXPECT_EQ(month_key(WallTime::max(), "Europe/Paris"), "");
}

TEST(SayElapsed, HasNoFractions) {
  EXPECT_EQ(plain(say_elapsed(9900ms, fr)), "9 s");
  EXPECT_EQ(plain(say_elapsed(900ms, fr)), "0 s");
  EXPECT_EQ(plain(say_elapsed(54min + 12s, en)), "54 min 12 s");
}

TEST(SayDate, IsInTheZoneOfTheSite) {
  const WallTime winter = at("2026-11-23T03:05:59.999Z");
  EXPECT_EQ(say_date(winter, fr, "Europe/Paris"), "23/11/2026 04:05");
  EXPECT_EQ(say_date(winter, en, "Europe/Paris"), "2026-11-23 04:05");
  EXPECT_EQ(say_date_seconds(winter, fr, "Europe/Paris"), "23/11/2026 04:05:59");
  EXPECT_EQ(say_date(at("2026-07-14T22:30:00Z"), fr, "Europe/Paris"), "15/07/2026 00:30");
  EXPECT_EQ(say_date(winter, fr, "Indian/Reunion"), "23/11/2026 07:05");
  EXPECT_EQ(say_date(winter, fr, "America/Cayenne"), "23/11/2026 00:05");
}

TEST(SayDate, TellsTheRepeatedHourApart) {
  EXPECT_EQ(say_date(at("2026-10-25T00:30:00Z"), fr, "Europe/Paris"),
            "25/10/2026 02:30 (UTC+02:00)");
  EXPECT_EQ(say_date(at("2026-10-25T01:30:00Z"), fr, "Europe/Paris"),
            "25/10/2026 02:30 (UTC+01:00)");
  EXPECT_EQ(say_date(at("2026-10-25T02:00:00Z"), fr, "Europe/Paris"), "25/10/2026 03:00");
  EXPECT_EQ(say_date(at("2026-03-29T01:00:00Z"), fr, "Europe/Paris"), "29/03/2026 03:00");
}

TEST(SayDate, SaysSoWhenTheZoneIsNotKnown) {
  EXPECT_EQ(say_date(at("2026-11-23T03:05:00Z"), fr, "Europe/Atlantis"), "23/11/2026 03:05 UTC");
  EXPECT_EQ(say_date(at("2026-11-23T03:05:00Z"), fr, ""), "23/11/2026 03:05 UTC");
  EXPECT_EQ(say_zone(at("2026-11-23T03:05:00Z"), "Europe/Atlantis"), "UTC");
}

TEST(SayDate, DoesNotInventADateOutsideOfTheCalendar) {
  EXPECT_EQ(say_date(WallTime::max(), fr, "Europe/Paris"), "date hors limites");
  EXPECT_EQ(say_date(WallTime::min(), en, "Europe/Paris"), "date out of range");
  EXPECT_EQ(say_date(at("9999-12-30T00:00:00Z"), en, "Europe/Paris"), "9999-12-30 01:00");
  EXPECT_EQ(say_zone(WallTime::max(), "Europe/Paris"), "UTC");
}

TEST(SayZone, NamesItWithItsPresentOffset) {
  EXPECT_EQ(say_zone(at("2026-11-23T03:05:00Z"), "Europe/Paris"), "Europe/Paris, UTC+01:00");
  EXPECT_EQ(say_zone(at("2026-07-14T03:05:00Z"), "Europe/Paris"), "Europe/Paris, UTC+02:00");
  EXPECT_EQ(say_zone(at("2026-07-14T03:05:00Z"), "Pacific/Marquesas"),
            "Pacific/Marquesas, UTC-09:30");
}

TEST(SayBytes, IsInPowersOf1024AndNeverOverstates) {
  const std::pair<std::uint64_t, const char*> cases[] = {
      {0, "0 o"},
      {512, "512 o"},
      {1023, "1023 o"},
      {1024, "1 Kio"},
      {1'503'238'553, "1,3 Gio"},
      {4ULL << 20, "4 Mio"},
      {(1ULL << 30) - 1, "1023,9 Mio"},
      {~0ULL, "15,9 Eio"},
  };
  for (const auto& [bytes, words] : cases) EXPECT_EQ(plain(say_bytes(bytes, fr)), words);
  EXPECT_EQ(plain(say_bytes(1'503'238'553, en)), "1.3 GiB");
}

}  // namespace
}  // namespace ght
