#include "agent/exposition/report_render.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "agent/core/text.h"
#include "agent/exposition/report_words.h"
#include "agent/exposition/rich_report.h"

namespace ght {
namespace {

using namespace std::chrono_literals;
using Json = nlohmann::json;

// With plain spaces, so that the expectations below can be read.
std::string plain(std::string text) {
  for (const std::string_view space : {"\u202F", "\u00A0"}) {
    for (std::size_t found; (found = text.find(space)) != std::string::npos;) {
      text.replace(found, space.size(), " ");
    }
  }
  return text;
}

std::string page(const Report& report, Language language = Language::fr) {
  return plain(render_report_html(report, language));
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// Rows of cells, read as RFC 4180 has it.
std::vector<std::vector<std::string>> read_csv(std::string_view text, char separator) {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> row(1);
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quoted) {
      if (text[i] != '"') {
        row.back() += text[i];
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        row.back() += text[i++];
      } else {
        quoted = false;
      }
    } else if (text[i] == '"') {
      quoted = true;
    } else if (text[i] == separator) {
      row.emplace_back();
    } else if (text.substr(i, 2) == "\r\n") {
      rows.push_back(std::exchange(row, std::vector<std::string>(1)));
      ++i;
    } else {
      row.back() += text[i];
    }
  }
  return rows;
}

std::string cell(const std::vector<std::vector<std::string>>& rows, std::string_view check,
                 std::string_view column) {
  const auto at = [&](std::string_view name) {
    return static_cast<std::size_t>(std::ranges::find(rows[0], name) - rows[0].begin());
  };
  for (const auto& row : rows) {
    if (row[at("check")] == check) return row[at(column)];
  }
  return "no such row";
}

TEST(ReportPage, AnswersFirst) {
  const std::string text = page(test::rich_report());
  EXPECT_TRUE(has(text, "<h1>Relevé de disponibilité – éléments de preuve</h1>"));
  EXPECT_TRUE(has(text, "novembre 2026 – "));
  EXPECT_TRUE(
      has(text,
          "7 services suivis : 2 n&#39;ont pas tenu leur niveau garanti ; pour 1, les éléments "
          "de preuve ne suffisent pas à dire si le niveau garanti est tenu ; 2 ont tenu leur "
          "niveau garanti ; 1 n&#39;a aucun temps de service compté ; 1 n&#39;a pas de niveau "
          "garanti."));
  EXPECT_TRUE(has(text, "1 activité non démontrée (aucun contrôle sur ce serveur) :"));
  EXPECT_TRUE(has(text, "3 · Infrastructure virtuelle"));
}

TEST(ReportPage, SaysWhetherItsFiguresAreFinal) {
  EXPECT_FALSE(has(page(test::rich_report()), "provisoires au"));
  Report report = test::running_report();
  EXPECT_TRUE(has(page(report), "mois en cours, chiffres provisoires au 25/11/2026 13:00:00"));
  report.generated = report.to;
  EXPECT_TRUE(has(page(report), "mois terminé, mais compté jusqu&#39;au 25/11/2026 13:00:00 seul"));
  report.known_until = report.from;
  EXPECT_TRUE(has(page(report), "rien n&#39;est encore compté"));
}

TEST(ReportPage, NamesEveryNumberOfAnActivity) {
  Report report = test::rich_report();
  EXPECT_TRUE(has(page(report), "<h2>4 · Plateforme d&#39;hébergement d&#39;applications</h2>"));
  report.numbering = Numbering::asip_2018;
  EXPECT_TRUE(has(page(report), "<h2>3 · Plateforme d&#39;hébergement d&#39;applications</h2>"));
  EXPECT_TRUE(has(page(report), "Numérotation ASIP 2018"));
}

TEST(ReportPage, ShowsTheServiceLevelAsTheLawListsIt) {
  const std::string text = page(test::rich_report());
  for (const char* part : {"taux de disponibilité", "99,95 %", "99,9 %",
                           "une sonde toutes les 15 s ; relevé par mois civil", "<bdi>aucune</bdi>",
                           "24 h/24, 7 j/7", "lun.-ven. 08:00-18:00, sam. 08:00-12:00",
                           "jours fériés fermé", "Alsace-Moselle", "non annoncé", "non garanti"}) {
    EXPECT_TRUE(has(text, part)) << part;
  }
}

TEST(ReportPage, ShowsBothTermsOfAChangedLevel) {
  const std::string text = page(test::rich_report());
  EXPECT_TRUE(has(text, "Période 1 : du 01/11/2026 00:00 au 16/11/2026 09:30"));
  EXPECT_TRUE(has(text, "Période 2 : du 16/11/2026 09:30 au 01/12/2026 00:00"));
  EXPECT_TRUE(has(text, "99,5 %"));
  EXPECT_TRUE(has(text, "99,99 %"));
}

TEST(ReportPage, ShowsWhatIsMissing) {
  const std::string text = page(test::rich_report());
  EXPECT_TRUE(has(text, "<strong>non démontré</strong>"));
  EXPECT_TRUE(has(text, "<span class=\"none\">non renseigné</span>"));  // the approver
  EXPECT_TRUE(has(text, "<strong>rétroactive</strong>"));
  EXPECT_TRUE(has(text, "Maintenance déclarée après coup, non exclue : 3 h 20 min"));
  EXPECT_TRUE(has(text, "non calculé (aucun temps de service compté)"));
  // A level without committed time has no budget, and is not "without a level".
  EXPECT_TRUE(has(text, "<th scope=\"row\">Indisponibilité admise</th><td>non calculé</td>"));
  EXPECT_TRUE(has(text, "retiré de la configuration"));
  EXPECT_TRUE(has(text, "en cours au 01/12/2026 00:00:00"));
}

TEST(ReportPage, CarriesTheWitnessOfTheChain) {
  const Report report = test::rich_report();
  EXPECT_TRUE(has(page(report), "ght-agent ledger verify --witness 4711:" + report.chain_head));
}

TEST(ReportPage, TakesTheWordsOfACollector) {
  static constexpr std::array<ReasonText, 1> texts = {
      {{"rich_status", "statut HTTP {value} (attendu : {expected})", "HTTP status {value}"}}};
  static constexpr Collector http = {.name = "http",
                                     .summary = "",
                                     .families = {},
                                     .settings = {},
                                     .reasons = texts,
                                     .plan = nullptr,
                                     .interpret = nullptr};
  const auto named = [](std::string_view name) { return name == "http" ? &http : nullptr; };
  const Report report = test::rich_report();
  EXPECT_TRUE(has(render_report_html(report, Language::fr, named), "<td>statut HTTP …</td>"));
  EXPECT_TRUE(has(page(report), "raison « rich_status »"));
}

TEST(ReportPage, LetsNoForeignTextAct) {
  for (const Language language : {Language::fr, Language::en}) {
    const std::string text = page(test::rich_report(), language);
    for (const char* part : {"<script", "<b>", "<i>", "\u202E", "\xFF", "src=", "http://x\""}) {
      EXPECT_FALSE(has(text, part)) << part;
    }
    EXPECT_TRUE(has(text, "&lt;script&gt;"));
    EXPECT_TRUE(is_utf8(text));
  }
}

TEST(ReportPage, NoTextOfTheCatalogueIsCut) {
  for (const Language language : {Language::fr, Language::en}) {
    EXPECT_FALSE(has(page(test::running_report(), language), "…</p>"));
    EXPECT_FALSE(has(page(test::rich_report(), language),
                     "{"
                     "value}"));
  }
}

TEST(AnyReport, CertifiesNothing) {
  const Report report = test::rich_report();
  for (const Language language : {Language::fr, Language::en}) {
    for (std::string text : {render_report_html(report, language), render_report_json(report),
                             render_report_csv(report, language)}) {
      std::ranges::transform(text, text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      });
      EXPECT_FALSE(has(text, "conform"));
      EXPECT_FALSE(has(text, "complian"));
      EXPECT_FALSE(has(text, "certifié"));
      EXPECT_FALSE(has(text, "certified"));
    }
  }
}

