#include "agent/exposition/summary.h"

#include <gtest/gtest.h>

#include "agent/exposition/rich_view.h"

namespace ght {
namespace {

constexpr auto fr = Language::fr;
constexpr auto en = Language::en;

Summary of(std::initializer_list<State> states) {
  Summary summary;
  summary.agent_sound = true;
  summary.total = states.size();
  for (const State state : states) ++summary.counts[static_cast<std::size_t>(state)];
  return summary;
}

TEST(Headline, SaysAllGoodOnlyWhenEveryCheckIs) {
  EXPECT_EQ(headline(of({State::good}), fr), "Tout est bon\u202F: 1 contrôle");
  EXPECT_EQ(headline(of({State::good, State::good}), fr), "Tout est bon\u202F: 2 contrôles");
  EXPECT_EQ(headline(of({State::good, State::good}), en), "All good: 2 checks");
  EXPECT_EQ(overall(of({State::good})), State::good);
}

TEST(Headline, CountsBadAndUnknown) {
  const Summary some = of({State::bad, State::unknown, State::bad, State::good});
  EXPECT_EQ(headline(some, fr), "2 contrôles en défaut, 1 inconnu");
  EXPECT_EQ(headline(some, en), "2 checks bad, 1 unknown");
  EXPECT_EQ(breakdown(some, fr), "sur 4 contrôles\u202F: 2 en défaut, 1 inconnu, 1 bon");
  EXPECT_EQ(headline(of({State::bad}), fr), "1 contrôle en défaut");
  EXPECT_EQ(headline(of({State::unknown, State::good}), fr), "1 contrôle à l'état inconnu");
  EXPECT_EQ(headline(of({State::unknown, State::unknown}), en), "2 checks unknown");
}

TEST(Headline, NothingLooksGoodThatIsNot) {
  const Summary nothing = of({});
  Summary sick = of({State::good});
  sick.agent_sound = false;
  const Summary lies[] = {nothing,
                          sick,
                          of({State::good, State::bad}),
                          of({State::good, State::unknown}),
                          of({State::good, State::maintenance}),
                          of({State::out_of_hours})};
  for (const Summary& summary : lies) {
    EXPECT_NE(overall(summary), State::good);
    EXPECT_EQ(headline(summary, fr).find("Tout est bon"), std::string::npos);
    EXPECT_EQ(headline(summary, en).find("All good"), std::string::npos);
  }
  EXPECT_EQ(overall(nothing), State::unknown);
  EXPECT_EQ(headline(sick, fr), "1 contrôle bon, mais l'agent signale un problème");
}

TEST(StatusLine, SaysEveryCountAndTheAgentsTrouble) {
  Summary some = of({State::bad, State::unknown, State::bad, State::good});
  EXPECT_EQ(status_line(some, fr), "4 contrôles\u202F: 2 en défaut, 1 inconnu, 1 bon");
  EXPECT_EQ(status_line(of({State::good}), en), "1 check: 1 good");
  EXPECT_EQ(status_line(of({}), fr), "Aucun contrôle configuré\u202F: rien n'est démontré");
  some.agent_sound = false;
  EXPECT_EQ(status_line(some, en),
            "4 checks: 2 bad, 1 unknown, 1 good; the agent reports a problem");
}

TEST(Summarise, CountsEveryStateAndTheAgentsOwnTrouble) {
  test::RichView rich;
  EXPECT_FALSE(summarise(rich.view).agent_sound);
  rich.view.reload_ok = true;
  EXPECT_FALSE(summarise(rich.view).agent_sound);
  rich.view.ledger_healthy = true;
  const Summary summary = summarise(rich.view);
  EXPECT_TRUE(summary.agent_sound);
  EXPECT_EQ(summary.total, 9U);
  EXPECT_EQ(summary.counts, (std::array<std::size_t, 5>{2, 2, 3, 1, 1}));
  rich.view.web_tls->reload_error = "key.pem: is not the key";
  EXPECT_FALSE(summarise(rich.view).agent_sound);
  rich.view.web_tls = {.not_after = rich.view.now, .reload_error = ""};
  EXPECT_FALSE(summarise(rich.view).agent_sound) << "nobody trusts an expired certificate";
}

TEST(WorstState, IsWhatWantsAttentionFirst) {
  const test::RichView rich;
  EXPECT_EQ(worst_state(rich.view, Activity::backup), State::bad);
  EXPECT_EQ(worst_state(rich.view, Activity::physical_sites), State::good);
  EXPECT_EQ(worst_state(rich.view, Activity::hardware), State::maintenance);
  EXPECT_EQ(worst_state(test::empty_view(), Activity::backup), std::nullopt);
}

TEST(InOrder, FollowsTheChosenNumbering) {
  EXPECT_EQ(in_order(Numbering::csp), all_activities);
  const auto old = in_order(Numbering::asip_2018);
  EXPECT_EQ(old[2], Activity::application_platform);
  EXPECT_EQ(old[3], Activity::virtual_infrastructure);
  EXPECT_EQ(old[5], Activity::backup);
}

}  // namespace
}  // namespace ght
