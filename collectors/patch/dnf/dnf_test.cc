#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/core/collector.h"
#include "agent/core/reasons.h"
#include "collectors/patch/contract.h"
#include "collectors/patch/families.h"
#include "collectors/patch/rpm_state.h"
#include "collectors/registry.h"

namespace ght::collectors {
namespace {

using std::chrono_literals::operator""h;
using std::chrono_literals::operator""s;

const WallTime now = WallTime(1795000000s);

constexpr std::string_view whole = R"({"format":1,"dnf":"4.14.0","installed":7,
  "rpm_database":"whole","running":false,"doubled":[],"problems":0,
  "updates":[{"package":"openssl-libs","architecture":"x86_64","source":"baseos","withheld":false,
    "advisories":[{"name":"ZZZ-2026:1","type":"security","severity":"Important",
      "cves":["CVE-2026-1111"]}]},
    {"package":"vim","architecture":"x86_64","source":"baseos","withheld":true,"advisories":[]}],
  "sources":[{"id":"baseos","read":true,"advisories":true,"confirmed":1794999000,
    "published":1794990000}]})";

const Collector& dnf_row() {
  return *find("dnf");
}

Settings settings(std::vector<std::string> accepted = {}) {
  Settings settings;
  settings.set("max_security_age", Duration(24h * 7));
  settings.set("max_metadata_age", Duration(48h));
  settings.set("max_catalogue_age", Duration(24h * 60));
  settings.set("tool", std::string("dnf"));
  settings.set("repositories_without_advisories", std::move(accepted));
  return settings;
}

Observation interpreted(std::string_view out, const Settings& with = settings(),
                        const Memory& before = {}) {
  HelperResult result;
  result.end = HelperEnd::exited;
  result.out = out;
  return dnf_row().interpret(with, {result}, before, now);
}

std::string replaced(std::string_view from, std::string_view to) {
  std::string text(whole);
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::vector<std::string> shown(const Observation& observation) {
  std::vector<std::string> lines;
  for (const Sample& sample : observation.samples) {
    std::string line(sample.family->name);
    for (const std::string& value : sample.label_values) line += " " + value;
    lines.push_back(line + "=" + std::to_string(static_cast<long>(sample.value)));
  }
  return lines;
}

TEST(Dnf, PlansItsHelperOnce) {
  const Result<Plan> plan = dnf_row().plan(settings(), {}, {});
  ASSERT_TRUE(plan.ok());
  ASSERT_EQ(plan.value().size(), 1U);
  const auto& helper = std::get<RunHelper>(plan.value()[0]);
  EXPECT_EQ(helper.program, "ght-dnf-state");
  EXPECT_THAT(helper.arguments, testing::IsEmpty());
  EXPECT_THAT(dnf_row().plan(settings(), {HelperResult{}}, {}).value(), testing::IsEmpty());
  Settings other = settings();
  other.set("root", std::string("/srv/image"));
  EXPECT_THAT(std::get<RunHelper>(dnf_row().plan(other, {}, {}).value()[0]).arguments,
              testing::ElementsAre("--root", "/srv/image"));
}

TEST(Dnf, AWholeAnswerIsJudged) {
  const Observation observation = interpreted(whole);
  EXPECT_EQ(observation.verdict, Verdict::good);
  EXPECT_EQ(observation.reason.code, patch::reasons::pending);
  EXPECT_EQ(observation.memory.json, R"({"first_seen":{"openssl-libs.x86_64":1795000000}})");
  EXPECT_THAT(shown(observation),
              testing::IsSupersetOf(
                  {"ght_patch_pending_updates security=1", "ght_patch_pending_updates other=0",
                   "ght_patch_withheld_updates security=0", "ght_patch_withheld_updates other=1",
                   "ght_patch_metadata_timestamp_seconds=1794999000"}));
}

TEST(Dnf, TheTypeMakesTheClassWhateverTheNameOfTheAdvisory) {
  const std::string bugfix = replaced("\"type\":\"security\"", "\"type\":\"bugfix\"");
  const Observation other = interpreted(bugfix);
  EXPECT_EQ(other.reason.code, patch::reasons::up_to_date);
  EXPECT_THAT(shown(other), testing::IsSupersetOf({"ght_patch_pending_updates security=0",
                                                   "ght_patch_pending_updates other=1"}));
  const Observation named = interpreted(replaced("ZZZ-2026:1", "RHBA-2026:1"));
  EXPECT_THAT(shown(named), testing::Contains("ght_patch_pending_updates security=1"));
}

TEST(Dnf, AnAdvisoryOfNoKnownTypeIsUnknownUnlessAnotherSaysSecurity) {
  const Observation observation =
      interpreted(replaced("\"type\":\"security\"", "\"type\":\"unknown\""));
  EXPECT_EQ(observation.verdict, Verdict::unknown);
  EXPECT_EQ(observation.reason.code, rpm::reasons::type_unknown);
  EXPECT_EQ(std::get<std::string>(observation.reason.value), "ZZZ-2026:1 (openssl-libs.x86_64)");
  EXPECT_THAT(shown(observation),
              testing::Not(testing::Contains(testing::HasSubstr("pending_up"))));
  const Observation both = interpreted(
      replaced("[{\"name\"", R"([{"name":"B","type":"unknown","severity":"","cves":[]},{"name")"));
  EXPECT_EQ(both.verdict, Verdict::good);
}

TEST(Dnf, ARepositoryWithoutAdvisoriesIsUnknownUntilItIsAccepted) {
  const std::string out =
      replaced("\"sources\":[",
               R"("sources":[{"id":"epel","read":true,"advisories":false,"confirmed":1794999000,
         "published":null},)");
  const Observation unknown = interpreted(out);
  EXPECT_EQ(unknown.verdict, Verdict::unknown);
  EXPECT_EQ(unknown.reason.code, rpm::reasons::without_advisories);
  EXPECT_EQ(std::get<std::string>(unknown.reason.value), "epel");
  EXPECT_THAT(shown(unknown), testing::Not(testing::Contains(testing::HasSubstr("_updates "))));
  EXPECT_EQ(unknown.memory.json, R"({"first_seen":{"openssl-libs.x86_64":1795000000}})");
  EXPECT_EQ(interpreted(out, settings({"baseos"})).verdict, Verdict::unknown);
  EXPECT_EQ(interpreted(out, settings({"epel"})).verdict, Verdict::good);
  EXPECT_EQ(interpreted(out, settings({"ep?l"})).verdict, Verdict::good);
  EXPECT_EQ(interpreted(out, settings({"*l"})).verdict, Verdict::good);
  EXPECT_EQ(interpreted(out, settings({"epe"})).verdict, Verdict::unknown);
}

