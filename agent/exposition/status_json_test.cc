#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "agent/exposition/render.h"
#include "agent/exposition/rich_view.h"

namespace ght {
namespace {

using nlohmann::json;

json status(const View& view) {
  return json::parse(render_status_json(view));
}

json check(const View& view, std::string_view name) {
  const json all = status(view);
  for (const json& item : all["checks"]) {
    if (item["name"] == name) return item;
  }
  return nullptr;
}

TEST(StatusJson, TellsOfTheAgentsOwnCertificate) {
  View view = test::empty_view();
  EXPECT_TRUE(status(view)["web"]["tls"].is_null());
  view.web_tls = {.not_after = view.now, .reload_error = "key.pem: is not the key"};
  const json tls = status(view)["web"]["tls"];
  EXPECT_EQ(tls["ok"], false);
  EXPECT_EQ(tls["error"], "key.pem: is not the key");
}

TEST(StatusJson, SaysWhoWhereAndWhen) {
  const json all = status(test::RichView().view);
  EXPECT_EQ(all["format"], 1);
  EXPECT_EQ(all["agent"]["identity"]["establishment"], "CH Exemple");
  EXPECT_EQ(all["agent"]["now"], "2026-11-23T03:05:12Z");
  EXPECT_EQ(all["configuration"]["ok"], false);
  EXPECT_EQ(all["configuration"]["accepted"], "2026-11-20T06:00:00.250Z");
  EXPECT_EQ(all["ledger"]["healthy"], false);
  EXPECT_EQ(all["checks"].size(), 9U);
}

TEST(StatusJson, WhatIsNotKnownIsAbsent) {
  test::RichView rich;
  const json never = check(rich.view, "pacs-archive");
  for (const char* key : {"verdict", "last_run", "run_duration_seconds"}) {
    EXPECT_FALSE(never.contains(key)) << key;
  }
  EXPECT_FALSE(never["sla"].contains("guaranteed"));
  for (CheckView& item : rich.view.checks) item.accounted.reset();
  rich.view.ledger_last_write.reset();
  EXPECT_FALSE(check(rich.view, "dpi-portail").contains("seconds"));
  EXPECT_FALSE(status(rich.view)["ledger"].contains("last_write"));
  const json empty = status(test::empty_view());
  EXPECT_FALSE(empty["configuration"].contains("error"));
  EXPECT_FALSE(empty["ledger"].contains("error"));
  EXPECT_EQ(empty["checks"], json::array());
  ASSERT_EQ(empty["activities"].size(), 6U);
  for (const json& activity : empty["activities"]) EXPECT_FALSE(activity.contains("state"));
}

TEST(StatusJson, ACheckCarriesAllThatIsKnownOfIt) {
  const test::RichView rich;
  const json portal = check(rich.view, "dpi-portail");
  EXPECT_EQ(portal["activity"], "application_platform");
  EXPECT_EQ(portal["collector"], "http");
  EXPECT_EQ(portal["state"], "bad");
  EXPECT_EQ(portal["state_since"], "2026-11-23T02:11:00Z");
  EXPECT_EQ(portal["verdict"], "bad");
  EXPECT_EQ(portal["reason"]["code"], "rich_status");
  EXPECT_EQ(portal["reason"]["en"], "HTTP status 503 (expected: 200)");
  EXPECT_EQ(portal["runs"], (json{{"ok", 34000}, {"error", 12}, {"timeout", 3}, {"skipped", 1}}));
  EXPECT_EQ(portal["seconds"]["good"], 509000.5);
  EXPECT_EQ(portal["sla"]["announced"], 0.9995);
}

TEST(StatusJson, TheHistoryOfACheck) {
  test::RichView rich;
  const json history = check(rich.view, "dpi-portail")["history"];
  const json& month = history["current"];
  EXPECT_EQ(month["from"], "2026-10-31T23:00:00Z");
  EXPECT_EQ(month["to"], "2026-11-30T23:00:00Z");
  EXPECT_EQ(month["complete"], false);
  EXPECT_EQ(month["seconds"]["maintenance"], 7200.0);
  EXPECT_EQ(month["verdict"], "breached");
  EXPECT_EQ(month["budget_remaining_seconds"], -3517.2);
  EXPECT_EQ(history["previous"]["verdict"], "met");
  ASSERT_EQ(history["outages"].size(), 6U);
  EXPECT_EQ(history["outages"][0]["to"], nullptr);
  EXPECT_EQ(history["outages"][0]["reason"]["fr"], "statut HTTP …");
  EXPECT_EQ(history["outages"][1]["to"], "2026-11-23T00:04:00Z");
  EXPECT_EQ(history["outages"][1]["duration_seconds"], 840.0);
}

TEST(StatusJson, WhatIsNotKnownOfThePastIsNull) {
  test::RichView rich;
  EXPECT_EQ(check(rich.view, "ris-nuit").at("history"), nullptr);
  const json fresh = check(rich.view, "pacs-archive")["history"];
  EXPECT_EQ(fresh.at("previous"), nullptr);
  EXPECT_EQ(fresh["current"].at("verdict"), nullptr);
  EXPECT_EQ(fresh["current"].at("budget_seconds"), nullptr);
  rich.view.checks[0].history->current->figures.reset();
  EXPECT_EQ(check(rich.view, "salle-onduleur")["history"]["current"].at("lower"), nullptr);
  const json empty = status(test::empty_view());
  EXPECT_EQ(empty["chain"], (json{{"records", nullptr}, {"head", nullptr}}));
  EXPECT_EQ(empty["maintenance"], json::array());
}

TEST(StatusJson, WindowsAndTheChain) {
  const json all = status(test::RichView().view);
  EXPECT_EQ(all["chain"]["records"], 48213);
  EXPECT_EQ(all["chain"]["head"].get<std::string>().size(), 64U);
  const json& once = all["maintenance"][0];
  EXPECT_EQ(once["retroactive"], true);
  EXPECT_EQ(once["active"], true);
  EXPECT_EQ(once.at("approver"), nullptr);
  EXPECT_EQ(once.at("recurring"), nullptr);
  const json& weekly = all["maintenance"][1];
  EXPECT_EQ(weekly["scope"]["activities"], json({"backup"}));
  EXPECT_EQ(weekly["recurring"], "sun 02:00-04:00");
  EXPECT_EQ(weekly.at("to"), nullptr);
  EXPECT_EQ(check(test::RichView().view, "disques")["maintenance_active"], true);
}

TEST(StatusJson, IllFormedTextDoesNotBreakIt) {
  test::RichView rich;
  rich.view.identity.host = "srv\xFF";
  rich.view.reload_error = "\xC3(";
  const json all = status(rich.view);
  EXPECT_EQ(all["agent"]["identity"]["host"], "srv\uFFFD");
  EXPECT_EQ(all["configuration"]["error"], "\uFFFD(");
}

TEST(StatusJson, NumbersActivitiesAsConfigured) {
  View view = test::empty_view();
  view.numbering = Numbering::asip_2018;
  const json all = status(view);
  EXPECT_EQ(all["agent"]["numbering"], "asip-2018");
  EXPECT_EQ(all["activities"][2]["activity"], "application_platform");
  EXPECT_EQ(all["activities"][2]["number"], 3);
  EXPECT_EQ(all["activities"][5]["label"]["fr"], "Sauvegarde des données de santé");
}

}  // namespace
}  // namespace ght
