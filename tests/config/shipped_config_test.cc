// The configuration that is shipped, against the collectors that are built in. After a change of a
// settings table, --update-golden rewrites config/agent.schema.json; the new key's comment in
// config/agent.json is written by hand.
#include <gtest/gtest.h>
#include <algorithm>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "agent/config/allow_list.h"
#include "agent/config/config.h"
#include "agent/config/document.h"
#include "agent/config/tables.h"
#include "collectors/registry.h"
#include "tests/support/files.h"

namespace ght {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> shipped() {
  std::vector<std::string> files = {"config/agent.json", "packaging/debian/agent.json"};
  for (const auto& entry : fs::directory_iterator(test::source("config/examples"))) {
    files.push_back("config/examples/" + entry.path().filename().string());
  }
  return files;
}

TEST(ShippedConfig, IsValidWithoutAWarning) {
  EXPECT_GE(shipped().size(), 3U);
  for (const std::string& file : shipped()) {
    const std::string bytes = test::read_file(test::source(file));
    const ConfigOutcome outcome = parse_config(bytes, file, "srv", collectors::all());
    EXPECT_NE(outcome.get(), nullptr);
    for (const ConfigProblem& problem : outcome.problems) ADD_FAILURE() << problem.text();
  }
}

// Every key of `fields` stands in at least one of `nodes`, and so do the keys inside.
void expect_keys(const std::vector<const config::Node*>& nodes, std::span<const Field> fields,
                 const std::string& where) {
  for (const Field& field : fields) {
    std::vector<const config::Node*> inside;
    for (const config::Node* node : nodes) {
      const config::Node* given = node->find(field.key);
      if (given == nullptr) continue;
      inside.push_back(given);
      for (const config::Node& element : given->children) inside.push_back(&element);
    }
    EXPECT_FALSE(inside.empty()) << "config/agent.json does not show " << where << field.key;
    if (!inside.empty()) expect_keys(inside, field.inner, where + std::string(field.key) + ".");
  }
}

bool has_the_same(const Collector* other, const Field& field) {
  return other != nullptr && std::ranges::any_of(other->settings, [&](const Field& each) {
           return each.key == field.key && each.help == field.help;
         });
}

TEST(ReferenceConfig, ShowsEveryKey) {
  const std::string bytes = test::read_file(test::source("config/agent.json"));
  config::Problems problems(bytes, "agent.json");
  const auto root = config::parse_document(bytes, problems);
  ASSERT_TRUE(root.has_value());
  const config::Tables tables(collectors::all());
  expect_keys({&*root}, tables.root(), "");
  const config::Node* checks = root->find("checks");
  ASSERT_NE(checks, nullptr);
  for (const Collector* collector : collectors::all()) {
    const std::string where = std::string(collector->name) + " settings ";
    for (const Field& field : collector->settings) {
      // What a group of collectors shares is shown once, with any of them.
      std::vector<const config::Node*> settings;
      for (const config::Node& check : checks->children) {
        const config::Node* name = check.find("collector");
        const config::Node* own = check.find("settings");
        if (name == nullptr || own == nullptr) continue;
        const bool its = name->text == collector->name;
        if (its || has_the_same(collectors::find(name->text), field)) settings.push_back(own);
      }
      expect_keys(settings, {&field, 1}, where);
    }
  }
}

// What a new server runs: this machine alone can ask, and something is shown.
TEST(PackagedConfig, ListensOnTheLoopbackAndHasACheck) {
  const std::string bytes = test::read_file(test::source("packaging/debian/agent.json"));
  const ConfigOutcome outcome = parse_config(bytes, "agent.json", "srv", collectors::all());
  ASSERT_NE(outcome.get(), nullptr);
  for (const std::string& address : outcome.get()->web.listen) {
    EXPECT_TRUE(address.starts_with("127.0.0.1:")) << address;
  }
  EXPECT_FALSE(outcome.get()->checks.empty());
}

TEST(PackagedAllowList, AllowsNothing) {
  const std::string bytes = test::read_file(test::source("packaging/debian/privileged.conf"));
  const auto list = parse_allow_list(bytes, "privileged.conf");
  ASSERT_TRUE(list.ok()) << list.error().text();
  EXPECT_EQ(list.value().size(), 0U);
}

// The commented lines are there to be used.
TEST(PackagedAllowList, ShowsWhatTheResticCheckAsksFor) {
  std::istringstream lines(test::read_file(test::source("packaging/debian/privileged.conf")));
  std::string shown;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("# dpi-nuit ")) shown += line.substr(2) + "\n";
  }
  const auto list = parse_allow_list(shown, "privileged.conf");
  ASSERT_TRUE(list.ok()) << list.error().text();
  const auto settings = parse_settings(
      R"({"repository": "/srv/restic/dpi", "password_file": "/etc/ght-agent/restic-root.pass"})",
      collectors::find("restic")->settings);
  ASSERT_TRUE(settings.problems.empty());
  const auto plan = collectors::find("restic")->plan(settings.settings, {}, {});
  ASSERT_TRUE(plan.ok());
  const auto* listing = std::get_if<RunHelper>(&plan.value().back());
  ASSERT_NE(listing, nullptr);
  EXPECT_TRUE(list.value().permit("dpi-nuit", *listing).ok()) << allow_line("dpi-nuit", *listing);
  RunHelper stats = *listing;
  stats.arguments.erase(stats.arguments.begin(), stats.arguments.begin() + 2);
  stats.arguments.insert(stats.arguments.begin(),
                         {"stats", "--mode=restore-size", std::string(64, 'a')});
  EXPECT_TRUE(list.value().permit("dpi-nuit", stats).ok()) << allow_line("dpi-nuit", stats);
}

TEST(Schema, IsTheCommittedOne) {
  const fs::path path = test::source("config/agent.schema.json");
  const std::string schema = config_schema(collectors::all());
  if (std::getenv("GHT_UPDATE_GOLDEN") != nullptr) std::ofstream(path, std::ios::binary) << schema;
  EXPECT_EQ(test::read_file(path), schema)
      << "rewrite it: GHT_UPDATE_GOLDEN=1 build/dev/tests/config/ght_shipped_config_test";
}

}  // namespace
}  // namespace ght