TEST(Dnf, OnlyAcceptedRepositoriesAreNoSourceOfSecurityUpdates) {
  const Observation observation =
      interpreted(replaced("\"advisories\":true", "\"advisories\":false"), settings({"baseos"}));
  EXPECT_EQ(observation.verdict, Verdict::unknown);
  EXPECT_EQ(observation.reason.code, patch::reasons::no_security_source);
}

TEST(Dnf, AnOldUpdateIsBadWhateverElseIsNotKnown) {
  const std::string out =
      replaced("\"sources\":[",
               R"("sources":[{"id":"epel","read":true,"advisories":false,"confirmed":null,
                  "published":null},)");
  const Memory before{.json = R"({"first_seen":{"openssl-libs.x86_64":1790000000}})"};
  const Observation observation = interpreted(out, settings(), before);
  EXPECT_EQ(observation.verdict, Verdict::bad);
  EXPECT_EQ(observation.reason.code, patch::reasons::overdue);
  EXPECT_THAT(shown(observation), testing::Not(testing::Contains(testing::HasSubstr("_updates "))));
}

TEST(Dnf, PackagesInTwoVersionsAreAnInterruptedTransactionUnlessOneIsRunning) {
  const std::string out = replaced("\"doubled\":[]", "\"doubled\":[\"glibc.x86_64\"]");
  const Observation observation = interpreted(out);
  EXPECT_EQ(observation.verdict, Verdict::bad);
  EXPECT_EQ(observation.reason.code, rpm::reasons::interrupted);
  EXPECT_THAT(shown(observation), testing::Contains("ght_patch_interrupted_packages=1"));
  std::string running = out;
  running.replace(running.find("\"running\":false"), 15, "\"running\":true");
  EXPECT_EQ(interpreted(running).verdict, Verdict::good);
}

TEST(Dnf, AgesOfUpdatesOutOfSightGoOn) {
  const std::string out = replaced("\"type\":\"security\"", "\"type\":\"bugfix\"");
  const std::string silent =
      std::string(out).replace(out.find("\"advisories\":true"), 17, "\"advisories\":false");
  const Memory before{.json = R"({"first_seen":{"openssl-libs.x86_64":1794000000}})"};
  EXPECT_EQ(interpreted(silent, settings(), before).memory, before);
  EXPECT_EQ(interpreted(out, settings(), before).memory.json.find("openssl"), std::string::npos);
}

