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
