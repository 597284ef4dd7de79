#include "collectors/backup/veeam/veeam_list.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "agent/core/limits.h"
#include "agent/core/reasons.h"

namespace ght::collectors::veeam {
namespace {

using Json = nlohmann::json;

const std::vector<std::string> revisions = {"1.3-rev2", "1.2-rev1", "1.1-rev0"};

Json job(const std::string& id) {
  return {{"id", id},
          {"name", "job " + id},
          {"type", "VSphereBackup"},
          {"status", "Stopped"},
          {"lastResult", "Success"},
          {"lastRun", "2026-11-22T22:00:29+01:00"}};
}

StepResult page(const std::vector<std::string>& ids, std::size_t total) {
  Json data = Json::array();
  for (const std::string& id : ids) data.push_back(job(id));
  HttpResult result;
  result.status = 200;
  result.body = Json{{"data", data}, {"pagination", {{"total", total}}}}.dump();
  return result;
}

StepResult unknown_revision() {
  HttpResult result;
  result.failure = reasons::token_refused;
  result.failure_detail = "NotImplemented";
  result.status = 400;
  return result;
}

StepResult refused() {
  HttpResult result;
  result.failure = reasons::token_refused;
  result.failure_detail = "AccessDenied";
  result.status = 401;
  return result;
}

std::vector<std::string> ids(const Walk& walk) {
  std::vector<std::string> all;
  for (const Job& job : walk.jobs) all.push_back(job.id);
  return all;
}

std::string code(const Walk& walk) {
  return walk.failed ? std::string(walk.failed->code) : "";
}

Walk after(const std::vector<StepResult>& answers) {
  return walk(revisions, answers);
}

TEST(VeeamList, BeginsWithThePreferredRevision) {
  const Walk start = after({});
  ASSERT_TRUE(start.next.has_value());
  EXPECT_EQ(start.next->revision, "1.3-rev2");
  EXPECT_EQ(start.next->skip, 0U);
}

TEST(VeeamList, TriesTheNextRevisionOnlyWhenOneIsNotKnown) {
  const Walk second = after({unknown_revision()});
  ASSERT_TRUE(second.next.has_value());
  EXPECT_EQ(second.next->revision, "1.2-rev1");
  EXPECT_EQ(code(after({refused()})), "veeam_login_refused") << "a password is tried once";
  EXPECT_EQ(code(after({unknown_revision(), unknown_revision(), unknown_revision()})),
            "veeam_revision");
  const Walk read = after({unknown_revision(), page({"a"}, 1)});
  EXPECT_FALSE(read.next || read.failed);
  EXPECT_EQ(read.revision, "1.2-rev1");
  EXPECT_EQ(ids(read), (std::vector<std::string>{"a"}));
}

TEST(VeeamList, GoesOnWhereThePageEndedWhateverItsSize) {
  const Walk more = after({page({"a", "b"}, 3)});
  ASSERT_TRUE(more.next.has_value());
  EXPECT_EQ(more.next->revision, "1.3-rev2");
  EXPECT_EQ(more.next->skip, 2U);
  const Walk whole = after({page({"a", "b"}, 3), page({"c"}, 3)});
  EXPECT_FALSE(whole.next || whole.failed);
  EXPECT_EQ(ids(whole), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(whole.gap, "");
  const Walk none = after({page({}, 0)});
  EXPECT_FALSE(none.next || none.failed);
  EXPECT_TRUE(none.jobs.empty());
}

TEST(VeeamList, ThatMovedBetweenTwoPagesMayLackAJob) {
  EXPECT_NE(after({page({"a", "b"}, 4), page({"b", "c"}, 4)}).gap, "") << "listed again";
  EXPECT_NE(after({page({"a", "b"}, 4), page({"c"}, 3)}).gap, "") << "one less";
  const Walk grown = after({page({"a", "b"}, 3), page({"c"}, 4)});
  ASSERT_TRUE(grown.next.has_value());
  EXPECT_EQ(grown.next->skip, 3U);
}

TEST(VeeamList, OnePageMayNameAJobTwice) {
  const Walk twice = after({page({"a", "b", "a"}, 3)});
  EXPECT_FALSE(twice.failed);
  EXPECT_EQ(ids(twice), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(twice.gap, "");
  EXPECT_EQ(twice.jobs[0].not_understood, "");
}

TEST(VeeamList, TwoStatesOfOneJobAreNone) {
  Json other = job("a");
  other["lastResult"] = "Failed";
  HttpResult result;
  result.status = 200;
  result.body = Json{{"data", {job("a"), other}}, {"pagination", {{"total", 2}}}}.dump();
  EXPECT_EQ(after({StepResult(result)}).jobs.at(0).not_understood,
            "listed twice, in two different states");
}

TEST(VeeamList, EndsInAnyCase) {
  std::vector<StepResult> answers;
  for (std::size_t round = 0; round < limits::plan_rounds; ++round) {
    ASSERT_TRUE(after(answers).next.has_value()) << round;
    answers.push_back(page({std::to_string(round)}, 1000));
  }
  const Walk endless = after(answers);
  EXPECT_FALSE(endless.next.has_value());
  EXPECT_EQ(code(endless), "veeam_endless");
}

TEST(VeeamList, IsNoneWhenAPageFails) {
  HttpResult closed;
  closed.failure = reasons::connection_closed;
  closed.failure_detail = "x";
  EXPECT_EQ(code(after({page({"a"}, 2), StepResult(closed)})), reasons::connection_closed);
  EXPECT_EQ(code(after({page({"a"}, 2), page({}, 2)})), "veeam_unreadable");
  EXPECT_EQ(code(after({page({"a"}, 2), unknown_revision()})), "veeam_revision");
  EXPECT_EQ(code(after({HelperResult()})), reasons::collector_error);
  EXPECT_EQ(code(after({page({"a"}, 1), page({"a"}, 1)})), reasons::collector_error);
}

}  // namespace
}  // namespace ght::collectors::veeam
