#include "collectors/patch/support/match.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "collectors/patch/support/answer.h"

namespace ght::collectors::support {
namespace {

const OsRelease bookworm{.id = "debian", .version = "12", .name = "Debian", .title = "Debian 12"};
const std::string team = "Debian Maintainers <team@tracker.debian.org>";

Table table() {
  const auto parsed = parse_table(R"({"format": 1, "date": "2026-11-30",
    "os": [{"id": "debian", "name": "Debian", "packagers": ["debian.org>"], "foreign": ["pgdg"],
            "cycles": [{"cycle": "12", "standard_end": "2026-07-11", "lts_end": "2028-06-30",
                        "ships": {"postgresql": ["15"]}}]},
           {"id": "rhel", "name": "RHEL", "packagers": ["Red Hat, Inc."],
            "cycles": [{"cycle": "9", "standard_end": "2032-05-31"}]},
           {"id": "stream", "os_id": "centos", "os_name": "CentOS Stream", "cycles": [
            {"cycle": "9", "standard_end": "2027-05-31"}]}],
    "software": [{"id": "postgresql", "packages": ["postgresql-#", "postgresql-server"],
                  "cycles": [{"cycle": "13", "standard_end": "2025-11-13", "lts_end": null},
                             {"cycle": "15", "standard_end": "2027-11-11", "lts_end": null}]},
                 {"id": "php", "packages": ["php#-cli", "php-cli"], "version_parts": 2,
                  "cycles": []}]})");
  Table table;
  EXPECT_TRUE(overlay(table, parsed.value()).ok());
  return table;
}

Findings found(const OsRelease& os, const std::vector<Package>& packages) {
  auto findings = match(table(), os, packages);
  EXPECT_TRUE(findings.ok());
  return std::move(findings).value();
}

Software one(const OsRelease& os, const Package& package) {
  const Findings findings = found(os, {package});
  EXPECT_EQ(findings.software.size(), 1U);
  return findings.software.empty() ? Software{} : findings.software.front();
}

TEST(SupportMatch, SoftwareOfTheReleaseFollowsIt) {
  const Software software = one(bookworm, {"postgresql-15", "15.10-0+deb12u1", team});
  EXPECT_EQ(software.origin, Origin::release);
  EXPECT_EQ(software.ends, Ends{});
  EXPECT_EQ(software.cycle, "15");
}

TEST(SupportMatch, AVendorsPackageOfTheSameNameHasItsOwnEnd) {
  const Software software = one(bookworm, {"postgresql-15", "15.10-1.pgdg120+1", team});
  EXPECT_EQ(software.origin, Origin::other);
  EXPECT_EQ(format_day(software.ends.standard.day), "2027-11-11");
  EXPECT_EQ(one(bookworm, {"postgresql-15", "15.10-1", "ACME <a@acme.example>"}).origin,
            Origin::other);
}

TEST(SupportMatch, ALeftoverOfAFormerReleaseIsNotMaintainedByThisOne) {
  const Software software = one(bookworm, {"postgresql-13", "13.16-0+deb11u1", team});
  EXPECT_EQ(software.origin, Origin::other);
  EXPECT_EQ(format_day(software.ends.standard.day), "2025-11-13");
}

TEST(SupportMatch, WhatTheTableDoesNotSayOfTheDistributionIsUnknown) {
  const OsRelease rhel{.id = "rhel", .version = "9.4", .name = "RHEL", .title = "RHEL 9.4"};
  const Software software = one(rhel, {"postgresql-server", "0:13.16-1.el9", "Red Hat, Inc."});
  EXPECT_EQ(software.origin, Origin::distribution);
  EXPECT_EQ(software.ends, Ends{});
  EXPECT_EQ(one(bookworm, {"php8.2-cli", "8.2.20-1~deb12u1", team}).origin, Origin::distribution);
}

TEST(SupportMatch, TheWorstOriginOfSeveralPackagesIsShown) {
  const Findings findings = found(bookworm, {{"php8.2-cli", "8.2.20-1~deb12u1", team},
                                             {"php-cli", "2:8.2.26-1+0~2024", "A <a@sury.org>"}});
  ASSERT_EQ(findings.software.size(), 1U);
  EXPECT_EQ(findings.software[0].origin, Origin::other);
  EXPECT_EQ(findings.software[0].package, "php-cli");
}

TEST(SupportMatch, TheReleaseIsFoundByIdNameAndCycle) {
  const Package bash{"bash", "5", ""};
  EXPECT_EQ(found(bookworm, {bash}).release->cycle, "12");
  EXPECT_FALSE(found({"debian", "14", "Debian", "Debian 14"}, {bash}).release);
  EXPECT_FALSE(found({"debian", "", "Debian", "sid"}, {bash}).release);
  EXPECT_FALSE(found({"raspbian", "12", "Raspbian", "Raspbian 12"}, {bash}).release);
  EXPECT_EQ(found({"rhel", "9.4", "RHEL", "RHEL 9.4"}, {bash}).release->product, "RHEL");
  EXPECT_TRUE(found({"centos", "9", "CentOS Stream", "x"}, {bash}).release);
  EXPECT_FALSE(found({"centos", "9", "CentOS Linux", "x"}, {bash}).release);
}

TEST(SupportMatch, ACycleIsTheFirstPartsOfAVersion) {
  EXPECT_EQ(cycle_of("1:10.11.6-0+deb12u1", 2), "10.11");
  EXPECT_EQ(cycle_of("8u432-b06", 1), "8");
  EXPECT_EQ(cycle_of("9", 2), "9");
  EXPECT_EQ(cycle_of("9.", 2), "9");
  EXPECT_EQ(cycle_of("9.4", 1), "9");
  EXPECT_EQ(cycle_of("24.04", 2), "24.04");
  EXPECT_EQ(cycle_of("", 1), "");
  EXPECT_EQ(cycle_of("v9", 1), "");
  EXPECT_EQ(cycle_of("1234567890123456789012", 1), "");
}

TEST(SupportMatch, APatternTakesDigitsAndDots) {
  EXPECT_EQ(matched("postgresql-#", "postgresql-15"), "15");
  EXPECT_EQ(matched("php#-cli", "php8.2-cli"), "8.2");
  EXPECT_EQ(matched("nodejs", "nodejs"), "");
  for (const auto& [pattern, name] : std::vector<std::pair<std::string_view, std::string_view>>{
           {"postgresql-#", "postgresql-15-pgaudit"},
           {"postgresql-#", "postgresql-"},
           {"postgresql-#", "postgresql-contrib"},
           {"postgresql-#", "postgresql-15."},
           {"postgresql-#", "postgresql-.15"},
           {"php#-cli", "php-cli"},
           {"nodejs", "nodejs-doc"}}) {
    EXPECT_FALSE(matched(pattern, name)) << pattern << " " << name;
  }
}

TEST(SupportMatch, MoreThanCanBeShownIsAnError) {
  std::vector<Package> packages;
  for (int i = 1; i <= 64; ++i) packages.push_back({"postgresql-" + std::to_string(i), "1", team});
  EXPECT_TRUE(match(table(), bookworm, packages).ok());
  packages.push_back({"postgresql-65", "1", team});
  EXPECT_FALSE(match(table(), bookworm, packages).ok());
}

TEST(SupportMatch, TheAnswerIsReadBackAsItWasWritten) {
  const Findings findings =
      found(bookworm, {{"postgresql-13", "13.1", team}, {"php8.2-cli", "8.2", team}});
  const auto read = read_answer(write_answer(findings));
  ASSERT_TRUE(read.ok()) << read.error().text();
  EXPECT_EQ(read.value().release, findings.release);
  EXPECT_EQ(read.value().software, findings.software);
  EXPECT_EQ(read.value().packages, 2U);
  EXPECT_EQ(read.value().written, findings.written);
  EXPECT_EQ(read.value().os.title, "Debian 12");
}

}  // namespace
}  // namespace ght::collectors::support
