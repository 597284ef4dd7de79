#include <gtest/gtest.h>

#include <map>

#include "agent/core/limits.h"
#include "agent/core/reasons.h"
#include "agent/core/text.h"
#include "agent/exposition/render.h"
#include "agent/exposition/report_render.h"
#include "agent/exposition/rich_view.h"

namespace ght {
namespace {

using namespace std::chrono_literals;

std::string french(const Reason& reason, const Collector* collector = &test::rich_backup) {
  return reason_sentence(reason, collector, Language::fr, "Europe/Paris");
}
std::string english(const Reason& reason, const Collector* collector = &test::rich_backup) {
  return reason_sentence(reason, collector, Language::en, "Europe/Paris");
}

TEST(ReasonSentence, PutsTypedValuesIntoBothLanguages) {
  const Reason stale{reasons::stale, Duration(52h), Duration(30min)};
  EXPECT_EQ(french(stale),
            "aucun résultat depuis 2\u202Fj 4\u202Fh (attendu toutes les 30\u202Fmin)");
  EXPECT_EQ(english(stale), "no result for 2\u00A0d 4\u00A0h (expected every 30\u00A0min)");
  const Reason expired{reasons::tls_expired, parse_rfc3339("2026-11-23T03:05:00Z").value(), {}};
  EXPECT_EQ(french(expired), "le certificat a expiré le 23/11/2026 04:05");
  EXPECT_EQ(english(expired), "the certificate expired on 2026-11-23 04:05");
  const Reason limit{reasons::http_redirect_limit, {}, std::int64_t{-5}};
  EXPECT_EQ(english(limit), "more than -5 redirects");
  const Reason output{reasons::helper_output_limit, {}, Bytes{4 << 20}};
  EXPECT_EQ(french(output), "le programme auxiliaire a écrit plus de 4\u202FMio et a été arrêté");
}

TEST(ReasonSentence, FindsTheCollectorsOwnCodes) {
  const Reason old{"rich_old", Duration(52h), Duration(26h)};
  EXPECT_EQ(english(old), "last backup 2\u00A0d 4\u00A0h ago, the RPO is 26\u00A0h");
  EXPECT_EQ(english(old, &test::rich_probe), "reason \"rich_old\"");
  EXPECT_EQ(french(old, nullptr), "raison «\u202Frich_old\u202F»");
}

TEST(ReasonSentence, IsNeverEmpty) {
  EXPECT_EQ(french({}), "raison non précisée");
  EXPECT_EQ(english({}), "no reason given");
  EXPECT_EQ(french({reasons::dns_error, {}, {}}), "erreur DNS\u202F: valeur inconnue");
  EXPECT_EQ(english({reasons::dns_error, "\r\n", {}}), "DNS error: unknown value");
}

TEST(ReasonSentence, CleansForeignTextAndDoesNotReadIt) {
  EXPECT_EQ(english({reasons::dns_error, "a\r\n{expected} b\xFF : c", 5}),
            "DNS error: a {expected} b\uFFFD : c");
  const std::string long_text(5000, 'x');
  EXPECT_LE(french({reasons::dns_error, long_text, {}}).size(), limits::reason_value_bytes + 30);
}

TEST(ReasonSentence, FrenchPunctuationKeepsItsWord) {
  for (const ReasonText& row : reasons::common) {
    const std::string sentence = french({row.code, "v", "e"});
    for (const char* wrong : {" :", " ;", " ?", " !", " %"}) {
      EXPECT_EQ(sentence.find(wrong), std::string::npos) << sentence;
    }
    EXPECT_EQ(sentence.find('{'), std::string::npos) << sentence;
    EXPECT_EQ(english({row.code, "v", "e"}).find('{'), std::string::npos) << row.code;
  }
}

std::string words(std::string_view code, Language language = Language::fr) {
  const auto named = [](std::string_view name) {
    return name == test::rich_backup.name ? &test::rich_backup : nullptr;
  };
  return reason_words(code, named, "restic", language);
}

TEST(ReasonWords, SayWhatACodeMeansWithoutItsValues) {
  EXPECT_EQ(words(reasons::dns_error), "erreur DNS");
  EXPECT_EQ(words(reasons::dns_error, Language::en), "DNS error");
  EXPECT_EQ(words(reasons::stale), "aucun résultat depuis …");
  EXPECT_EQ(words(reasons::connect_unreachable), "… est injoignable (réseau ou hôte)");
  EXPECT_EQ(words(reasons::http_timeout), "pas de réponse complète dans le délai de …");
  EXPECT_EQ(words(reasons::tls_not_yet_valid), "le certificat n'est pas encore valide");
  EXPECT_EQ(words("rich_fresh"), "dernière sauvegarde il y a …");
  for (const ReasonText& row : reasons::common) {
    EXPECT_GT(words(row.code).size(), std::string_view("…").size()) << row.code;
    EXPECT_EQ(words(row.code).find('{'), std::string::npos) << row.code;
  }
}

TEST(ReasonWords, ShowTheCodeItselfWhenNothingIsDeclared) {
  EXPECT_EQ(words("rich_status"), "raison «\u202Frich_status\u202F»");
  EXPECT_EQ(reason_words("rich_fresh", {}, "restic", Language::en), "reason \"rich_fresh\"");
  EXPECT_EQ(words(""), "raison non précisée");
}

}  // namespace
}  // namespace ght
