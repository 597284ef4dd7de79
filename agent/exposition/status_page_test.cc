#include <gtest/gtest.h>

#include "agent/exposition/html.h"
#include "agent/exposition/render.h"
#include "agent/exposition/rich_view.h"

namespace ght {
namespace {

using namespace std::chrono_literals;

std::string french(const View& view) {
  return render_status_page(view, Language::fr);
}

// Names the part, not the page, which is long.
testing::AssertionResult says(const std::string& page, const std::string& part) {
  const bool found = page.find(part) != std::string::npos;
  return (found ? testing::AssertionSuccess() : testing::AssertionFailure()) << part;
}

std::size_t count(const std::string& page, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = 0; (at = page.find(part, at)) != std::string::npos; ++at) ++n;
  return n;
}

TEST(AppendHtml, EscapesWhateverCouldBeMarkup) {
  std::string out = "x";
  append_html(out, "<a href=\"b\" c='d'>&amp;\x01\xFF");
  EXPECT_EQ(out, "x&lt;a href=&quot;b&quot; c=&#39;d&#39;&gt;&amp;amp; \uFFFD");
}

TEST(StatusPage, ForeignTextIsNeverMarkup) {
  test::RichView rich;
  const std::string evil = "\"><script>alert(1)</script><img src=x onerror='y'>";
  rich.view.version = rich.view.revision = rich.view.os = rich.view.kernel = evil;
  rich.view.identity = {evil, evil, evil, evil};
  rich.view.reload_error = rich.view.ledger_error = evil;
  rich.view.time_zone = evil;
  for (Check& check : rich.checks) check.title = check.name = evil;
  for (const Language language : {Language::fr, Language::en}) {
    const std::string page = render_status_page(rich.view, language);
    EXPECT_FALSE(says(page, "<script"));
    EXPECT_FALSE(says(page, "<img"));
    EXPECT_EQ(count(page, "\">&lt;"), 0U);
    EXPECT_TRUE(says(page, "&quot;&gt;&lt;script&gt;"));
  }
}

TEST(StatusPage, LoadsNothingAndRefreshesItself) {
  const std::string page = french(test::RichView().view);
  EXPECT_TRUE(says(page, "<meta http-equiv=\"refresh\" content=\"15\">"));
  EXPECT_TRUE(says(page, "default-src 'none'"));
  for (const char* part :
       {"<script", "<link rel=\"stylesheet", "src=\"", "url(", "http://", "https://", "@import"}) {
    EXPECT_FALSE(says(page, part));
  }
}

TEST(StatusPage, AlwaysHasTheSixActivitiesInOrder) {
  const std::string page = french(test::empty_view());
  std::size_t at = 0;
  for (const char* heading : {"1</span><span>Sites physiques", "2</span><span>Infrastructure mat",
                              "3</span><span>Infrastructure virtuelle", "4</span><span>Plateforme",
                              "5</span><span>Administration", "6</span><span>Sauvegarde"}) {
    at = page.find(heading, at);
    ASSERT_NE(at, std::string::npos) << heading;
  }
  EXPECT_EQ(count(page, "non démontré"), 6U);
  EXPECT_TRUE(says(page, "rien n&#39;est démontré"));
  EXPECT_FALSE(says(page, "Tout est bon"));
}

TEST(StatusPage, BadComesBeforeUnknownAndBothBeforeTheActivities) {
  const std::string page = french(test::RichView().view);
  const std::size_t bad = page.find("class=\"card bad\"");
  const std::size_t last_bad = page.rfind("class=\"card bad\"");
  const std::size_t unknown = page.find("class=\"card unknown\"");
  const std::size_t activities = page.find("class=\"activity\"");
  EXPECT_LT(bad, unknown);
  EXPECT_LT(last_bad, unknown);
  EXPECT_LT(unknown, activities);
  EXPECT_EQ(count(page, "<article"), 5U);
}

TEST(StatusPage, TellsStatesApartWithoutColour) {
  const std::string page = french(test::RichView().view);
  for (const char* words : {"✓</span> bon", "✕</span> en défaut", "?</span> inconnu",
                            "‖</span> maintenance", "☾</span> hors plage de service"}) {
    EXPECT_TRUE(says(page, words));
  }
}

TEST(StatusPage, ShowsTheAgentsOwnTrouble) {
  View view = test::empty_view();
  EXPECT_FALSE(says(french(view), "class=\"banner\""));
  view.reload_ok = false;
  view.reload_error = "agent.json:3: bad";
  EXPECT_TRUE(says(french(view), "Configuration refusée"));
  EXPECT_TRUE(says(french(view), "agent.json:3: bad"));
  view.reload_ok = true;
  view.ledger_healthy = false;
  view.ledger_error = "";
  view.ledger_last_write.reset();
  EXPECT_TRUE(says(french(view), "cause inconnue. Dernière écriture\u202F: jamais"));
}

TEST(StatusPage, ShowsTheTroubleOfItsOwnCertificate) {
  View view = test::empty_view();
  view.web_tls = {.not_after = view.now + std::chrono::hours(24), .reload_error = ""};
  EXPECT_FALSE(says(french(view), "class=\"banner\""));
  view.web_tls->reload_error = "key.pem: is not the key";
  EXPECT_TRUE(says(french(view), "Nouveau certificat de l&#39;agent refusé"));
  EXPECT_TRUE(says(french(view), "reste en service\u202F: key.pem: is not the key"));
  EXPECT_FALSE(says(french(view), "expiré"));
  view.web_tls = {.not_after = view.now, .reload_error = ""};
  EXPECT_TRUE(says(french(view), "Certificat de l&#39;agent expiré"));
}

TEST(StatusPage, ATimeAheadOfNowIsNotAnAge) {
  test::RichView rich;
  rich.view.checks.front().last_run = rich.view.now + 90s;
  rich.view.checks.front().state_since = rich.view.now + 60s;
  const std::string page = french(rich.view);
  EXPECT_TRUE(says(page, "exécuté le 23/11/2026 04:06 (dans le futur\u202F: horloge"));
  EXPECT_TRUE(says(page, "depuis le 23/11/2026 04:06 (dans le futur\u202F: horloge"));
  EXPECT_FALSE(says(page, "(il y a -"));
}

TEST(StatusPage, AMomentAheadIsJustNow) {
  test::RichView rich;
  rich.view.checks.front().last_run = rich.view.now + 900ms;
  EXPECT_TRUE(says(french(rich.view), "(il y a 0\u202Fs)"));
}

TEST(StatusPage, NamesAFewInTheHeadAndCountsTheRest) {
  test::RichView rich;
  for (CheckView& item : rich.view.checks) item.state = State::bad;
  const std::string page = french(rich.view);
  EXPECT_TRUE(says(page, "9 contrôles en défaut"));
  EXPECT_TRUE(says(page, "et 6 autres</p>"));
  EXPECT_FALSE(says(page, "class=\"small\""));  // no breakdown: all are in one state
  EXPECT_EQ(count(page, "<article"), 9U);
}

TEST(StatusPage, NeverClaimsConformity) {
  for (const Language language : {Language::fr, Language::en}) {
    const std::string page = render_status_page(test::RichView().view, language);
    EXPECT_FALSE(says(page, "conform"));
    EXPECT_FALSE(says(page, "complian"));
  }
}

TEST(StatusPage, EnglishHasNoFrenchWordsOfOurs) {
  const std::string page = render_status_page(test::empty_view(), Language::en);
  EXPECT_TRUE(says(page, "<html lang=\"en\">"));
  EXPECT_TRUE(says(page, "No check configured: nothing is demonstrated"));
  EXPECT_EQ(count(page, "é"), 0U);
  EXPECT_TRUE(says(page, "<a href=\"./\" lang=\"fr\">Français</a>"));
}

}  // namespace
}  // namespace ght
