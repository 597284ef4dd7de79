#include "collectors/helper_outcome.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/core/reasons.h"

namespace ght::collectors {
namespace {

using std::chrono_literals::operator""s;

const Memory before{.json = R"({"kept":1})"};

HelperResult ended(HelperEnd end, int code = 0, std::string err = {}) {
  HelperResult result;
  result.end = end;
  result.code = code;
  result.err = std::move(err);
  result.detail = "no such file";
  result.elapsed = 30s;
  return result;
}

Reason reason_for(const HelperResult& result) {
  const auto observation = helper_failure(result, before, 4096);
  if (!observation) return {};
  EXPECT_EQ(observation->verdict, Verdict::unknown);
  EXPECT_THAT(observation->samples, testing::IsEmpty());
  EXPECT_EQ(observation->memory, before);
  return observation->reason;
}

TEST(HelperFailure, ASuccessIsNone) {
  EXPECT_FALSE(helper_failure(ended(HelperEnd::exited, 0, "a warning"), before));
}

TEST(HelperFailure, ANonZeroStatusGivesTheCleanedHeadOfStderr) {
  const Reason reason = reason_for(ended(HelperEnd::exited, 1, "Fatal:\n\x1b[31m no \xff access"));
  EXPECT_EQ(reason.code, reasons::helper_failed);
  EXPECT_EQ(std::get<std::string>(reason.value), "Fatal: [31m no \xEF\xBF\xBD access");
}

TEST(HelperFailure, SilenceIsSaidWithTheStatus) {
  const Reason reason = reason_for(ended(HelperEnd::exited, 7, " \n"));
  EXPECT_EQ(std::get<std::string>(reason.value), "exit status 7");
}

TEST(HelperFailure, EveryEndHasItsReason) {
  EXPECT_EQ(reason_for(ended(HelperEnd::signalled, 11)),
            (Reason{.code = reasons::helper_signalled, .value = std::int64_t{11}}));
  EXPECT_EQ(reason_for(ended(HelperEnd::timed_out)),
            (Reason{.code = reasons::helper_timeout, .expected = Duration(30s)}));
  EXPECT_EQ(reason_for(ended(HelperEnd::output_limit)),
            (Reason{.code = reasons::helper_output_limit, .expected = Bytes{4096}}));
  EXPECT_EQ(reason_for(ended(HelperEnd::stuck)), (Reason{.code = reasons::helper_stuck}));
  EXPECT_EQ(reason_for(ended(HelperEnd::refused)),
            (Reason{.code = reasons::helper_refused, .value = std::string("no such file")}));
  EXPECT_EQ(reason_for(ended(HelperEnd::not_started)),
            (Reason{.code = reasons::helper_not_started, .value = std::string("no such file")}));
}

TEST(HelperFailure, ATimeoutWithStatusZeroIsNoSuccess) {
  EXPECT_TRUE(helper_failure(ended(HelperEnd::timed_out, 0), before));
}

TEST(HelperUnreadable, IsUnknownAndKeepsTheMemory) {
  const Observation observation = helper_unreadable("/id: expected a text", before);
  EXPECT_EQ(observation.verdict, Verdict::unknown);
  EXPECT_EQ(observation.reason.code, reasons::helper_output_unreadable);
  EXPECT_EQ(observation.memory, before);
}

}  // namespace
}  // namespace ght::collectors
