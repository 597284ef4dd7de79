#include "agent/exposition/history_strip.h"

#include <gtest/gtest.h>

#include "agent/core/text.h"

namespace ght {
namespace {

using namespace std::chrono_literals;

std::vector<HistoryCell> cells(std::initializer_list<std::optional<State>> states,
                               const char* from = "2026-11-22T03:15:00Z",
                               WallDuration length = 15min) {
  std::vector<HistoryCell> out;
  WallTime at = parse_rfc3339(from).value();
  for (const std::optional<State> state : states) {
    HistoryCell& cell = out.emplace_back(HistoryCell{.from = at, .to = at + length, .times = {}});
    if (state) cell.times[*state] = length;
    at += length;
  }
  return out;
}

std::string drawn(const std::vector<HistoryCell>& all) {
  std::string out;
  append_strip(out, all, {}, "x");
  return out.substr(out.find("</title>") + 8);
}

TEST(WorstIn, ShowsTheWorstWithoutRegardToItsLength) {
  HistoryCell cell;
  EXPECT_EQ(worst_in(cell), std::nullopt);
  for (const State state :
       {State::out_of_hours, State::good, State::maintenance, State::unknown, State::bad}) {
    cell.times[state] = 1ms;
    EXPECT_EQ(worst_in(cell), state);
  }
}

TEST(Strip, MergesEqualNeighbours) {
  const std::vector<std::optional<State>> good(96, State::good);
  std::vector<HistoryCell> all;
  for (const auto state : good) all.push_back(cells({state}).front());
  EXPECT_EQ(drawn(all), "<path class=\"g\" d=\"M0 8h96v4h-96z\"/></svg>");
}

TEST(Strip, EveryStateHasAFormOfItsOwnAndNoRecordHasNone) {
  const std::string all =
      drawn(cells({State::good, std::nullopt, State::bad, State::bad, State::unknown,
                   State::maintenance, State::out_of_hours, State::good}));
  EXPECT_EQ(all,
            "<path class=\"g\" d=\"M0 8h12v4h-12zM84 8h12v4h-12z\"/>"
            "<path class=\"b\" d=\"M24 0h24v12h-24z\"/>"
            "<path class=\"u\" d=\"M48 .7h12v10.6h-12z\"/>"
            "<path class=\"m\" d=\"M60 8.5h12\"/>"
            "<path class=\"o\" d=\"M72 10.9h12v1.1h-12z\"/></svg>");
  EXPECT_EQ(drawn(cells({std::nullopt, std::nullopt})), "</svg>");
}

TEST(StripSentence, AddsUpTheTimesAndWhatNobodyRecorded) {
  std::vector<HistoryCell> all = cells({State::good, State::bad, std::nullopt, State::good});
  all.back().times[State::good] = 5min;
  EXPECT_EQ(strip_sentence(all, Text::strip_hours, Language::fr),
            "24 dernières heures\u202F: en défaut 15\u202Fmin, bon 20\u202Fmin, sans relevé "
            "25\u202Fmin");
}

TEST(HourTicks, StandAtLocalHoursAlsoWhenTheClockChanges) {
  std::vector<HistoryCell> all;
  WallTime at = parse_rfc3339("2026-10-24T20:15:00Z").value();  // 22:15 in summer time
  for (int i = 0; i < 96; ++i, at += 15min) {
    all.push_back({.from = at, .to = at + 15min, .times = {}});
  }
  const std::vector<StripTick> ticks = hour_ticks(all, "Europe/Paris");
  ASSERT_EQ(ticks.size(), 4U);
  EXPECT_EQ(ticks[0].label, "00:00");
  EXPECT_EQ(ticks[0].at, 7U);
  EXPECT_EQ(ticks[1].label, "06:00");  // seven hours later
  EXPECT_EQ(ticks[1].at, 35U);
  EXPECT_EQ(ticks[3].label, "18:00");
}

TEST(DayTicks, CountBackFromToday) {
  std::vector<HistoryCell> all;
  WallTime at = parse_rfc3339("2026-11-01T23:00:00Z").value();  // 2 November
  for (int i = 0; i < 30; ++i, at += 24h) all.push_back({.from = at, .to = at + 24h, .times = {}});
  const std::vector<StripTick> fr = day_ticks(all, Language::fr, "Europe/Paris");
  const std::vector<StripTick> en = day_ticks(all, Language::en, "Europe/Paris");
  ASSERT_EQ(fr.size(), 3U);  // the first and the last are too near to the edge
  EXPECT_EQ(fr[0].label, "10/11");
  EXPECT_EQ(fr[2].label, "24/11");
  EXPECT_EQ(en[0].label, "11-10");
}

}  // namespace
}  // namespace ght
