// The past, the windows and the chain on the page, and what the page weighs.
#include <gtest/gtest.h>

#include "agent/core/text.h"
#include "agent/exposition/html.h"
#include "agent/exposition/maintenance_state.h"
#include "agent/exposition/render.h"
#include "agent/exposition/rich_view.h"

namespace ght {
namespace {

using namespace std::chrono_literals;

std::string french(const View& view) {
  return render_status_page(view, Language::fr);
}

std::size_t count(const std::string& page, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = 0; (at = page.find(part, at)) != std::string::npos; ++at) ++n;
  return n;
}

void keep(View& view, std::string_view name) {
  std::erase_if(view.checks, [&](const CheckView& item) { return item.check->name != name; });
}

TEST(PageHistory, IsFoldedWhenItWouldPushDownWhatIsBad) {
  test::RichView rich;
  EXPECT_EQ(count(french(rich.view), "<details class=\"past\" open>"), 0U);
  keep(rich.view, "dpi-portail");
  EXPECT_EQ(count(french(rich.view), "<details class=\"past\" open>"), 1U);
  rich.view.checks[0].state = State::good;
  EXPECT_EQ(count(french(rich.view), "<details class=\"past\" open>"), 0U);
}

TEST(PageHistory, NotReadYetIsSaid) {
  test::RichView rich;
  keep(rich.view, "salle-onduleur");
  rich.view.checks[0].history.reset();
  const std::string page = french(rich.view);
  EXPECT_EQ(count(page, "historique en cours de lecture"), 2U);  // the check and its activity
  EXPECT_EQ(count(page, "borne basse"), 0U);
  EXPECT_EQ(count(page, "id=\"legend\""), 0U);
}

TEST(PageHistory, AnActivityPoolsTimesAndDoesNotAverage) {
  test::RichView rich;
  keep(rich.view, "salle-onduleur");
  rich.view.checks.push_back(rich.view.checks[0]);
  StateTimes& one = rich.view.checks[0].history->current->times;
  StateTimes& other = rich.view.checks[1].history->current->times;
  one = other = {};
  one[State::good] = 99h;
  other[State::bad] = 1h;  // an average would be 50 %
  EXPECT_EQ(count(french(rich.view), "Ce mois\u202F:</strong> borne basse 99\u202F% · borne haute"),
            1U);
  rich.view.checks[1].history.reset();  // half a sum is not the activity's figure
  EXPECT_EQ(count(french(rich.view), "</span></h3>\n<p class=\"months\">historique en cours"), 1U);
}

TEST(PageHistory, ShowsAtMostFiveOutagesNewestFirst) {
  test::RichView rich;
  keep(rich.view, "dpi-portail");
  std::string page = french(rich.view);
  EXPECT_LT(page.find("depuis le 23/11/2026 03:11, en cours"), page.find("le 23/11/2026 de 00:50"));
  EXPECT_EQ(count(page, "12/09/2026"), 0U);
  EXPECT_EQ(count(page, "plus anciennes"), 1U);
  rich.view.checks[0].history->outages.pop_back();
  EXPECT_EQ(count(french(rich.view), "plus anciennes"), 0U);
  rich.view.checks[0].history->outages.clear();
  EXPECT_EQ(count(french(rich.view), "aucune enregistrée"), 1U);
}

TEST(PageHistory, StripsHaveASentenceForScreenReadersAndALegendOnce) {
  const std::string page = french(test::RichView().view);
  EXPECT_EQ(count(page, "role=\"img\""),
            count(page, "<title>24 dern") + count(page, "<title>30 d"));
  EXPECT_EQ(count(page, "id=\"legend\""), 1U);
}

TEST(PageMaintenance, SaysWhoWhyAndUntilWhen) {
  test::RichView rich;
  const std::string page = french(rich.view);
  const std::string section = page.substr(page.find("class=\"windows\""));
  for (const char* part :
       {"rétroactive", "<bdi>Baie de stockage</bdi>, <bdi>parti&lt;b&gt;", "&lt;img src=x&gt;",
        "du 23/11/2026 04:00 au 23/11/2026 06:00", "par A. Martin, approbateur non renseigné",
        "approuvée par B. Durand", "récurrente\u202F: sun 02:00-04:00", "tous les contrôles"}) {
    EXPECT_EQ(count(section, part) > 0, true) << part;
  }
  EXPECT_EQ(count(section, "rétroactive"), 1U);
  rich.view.maintenance.resize(0);
  EXPECT_EQ(count(french(rich.view), "class=\"windows\""), 0U);
}

TEST(PageMaintenance, CountsTheWindowsThatItDoesNotShow) {
  test::RichView rich;
  rich.view.maintenance.resize(12, rich.view.maintenance[2]);
  EXPECT_EQ(count(french(rich.view), "et 2 autres fenêtres"), 1U);
}

TEST(WindowActive, OnlyWithinItsTimeAndForARecurrenceWhenItsChecksAre) {
  test::RichView rich;
  MaintenanceWindow once = rich.view.maintenance[0];
  EXPECT_TRUE(active(rich.view, once));
  once.ended_at = rich.view.now;
  EXPECT_FALSE(active(rich.view, once));
  EXPECT_FALSE(active(rich.view, rich.view.maintenance[2]));
  EXPECT_FALSE(active(rich.view, rich.view.maintenance[1]));
  for (CheckView& item : rich.view.checks) item.maintenance_active = true;
  EXPECT_TRUE(active(rich.view, rich.view.maintenance[1]));
  rich.view.checks.clear();
  EXPECT_FALSE(active(rich.view, rich.view.maintenance[1]));
}

TEST(PageChain, ShowsTheHeadThatLeavesTheMachine) {
  View view = test::empty_view();
  EXPECT_EQ(count(french(view), "empreinte pas encore lue"), 1U);
  view.chain_records = 1;
  view.chain_head = std::string(64, 'a');
  EXPECT_EQ(count(french(view), "registre\u202F: 1 enregistrement, empreinte aaaaaaaaaaaaaaaa…"),
            1U);
}

// Fifty checks, each with a month of small troubles and five outages.
TEST(PageWeight, FiftyChecksWithOrdinaryPastsStayUnderTheLimit) {
  test::RichView rich;
  keep(rich.view, "dpi-portail");
  rich.view.checks[0].state = State::good;
  rich.view.checks.resize(50, rich.view.checks[0]);
  const std::string page = french(rich.view);
  RecordProperty("bytes", std::to_string(page.size()));
  EXPECT_LT(page.size(), 250'000U);
}

}  // namespace
}  // namespace ght
