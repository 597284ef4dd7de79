#include "collectors/backup/veeam/veeam_read.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "agent/core/reasons.h"
#include "agent/core/text.h"
#include "tests/support/files.h"

namespace ght::collectors::veeam {
namespace {

using namespace std::chrono_literals;
using Json = nlohmann::json;

Json states() {
  return Json::parse(test::read_file(std::string(GHT_SOURCE_DIR) +
                                     "/collectors/backup/veeam/testdata/states.json"));
}

std::string page_error(const Json& json, std::size_t skip = 0) {
  const auto page = read_page(json.dump(), skip);
  return page.ok() ? "" : page.error().text();
}

TEST(VeeamPage, HoldsWhatTheServerSaysOfItsJobs) {
  const auto page = read_page(states().dump(), 0);
  ASSERT_TRUE(page.ok()) << page.error().text();
  EXPECT_EQ(page.value().total, 5U);
  const auto& jobs = page.value().jobs;
  ASSERT_EQ(jobs.size(), 5U);
  EXPECT_EQ(jobs[0], (Job{.id = "0b9c3a5e-5d0c-4a2b-9d53-3f1f6d1c0a01",
                          .name = "Nuit_DPI",
                          .type = "VSphereBackup",
                          .repository = "depot-nord",
                          .not_understood = "",
                          .status = Status::idle,
                          .outcome = Outcome::success,
                          .last_run = parse_rfc3339("2026-11-22T21:00:29.406Z"),
                          .duration = 1h + 18min + 27s,
                          .processed = 1046898278400}));
  EXPECT_EQ(jobs[2].outcome, Outcome::warning);
  EXPECT_EQ(jobs[2].processed, 0U);
  EXPECT_EQ(jobs[3].status, Status::running);
  EXPECT_EQ(jobs[3].outcome, Outcome::none);
  EXPECT_EQ(jobs[4].status, Status::disabled);
  EXPECT_FALSE(jobs[4].last_run.has_value());
  for (const Job& job : jobs) EXPECT_EQ(job.not_understood, "");
}

TEST(VeeamPage, WordsAreUnderstoodInEveryCase) {
  const std::vector<std::pair<std::string, Status>> statuses = {
      {"running", Status::running},  {"RUNNING", Status::running},  {"Starting", Status::running},
      {"Stopping", Status::running}, {"inactive", Status::idle},    {"Stopped", Status::idle},
      {"enabled", Status::idle},     {"disabled", Status::disabled}};
  for (const auto& [word, status] : statuses) {
    Json json = states();
    json["data"][0]["status"] = word;
    EXPECT_EQ(read_page(json.dump(), 0).value().jobs[0].status, status) << word;
  }
  Json json = states();
  json["data"][0]["lastResult"] = "FAILED";
  EXPECT_EQ(read_page(json.dump(), 0).value().jobs[0].outcome, Outcome::failed);
}

TEST(VeeamPage, AnOlderRevisionHasNoProgress) {
  Json json = states();
  for (const char* key : {"sessionProgress", "progressPercent", "highPriority", "targetName"}) {
    json["data"][0].erase(key);
  }
  const Job job = read_page(json.dump(), 0).value().jobs[0];
  EXPECT_EQ(job.not_understood, "");
  EXPECT_TRUE(job.last_run.has_value());
  EXPECT_FALSE(job.duration.has_value());
  EXPECT_FALSE(job.processed.has_value());
}

TEST(VeeamPage, OneJobThatIsNotUnderstoodDoesNotHideTheOthers) {
  struct Wrong {
    const char* key;
    Json value;
    std::string said;
  };
  const std::vector<Wrong> wrong = {
      {"status", "Hibernating", "status: \"Hibernating\" is not known"},
      {"status", 3, "status: expected a text"},
      {"lastResult", "Perfect", "lastResult: \"Perfect\" is not known"},
      {"lastResult", nullptr, "lastResult: expected a text"},
      {"lastRun", "22/11/2026 22:00", "lastRun: expected a time with its zone (RFC 3339)"},
      {"lastRun", "2026-11-22T22:00:29", "lastRun: expected a time with its zone (RFC 3339)"},
      {"lastRun", 1764000000, "lastRun: expected a text"},
      {"type", Json::array(), "type: expected a text"},
      {"repositoryName", "a\tb",
       "repositoryName: expected a name of at most 255 bytes without control characters"},
  };
  for (const Wrong& each : wrong) {
    Json json = states();
    json["data"][0][each.key] = each.value;
    const auto page = read_page(json.dump(), 0);
    ASSERT_TRUE(page.ok()) << page.error().text();
    EXPECT_EQ(page.value().jobs[0].not_understood, each.said);
    EXPECT_EQ(page.value().jobs[1].not_understood, "");
  }
}

TEST(VeeamPage, IsWholeOrAnError) {
  EXPECT_EQ(page_error(states(), 0), "");
  EXPECT_EQ(page_error({}), "/api/v1/jobs/states: answer: expected a whole JSON object");
  const std::string whole = states().dump();
  EXPECT_FALSE(read_page(whole.substr(0, whole.size() - 1), 0).ok());
  EXPECT_FALSE(read_page("", 0).ok());

  const auto with = [](const char* path, const Json& value) {
    Json json = states();
    json[Json::json_pointer(path)] = value;
    return json;
  };
  const std::string place = "/api/v1/jobs/states: ";
  EXPECT_EQ(page_error(with("/data", "jobs")), place + "data: expected a list");
  EXPECT_EQ(page_error(with("/data/1", 7)), place + "data: expected objects");
  EXPECT_EQ(page_error(with("/data/1/id", 7)), place + "id: expected a text");
  EXPECT_EQ(page_error(with("/data/1/id", "")), place + "id: expected an identifier");
  const std::string name =
      place + "name: expected a name of at most 255 bytes without control characters";
  EXPECT_EQ(page_error(with("/data/1/name", "")), place + "name: expected a name");
  EXPECT_EQ(page_error(with("/data/1/name", "a\nb")), name);
  EXPECT_EQ(page_error(with("/data/1/name", std::string(256, 'a'))), name);
  EXPECT_EQ(page_error(with("/pagination", nullptr)), place + "pagination: expected an object");
  EXPECT_EQ(page_error(with("/pagination/total", -5)), place + "total: expected a count");
  EXPECT_EQ(page_error(with("/pagination/total", "5")), place + "total: expected a count");
  EXPECT_EQ(page_error(with("/pagination/total", 4)), place + "total: says 4, there are more jobs");
  EXPECT_EQ(page_error(with("/pagination/count", 4)),
            place + "count: says 4, the page holds 5 jobs");
  EXPECT_EQ(page_error(with("/pagination/skip", 5)), place + "skip: is not what was asked for");
  EXPECT_EQ(page_error(states(), 1), place + "total: says 5, there are more jobs");
}

TEST(VeeamPage, EndsOnlyAtItsTotal) {
  const Json empty = {{"data", Json::array()}, {"pagination", {{"total", 0}, {"count", 0}}}};
  EXPECT_EQ(page_error(empty), "");
  EXPECT_EQ(page_error(empty, 1), "/api/v1/jobs/states: total: says 0, there are more jobs");
  const Json early = {{"data", Json::array()}, {"pagination", {{"total", 7}, {"count", 0}}}};
  EXPECT_EQ(page_error(early, 5), "/api/v1/jobs/states: data: an empty page before the last job");
  EXPECT_EQ(page_error(early, 7), "");
  Json more = states();
  more["pagination"]["total"] = 700;
  EXPECT_EQ(page_error(more), "");
  more["pagination"]["total"] = 18446744073709551615ULL;
  EXPECT_EQ(page_error(more, 18446744073709551614ULL).find("total: "),
            std::string("/api/v1/jobs/states: ").size());
}

TEST(VeeamTimeSpan, IsThatOfDotNet) {
  EXPECT_EQ(parse_time_span("00:04:20"), 4min + 20s);
  EXPECT_EQ(parse_time_span("1.02:03:04.5"), 26h + 3min + 4s + 500ms);
  EXPECT_EQ(parse_time_span("23:59:59.9999999"), 24h - 100ns);
  for (const char* wrong : {"", "4:20", "00:04", "00:60:00", "24:00:00", "00:00:60", "-00:04:20",
                            "00:04:20 ", "1.", "1.2", "00:04:20.", "00:04:20.12345678",
                            "10000.00:00:00", "1.00:00", ":00:00", "00::00", "00:00:"}) {
    EXPECT_EQ(parse_time_span(wrong), std::nullopt) << wrong;
  }
}

TEST(VeeamError, IsAWordOrNothing) {
  EXPECT_EQ(error_code(R"({"errorCode":"NotImplemented","message":"m","status":400})"),
            "NotImplemented");
  for (const char* other : {"", "<html>", "[]", R"({"errorCode":"two words"})",
                            R"({"errorCode":7})", R"({"error":"x"})"}) {
    EXPECT_EQ(error_code(other), "") << other;
  }
  EXPECT_EQ(error_code("{\"errorCode\":\"" + std::string(65, 'a') + "\"}"), "");
}

struct Said {
  std::string_view failure;
  std::string detail;
  int status;
  std::string body;
  std::string_view code;
  std::string value;
};

TEST(VeeamFailure, SaysWhereToLook) {
  const std::string_view refused = reasons::token_refused;
  const std::vector<Said> all = {
      {refused, "NotImplemented", 400, "", "veeam_revision", "HTTP 400"},
      {refused, "AccessDenied", 401, "", "veeam_login_refused", "HTTP 401 AccessDenied"},
      {refused, "invalid_grant", 400, "", "veeam_login_refused", "HTTP 400 invalid_grant"},
      {refused, "HTTP 403", 403, "", "veeam_login_refused", "HTTP 403"},
      {refused, "HTTP 404", 404, "", "veeam_no_api", "HTTP 404"},
      {refused, "HTTP 429", 429, "", "veeam_busy", "HTTP 429"},
      {refused, "HTTP 503", 503, "", "veeam_busy", "HTTP 503"},
      {refused, "HTTP 302", 302, "", "veeam_status", "HTTP 302"},
      {refused, "token_type is not bearer", 200, "", refused, "token_type is not bearer"},
      {reasons::connect_refused, "192.0.2.1:9419", 0, "", reasons::connect_refused,
       "192.0.2.1:9419"},
      {"", "", 400, R"({"errorCode":"NotImplemented"})", "veeam_revision", "HTTP 400"},
      {"", "", 400, R"({"errorCode":"InvalidRequest"})", "veeam_status", "HTTP 400 InvalidRequest"},
      {"", "", 401, "", "veeam_forbidden", "HTTP 401"},
      {"", "", 403, R"({"errorCode":"AccessDenied"})", "veeam_forbidden", "HTTP 403 AccessDenied"},
      {"", "", 404, "<html>", "veeam_no_api", "HTTP 404"},
      {"", "", 503, "", "veeam_busy", "HTTP 503"},
      {"", "", 500, R"({"errorCode":"UnknownError"})", "veeam_status", "HTTP 500 UnknownError"},
      {"", "", 301, "", "veeam_status", "HTTP 301"},
      {"", "", 0, "", "veeam_status", "HTTP 0"},
  };
  for (const Said& each : all) {
    HttpResult result;
    result.failure = each.failure;
    result.failure_detail = each.detail;
    result.status = each.status;
    result.body = each.body;
    const auto reason = failure_reason(result);
    ASSERT_TRUE(reason.has_value()) << each.status << each.detail;
    EXPECT_EQ(reason->code, each.code);
    EXPECT_EQ(std::get<std::string>(reason->value), each.value);
  }
}

TEST(VeeamFailure, ThereIsNoneInAWholeAnswer) {
  HttpResult result;
  result.status = 200;
  EXPECT_EQ(failure_reason(result), std::nullopt);
  result.body_cut = true;
  EXPECT_EQ(failure_reason(result).value().code, "veeam_too_long");
}

}  // namespace
}  // namespace ght::collectors::veeam
