#include "collectors/backup/contract.h"

#include <gtest/gtest.h>

#include "agent/core/text.h"

namespace ght::collectors::backup {
namespace {

using namespace std::chrono_literals;

const Name name = {"dpi", "/srv/restic/dpi"};

WallTime at(std::string_view text) {
  return parse_rfc3339(text).value();
}

Reading copy_of(std::string_view begun, std::optional<std::uint64_t> size = std::nullopt) {
  return {.newest = Copy{.begun = at(begun), .duration = std::nullopt, .size = size}, .gap = ""};
}

std::optional<double> value(const Observation& observation, const Family& family) {
  for (const Sample& sample : observation.samples) {
    if (sample.family != &family) continue;
    EXPECT_EQ(sample.label_values, (std::vector<std::string>{"dpi", "/srv/restic/dpi"}));
    return sample.value;
  }
  return std::nullopt;
}

const WallTime now = at("2026-11-23T04:00:00Z");

TEST(BackupContract, FreshUntilExactlyTheRpo) {
  const Terms terms = {.rpo = 26h, .min_size = std::nullopt};
  const Observation young = judge(name, terms, copy_of("2026-11-23T01:00:00Z"), now);
  EXPECT_EQ(young.verdict, Verdict::good);
  EXPECT_EQ(young.reason, (Reason{"backup_fresh", Duration(3h), Duration(26h)}));
  EXPECT_EQ(value(young, last_success), 1795395600.0);
  EXPECT_EQ(value(young, rpo), 93600.0);
  EXPECT_EQ(value(young, last_size), std::nullopt);
  EXPECT_EQ(value(young, last_duration), std::nullopt);
  EXPECT_EQ(judge(name, terms, copy_of("2026-11-22T02:00:00Z"), now).verdict, Verdict::good);
  const Observation old = judge(name, terms, copy_of("2026-11-22T01:59:59.999Z"), now);
  EXPECT_EQ(old.verdict, Verdict::bad);
  EXPECT_EQ(old.reason.code, "backup_too_old");
  EXPECT_TRUE(value(old, last_success).has_value());
}

TEST(BackupContract, NoCopyIsBadAndShownAsZero) {
  const Observation never = judge(name, {.rpo = 26h, .min_size = {}}, {}, now);
  EXPECT_EQ(never.verdict, Verdict::bad);
  EXPECT_EQ(never.reason.code, "backup_never");
  EXPECT_EQ(value(never, last_success), 0.0);
}

TEST(BackupContract, TheFutureIsNotBelieved) {
  const Terms terms = {.rpo = 26h, .min_size = {}};
  EXPECT_EQ(judge(name, terms, copy_of("2026-11-23T04:05:00Z"), now).verdict, Verdict::good);
  const Observation future = judge(name, terms, copy_of("2026-11-23T04:05:00.001Z"), now);
  EXPECT_EQ(future.verdict, Verdict::bad);
  EXPECT_EQ(future.reason.code, "backup_in_future");
  EXPECT_EQ(judge(name, terms, copy_of("9999-12-31T23:59:59Z"), now).verdict, Verdict::bad);
  EXPECT_EQ(judge(name, terms, copy_of("0001-01-01T00:00:00Z"), now).reason.code, "backup_too_old");
}

TEST(BackupContract, AGapMakesAbsenceUnknownButNotPresence) {
  const Terms terms = {.rpo = 26h, .min_size = {}};
  Reading none;
  none.gap = "permission denied";
  const Observation absent = judge(name, terms, none, now);
  EXPECT_EQ(absent.verdict, Verdict::unknown);
  EXPECT_EQ(absent.reason, (Reason{"backup_partly_read", "permission denied"}));
  EXPECT_EQ(value(absent, last_success), std::nullopt) << "0 would say: never";
  Reading old = copy_of("2026-11-01T00:00:00Z");
  old.gap = "one snapshot";
  EXPECT_EQ(judge(name, terms, old, now).verdict, Verdict::unknown);
  Reading fresh = copy_of("2026-11-23T01:00:00Z");
  fresh.gap = "one snapshot";
  EXPECT_EQ(judge(name, terms, fresh, now).verdict, Verdict::good);
}

TEST(BackupContract, TheMinimumNeedsAKnownSize) {
  const Terms terms = {.rpo = 26h, .min_size = 1000};
  EXPECT_EQ(judge(name, terms, copy_of("2026-11-23T01:00:00Z", 1000), now).verdict, Verdict::good);
  const Observation small = judge(name, terms, copy_of("2026-11-23T01:00:00Z", 999), now);
  EXPECT_EQ(small.verdict, Verdict::bad);
  EXPECT_EQ(small.reason, (Reason{"backup_too_small", Bytes{999}, Bytes{1000}}));
  EXPECT_EQ(value(small, last_size), 999.0);
  EXPECT_EQ(judge(name, terms, copy_of("2026-11-23T01:00:00Z"), now).verdict, Verdict::unknown);
}

TEST(BackupContract, WhatCouldNotBeReadKeepsTheMemory) {
  const Observation unread =
      not_read(name, {.rpo = 1h, .min_size = {}}, {.code = "some_reason"}, Memory{"{\"a\":1}"});
  EXPECT_EQ(unread.verdict, Verdict::unknown);
  EXPECT_EQ(unread.memory.json, "{\"a\":1}");
  ASSERT_EQ(unread.samples.size(), 1U);
  EXPECT_EQ(value(unread, rpo), 3600.0);
}

TEST(BackupContract, AddressesLoseTheirUserInformation) {
  EXPECT_EQ(public_address("/srv/a@b/c"), "/srv/a@b/c");
  EXPECT_EQ(public_address("rest:https://user:se/cret@host/x"), "rest:https://host/x");
  EXPECT_EQ(public_address("s3:https://[2001:db8::1]:9000/b@c"),
            "s3:https://[2001:db8::1]:9000/b@c");
  EXPECT_EQ(public_address("rest:https://user:secret@host:8000/dpi/"),
            "rest:https://host:8000/dpi/");
  EXPECT_EQ(public_address("rest:https://u:p@ss@host/dpi"), "rest:https://host/dpi");
  EXPECT_EQ(public_address("sftp:backup@nas:/srv/dpi"), "sftp:nas:/srv/dpi");
  EXPECT_EQ(public_address("sftp://backup@nas:22//srv/dpi"), "sftp://nas:22//srv/dpi");
  EXPECT_EQ(public_address("s3:https://host/bucket/a@b"), "s3:https://host/bucket/a@b");
  EXPECT_TRUE(has_password("rest:https://user:secret@host/"));
  EXPECT_FALSE(has_password("rest:https://user@host:8000/"));
  EXPECT_FALSE(has_password("sftp:user@host:/srv"));
  EXPECT_FALSE(has_password("/srv/a:b@c"));
}

TEST(BackupContract, TheNameIsTheLastElement) {
  EXPECT_EQ(last_element("/srv/restic/dpi"), "dpi");
  EXPECT_EQ(last_element("/srv/restic/dpi//"), "dpi");
  EXPECT_EQ(last_element("/"), "/");
  EXPECT_EQ(last_element("sftp:u@nas:/srv/dpi"), "dpi");
  EXPECT_EQ(last_element("sftp:u@nas:dpi"), "dpi");
  EXPECT_EQ(last_element("rest:https://u:p@host:8000/"), "host:8000");
  EXPECT_EQ(last_element("b2:bucket:path/x"), "x");
  EXPECT_EQ(last_element("b2:bucket:"), "bucket");
}

}  // namespace
}  // namespace ght::collectors::backup