TEST(AnyReport, ThatIsEmptyDemonstratesNothing) {
  const Report empty;
  const std::string text = page(empty);
  EXPECT_TRUE(has(text, "Aucun service suivi ce mois : rien n&#39;est démontré."));
  EXPECT_TRUE(has(text, "6 activités non démontrées"));
  EXPECT_TRUE(has(text, "registre vide"));
  const Json json = Json::parse(render_report_json(empty));
  EXPECT_EQ(json["activities"].size(), 6U);
  EXPECT_FALSE(json["activities"][0]["demonstrated"]);
  EXPECT_TRUE(json["activities"][0]["lower"].is_null());
  EXPECT_TRUE(json["chain"]["head"].is_null());
  const auto rows = read_csv(render_report_csv(empty, Language::en), ',');
  EXPECT_EQ(rows.size(), 7U);
  for (const auto& row : rows) EXPECT_EQ(row.size(), rows[0].size());
  EXPECT_EQ(cell(rows, "", "verdict"), "not_demonstrated");
}

TEST(ReportJson, HasTheFieldsOfTheContract) {
  const Json json = Json::parse(render_report_json(test::rich_report()));
  EXPECT_EQ(json["version"], 1);
  EXPECT_EQ(json["month"], "2026-11");
  EXPECT_EQ(json["from"], "2026-10-31T23:00:00Z");
  EXPECT_EQ(json["complete"], true);
  EXPECT_EQ(json["chain"]["records"], 4711);
  const Json& check = json["checks"][3];
  EXPECT_EQ(check["check"], "dpi-portail");
  EXPECT_EQ(check["activity"], "application_platform");
  EXPECT_EQ(check["bad"], 28'680.0);
  EXPECT_EQ(check["unknown"], 45.25);
  EXPECT_EQ(check["verdict"], "breached");
  EXPECT_EQ(check["guaranteed"], 0.999);
  EXPECT_EQ(check["indicator"], "availability");
  EXPECT_EQ(check["measurement_interval"], 15.0);
  EXPECT_EQ(check["measurement_period"], "calendar_month");
  EXPECT_EQ(check["max_outage"], 14'400.0);
  EXPECT_EQ(check["budget_seconds"], 2584.8);
  EXPECT_EQ(check["budget_remaining_seconds"], 2584.8 - 28'680.0 - 45.25);
  EXPECT_EQ(check["restore"]["over_limit_with_recurrence"], 1);
  EXPECT_EQ(check["outages"][1]["duration"], 14'340.0);
}

TEST(ReportJson, WhatIsNotKnownIsNullAndNeverZero) {
  const Json json = Json::parse(render_report_json(test::rich_report()));
  const Json& no_time = json["checks"][2];
  for (const char* key : {"lower", "upper", "coverage", "verdict", "announced", "budget_seconds",
                          "budget_remaining_seconds", "max_outage"}) {
    ASSERT_TRUE(no_time.contains(key)) << key;
    EXPECT_TRUE(no_time[key].is_null()) << key;
  }
  EXPECT_TRUE(no_time["restore"]["over_limit"].is_null());
  // A budget belongs to one set of terms.
  EXPECT_TRUE(json["checks"][4]["budget_seconds"].is_null());
  EXPECT_EQ(json["checks"][4]["periods"][0]["verdict"], "met");
  EXPECT_EQ(json["checks"][4]["periods"][1]["verdict"], "breached");
  EXPECT_TRUE(json["maintenance"][1]["approver"].is_null());
  EXPECT_EQ(json["maintenance"][1]["retroactive"], true);
}

TEST(ReportCsv, IsATableThatCanBeReadBack) {
  const std::string text = render_report_csv(test::rich_report(), Language::en);
  const auto rows = read_csv(text, ',');
  ASSERT_EQ(rows.size(), 1U + 7U + 1U);
  for (const auto& row : rows) EXPECT_EQ(row.size(), rows[0].size());
  EXPECT_EQ(cell(rows, "dpi-portail", "bad"), "28680");
  EXPECT_EQ(cell(rows, "dpi-portail", "unknown"), "45.25");
  EXPECT_EQ(cell(rows, "dpi-portail", "guaranteed"), "0.999");
  EXPECT_EQ(cell(rows, "dpi-portail", "verdict"), "breached");
  EXPECT_EQ(cell(rows, "pacs-secours", "lower"), "");
  EXPECT_EQ(cell(rows, "pacs-secours", "over_limit"), "");
  EXPECT_EQ(cell(rows, "", "activity"), "virtual_infrastructure");
  EXPECT_EQ(cell(rows, "", "verdict"), "not_demonstrated");
}

TEST(ReportCsv, InFrenchIsForSpreadsheets) {
  const std::string text = render_report_csv(test::rich_report(), Language::fr);
  EXPECT_TRUE(text.starts_with("\xEF\xBB\xBF\"mois\";\"mois complet\";"));
  EXPECT_TRUE(has(text, ";0,999;"));
  EXPECT_TRUE(has(text, ";\"non tenu\";"));
  EXPECT_TRUE(has(text, ";\"indéterminé\";"));
  const auto rows = read_csv(text, ';');
  for (const auto& row : rows) EXPECT_EQ(row.size(), rows[0].size());
}

TEST(ReportCsv, HasNoFormulas) {
  const auto rows = read_csv(render_report_csv(test::rich_report(), Language::en), ',');
  EXPECT_EQ(cell(rows, "'-hostile", "collector"), "'=cmd()");
  EXPECT_EQ(cell(rows, "'-hostile", "service_hours"), "'+1<b>");
  EXPECT_EQ(cell(rows, "'-hostile", "penalties"), "'=cmd|' /C calc'!A0;\"x\" @y");
  Report report = test::rich_report();
  for (const char* start : {"@x", "\t=x", "\r=x", "\n+x", " -x", "＝x", "＠x"}) {
    report.identity.site = start;
    const auto again = read_csv(render_report_csv(report, Language::en), ',');
    EXPECT_TRUE(cell(again, "mssante", "site").starts_with("'")) << start;
  }
  // A number may be negative.
  EXPECT_TRUE(cell(rows, "dpi-portail", "budget_remaining_seconds").starts_with("-26140.4"));
}

TEST(ReportWords, HoursAreReadInTheReadersLanguage) {
  EXPECT_EQ(say_hours("mon-fri 08:00-12:00+14:00-18:00, holiday closed", Language::fr),
            "lun.-ven. 08:00-12:00+14:00-18:00, jours fériés fermé");
  EXPECT_EQ(say_hours("daily 00:00-24:00", Language::en), "every day 00:00-24:00");
  EXPECT_EQ(say_hours("monday x", Language::fr), "monday x");
  EXPECT_EQ(say_hours("", Language::fr), "");
}

}  // namespace
}  // namespace ght
