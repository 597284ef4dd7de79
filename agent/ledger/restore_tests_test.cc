#include "agent/ledger/restore_tests.h"

#include <gtest/gtest.h>

namespace ght {
namespace {

using namespace std::chrono_literals;

RestoreTest test_of(std::int64_t second, bool success, std::string backup = "dpi") {
  return {.at = wall_from_unix_ms(second * 1000),
          .success = success,
          .backup = std::move(backup),
          .backup_date = wall_from_unix_ms(second * 1000 - 5000),
          .duration = 90s,
          .operator_name = "M. Essai",
          .requester = "Dr Exemple",
          .files = "/srv/dpi/2026",
          .remark = "« complète »"};
}

Record record_of(const RestoreTest& test) {
  return {.kind = RecordKind::restore_test,
          .subject = test.backup,
          .segment = {},
          .body = to_json(test)};
}

TEST(RestoreTests, AreReadAsTheyWereWritten) {
  const RestoreTest whole = test_of(100, true);
  EXPECT_EQ(restore_test_from_json(to_json(whole)).value(), whole);
  RestoreTest bare = {.at = wall_from_unix_ms(1), .success = false, .backup = "x"};
  EXPECT_EQ(restore_test_from_json(to_json(bare)).value(), bare);
  for (const char* foreign : {"", "{}", "[]", "{\"at_ms\":1,\"success\":1}", "{\"at_ms\":null}"}) {
    EXPECT_FALSE(restore_test_from_json(foreign).ok()) << foreign;
  }
}

TEST(RestoreTests, OneSaidAgainIsThereOnce) {
  std::vector<Error> problems;
  const std::vector<Record> records = {
      record_of(test_of(1, true)),
      {.kind = RecordKind::maintenance, .subject = "m1", .segment = {}, .body = ""},
      record_of(test_of(2, false)),
      record_of(test_of(1, true)),
      {.kind = RecordKind::restore_test, .subject = "dpi", .segment = {}, .body = "{"}};
  EXPECT_EQ(restore_tests_of(records, problems).size(), 2U);
  EXPECT_EQ(problems.size(), 1U);
}

TEST(RestoreTests, TheNewestOfABackupCount) {
  const std::vector<RestoreTest> tests = {test_of(30, true), test_of(10, true), test_of(40, false),
                                          test_of(50, true, "pacs")};
  const BackupRecords dpi = newest_tests(tests, "dpi");
  EXPECT_EQ(dpi.last_test, test_of(40, false));
  EXPECT_EQ(dpi.last_success, test_of(30, true));
  EXPECT_FALSE(newest_tests(tests, "none").last_test.has_value());
}

}  // namespace
}  // namespace ght
