#include <gtest/gtest.h>

#include "agent/config/config.h"
#include "agent/core/limits.h"
#include "collectors/registry.h"

namespace ght::collectors {
namespace {

Settings settings_of(const std::string& json) {
  SettingsOutcome read = parse_settings(json, find("fhir")->settings);
  EXPECT_TRUE(read.problems.empty()) << read.problems.front().text();
  return std::move(read.settings);
}

Result<Plan> plan_of(const std::string& json) {
  return find("fhir")->plan(settings_of(json), {}, {});
}

TEST(FhirCollector, AsksForTheStatementOfItsBase) {
  for (const char* url : {"https://fhir.example/r4", "https://fhir.example/r4/"}) {
    const auto plan = plan_of(std::string(R"({"url": ")") + url + "\"}");
    ASSERT_TRUE(plan.ok()) << plan.error().text();
    const auto& step = std::get<HttpExchange>(plan.value().at(0));
    EXPECT_EQ(step.url, "https://fhir.example/r4/metadata");
    EXPECT_EQ(step.max_body, limits::fhir_body_bytes);
    EXPECT_EQ(step.headers.at(0).second, "application/fhir+json");
  }
  EXPECT_FALSE(plan_of(R"({"url": "https://fhir.example/r4?x=1"})").ok());
}

// A whole CapabilityStatement lists every resource: what counts must not be found inside them.
TEST(FhirCollector, OnlyTheStatementsOwnValuesCount) {
  HttpResult result;
  result.status = 200;
  result.headers = {{"content-type", "application/fhir+json"}};
  result.body = R"({"software": {"status": "active", "fhirVersion": "4.0.1"},
                    "contained": [{"resourceType": "CapabilityStatement", "status": "active"}],
                    "resourceType": "CapabilityStatement", "status": "retired", "fhirVersion": "4.0.1"})";
  const auto observation =
      find("fhir")->interpret(settings_of(R"({"url": "https://fhir.example"})"), {result}, {}, {});
  EXPECT_EQ(observation.reason.code, "fhir_not_active");
}

TEST(FhirCollector, AReleaseIsNoPrefixOfAnother) {
  HttpResult result;
  result.status = 200;
  result.headers = {{"content-type", "application/fhir+json"}};
  result.body =
      R"({"resourceType": "CapabilityStatement", "status": "active", "fhirVersion": "4.01"})";
  const auto observation =
      find("fhir")->interpret(settings_of(R"({"url": "https://fhir.example"})"), {result}, {}, {});
  EXPECT_EQ(observation.reason.code, "fhir_version");
}

}  // namespace
}  // namespace ght::collectors
