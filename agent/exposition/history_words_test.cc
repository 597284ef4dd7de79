#include "agent/exposition/history_words.h"

#include <gtest/gtest.h>

#include "agent/core/text.h"
#include "agent/exposition/rich_view.h"

namespace ght {
namespace {

using namespace std::chrono_literals;

// A month of 720 hours at 99.9 %: 43 min 12 s.
MonthFigures month(WallDuration bad, WallDuration unknown, bool complete) {
  MonthFigures out;
  out.complete = complete;
  out.times[State::bad] = bad;
  out.times[State::unknown] = unknown;
  out.times[State::good] = (complete ? 720h : 360h) - bad - unknown;
  out.figures = figures(out.times);
  out.budget = budget(0.999, 720h);
  out.budget_remaining = *out.budget - bad - unknown;
  out.verdict = judge(0.999, out.times, complete ? 0h : 360h);
  return out;
}

std::string level(const MonthFigures& month, Language language = Language::fr) {
  return say_level(month, 0.999, language);
}

TEST(SayLevel, ARunningMonthIsNotDecided) {
  EXPECT_EQ(level(month(31min, 0min, false), Language::en),
            "guaranteed level 99.9%: running · budget left 12\u00A0min 12\u00A0s of "
            "43\u00A0min 12\u00A0s");
}

TEST(SayLevel, SaysWhetherTheLevelWasKept) {
  EXPECT_EQ(level(month(43min + 12s, 0min, true)),
            "niveau garanti 99,9\u202F%\u202F: tenu · budget restant 0\u202Fs sur "
            "43\u202Fmin 12\u202Fs");
  EXPECT_EQ(level(month(46min + 12s, 0min, false)),
            "niveau garanti 99,9\u202F%\u202F: non tenu · budget dépassé de 3\u202Fmin");
}

TEST(SayLevel, AnExcessThatIsOnlyUnknownIsSaidToBe) {
  EXPECT_EQ(level(month(5min, 1h, true)),
            "niveau garanti 99,9\u202F%\u202F: indéterminé · budget dépassé de 21\u202Fmin "
            "48\u202Fs si l'inconnu compte comme indisponible");
}

TEST(SayLevel, WithoutALevelThereIsNothingToSay) {
  EXPECT_EQ(say_level(month(1min, 0min, true), std::nullopt, Language::fr), "");
  MonthFigures undecided = month(0min, 0min, true);
  undecided.verdict.reset();
  EXPECT_EQ(level(undecided), "");
}

TEST(SayBudget, ALevelOfOneAllowsNothing) {
  MonthFigures all = month(0min, 0min, true);
  all.budget = all.budget_remaining = 0ms;
  EXPECT_EQ(say_budget(all, Language::fr), "aucune indisponibilité permise");
  all.times[State::bad] = 400ms;
  all.budget_remaining = -400ms;
  EXPECT_EQ(say_budget(all, Language::fr), "budget dépassé de 400\u202Fms");
}

TEST(SayFigures, LowerBoundFirstAndNeverOneWithoutTheOthers) {
  StateTimes times;
  times[State::good] = 9995min;
  times[State::unknown] = 5min;
  EXPECT_EQ(say_figures(figures(times), Language::fr),
            "borne basse 99,95\u202F% · borne haute 100\u202F% · couverture 99,95\u202F%");
  EXPECT_EQ(say_figures(std::nullopt, Language::fr), "aucune heure de service écoulée");
}

TEST(SayCode, ShowsWhatStandsWithoutValues) {
  const Collector* probe = &test::rich_probe;
  EXPECT_EQ(say_code("agent_stopped", probe, Language::fr), "l'agent était arrêté");
  EXPECT_EQ(say_code("connect_refused", probe, Language::fr), "connexion refusée par …");
  EXPECT_EQ(say_code("dns_error", probe, Language::fr), "erreur DNS");
  EXPECT_EQ(say_code("rich_status", probe, Language::en), "HTTP status …");
  EXPECT_EQ(say_code("connect_unreachable", probe, Language::en), "connect_unreachable");
  EXPECT_EQ(say_code("rich_status", nullptr, Language::fr), "rich_status");
}

TEST(SayOutage, ShortWithinADayAndWholeOverTheHourThatComesTwice) {
  const auto say = [](const char* from, const char* to) {
    const Outage outage{.from = parse_rfc3339(from).value(),
                        .to = parse_rfc3339(to).value(),
                        .open = false,
                        .bad = 10min,
                        .unknown = {},
                        .reason = {}};
    return say_outage(outage, Language::fr, "Europe/Paris");
  };
  EXPECT_EQ(say("2026-11-23T00:00:00Z", "2026-11-23T00:10:00Z"),
            "le 23/11/2026 de 01:00 à 01:10\u202F: 10\u202Fmin");
  EXPECT_EQ(say("2026-11-22T22:55:00Z", "2026-11-22T23:05:00Z"),
            "du 22/11/2026 23:55 au 23/11/2026 00:05\u202F: 10\u202Fmin");
  EXPECT_EQ(say("2026-10-25T00:55:00Z", "2026-10-25T01:05:00Z"),
            "le 25/10/2026 de 02:55 (UTC+02:00) à 02:05 (UTC+01:00)\u202F: 10\u202Fmin");
}

}  // namespace
}  // namespace ght