TEST(Dnf, TheWorstSeverityOfItsSecurityAdvisoriesIsTheUpdates) {
  const std::pair<const char*, const char*> cases[] = {
      {"Important", "important"},
      {"Critical", "critical"},
      {"urgent", "critical"},
      {"HIGH", "important"},
      {"Moderate", "moderate"},
      {"medium", "moderate"},
      {"Low", "low"},
      {"None", "unknown"},
      {"", "unknown"},
  };
  for (const auto& [said, severity] : cases) {
    const auto lines = shown(interpreted(
        replaced("\"severity\":\"Important\"", "\"severity\":\"" + std::string(said) + "\"")));
    EXPECT_THAT(lines,
                testing::Contains(std::string("ght_patch_security_updates ") + severity + "=1"))
        << said;
  }
  const auto two = shown(interpreted(
      replaced("[{\"name\"", R"([{"name":"A","type":"bugfix","severity":"Critical","cves":[]},
                        {"name":"B","type":"security","severity":"Low","cves":[]},{"name")")));
  EXPECT_THAT(two, testing::Contains("ght_patch_security_updates important=1"));
}

Observation with_catalogue(const HelperResult& catalogue) {
  Settings with = settings();
  with.set("exploited_catalogue", std::string("/srv/kev.json"));
  EXPECT_EQ(std::get<RunHelper>(dnf_row().plan(with, {}, {}).value()[0]).program, "ght-exploited");
  HelperResult result;
  result.end = HelperEnd::exited;
  result.out = whole;
  return dnf_row().interpret(with, {catalogue, result}, {}, now);
}

TEST(Dnf, ExploitedIsWhatTheCatalogueNames) {
  HelperResult catalogue;
  catalogue.end = HelperEnd::exited;
  catalogue.out = R"({"dateReleased":"2026-11-01T00:00:00Z",
                      "vulnerabilities":[{"cveID":"CVE-2026-1111"}]})";
  EXPECT_THAT(shown(with_catalogue(catalogue)), testing::Contains("ght_patch_exploited_updates=1"));
  catalogue.out.replace(catalogue.out.find("1111"), 4, "2222");
  EXPECT_THAT(shown(with_catalogue(catalogue)), testing::Contains("ght_patch_exploited_updates=0"));
  catalogue.code = 1;
  catalogue.err = "/srv/kev.json: cannot be read";
  const Observation observation = with_catalogue(catalogue);
  EXPECT_EQ(observation.verdict, Verdict::unknown);
  EXPECT_EQ(observation.reason.code, patch::reasons::catalogue_unreadable);
  EXPECT_THAT(std::get<std::string>(observation.reason.value), testing::HasSubstr("cannot be"));
}

TEST(Dnf, ADamagedDatabaseIsBadAndForgetsNothing) {
  const Memory before{.json = R"({"first_seen":{"openssl-libs.x86_64":1794000000}})"};
  const Observation observation =
      interpreted(R"({"format":1,"rpm_database":"damaged","damage":"Packages: malformed"})",
                  settings(), before);
  EXPECT_EQ(observation.verdict, Verdict::bad);
  EXPECT_EQ(observation.reason.code, patch::reasons::database_broken);
  EXPECT_EQ(std::get<std::string>(observation.reason.value), "Packages: malformed");
  EXPECT_THAT(observation.samples, testing::IsEmpty());
  EXPECT_EQ(observation.memory, before);
}

TEST(Dnf, AnAnswerThatIsNotUnderstoodIsUnknownAndSaysWhere) {
  const std::pair<std::string, std::string> cases[] = {
      {"", "not a JSON document"},
      {"[]", "expected an object"},
      {replaced("\"format\":1", "\"format\":2"), "/format: expected 1"},
      {replaced("\"installed\":7", "\"installed\":0"), "/installed: expected at least one"},
      {replaced("\"rpm_database\":\"whole\"", "\"rpm_database\":\"\""), "/rpm_database: expected"},
      {replaced("\"rpm_database\":\"whole\"", "\"rpm_database\":\"damaged\""), "/damage: expected"},
      {replaced("\"problems\":0", "\"problems\":-1"), "/problems: expected a whole number"},
      {replaced("\"doubled\":[]", "\"doubled\":[1]"), "/doubled: expected texts"},
      {replaced("\"package\":\"vim\"", "\"package\":\"\""), "/updates/1/package: expected a text"},
      {replaced("\"withheld\":true", "\"withheld\":1"), "/updates/1/withheld: expected true"},
      {replaced("\"severity\":\"Important\"", "\"severity\":null"),
       "/updates/0/advisories/0/severity: expected a text"},
      {replaced("[\"CVE-2026-1111\"]", "null"), "/updates/0/advisories/0/cves: expected an array"},
      {replaced("1794999000", "\"today\""), "/sources/0/confirmed: expected a whole number"},
      {replaced("1794999000", "99999999999999"), "/sources/0/confirmed: expected a whole number"},
  };
  for (const auto& [out, where] : cases) {
    const Observation observation = interpreted(out);
    EXPECT_EQ(observation.verdict, Verdict::unknown) << out;
    EXPECT_EQ(observation.reason.code, reasons::helper_output_unreadable) << out;
    EXPECT_THAT(std::get<std::string>(observation.reason.value), testing::HasSubstr(where));
    EXPECT_THAT(observation.samples, testing::IsEmpty());
  }
}

TEST(Dnf, EveryCutAnswerIsUnknown) {
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_EQ(interpreted(whole.substr(0, length)).verdict, Verdict::unknown) << length;
  }
}

}  // namespace
}  // namespace ght::collectors
