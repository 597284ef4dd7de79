#include "collectors/patch/support/packages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ght::collectors::support {
namespace {

const std::string status =
    "Package: postgresql-15\nStatus: install ok installed\nMaintainer: Debian PostgreSQL "
    "Maintainers <team+postgresql@tracker.debian.org>\nVersion: 15.10-0+deb12u1\nDescription: x\n "
    "Version: 99\n\n"
    "Package: postgresql-13\nStatus: deinstall ok config-files\nVersion: 13.1-1\n\n"
    "Package: held\nStatus: hold ok installed\nVersion: 1:2.0\n\n";

TEST(SupportPackages, OnlyInstalledPackagesOfDpkgCount) {
  const auto packages = parse_dpkg_status(status);
  ASSERT_TRUE(packages.ok());
  ASSERT_EQ(packages.value().size(), 2U);
  EXPECT_EQ(packages.value()[0].name, "postgresql-15");
  EXPECT_EQ(packages.value()[0].version, "15.10-0+deb12u1");
  EXPECT_THAT(packages.value()[0].packager, testing::HasSubstr("tracker.debian.org>"));
  EXPECT_EQ(packages.value()[1].name, "held");
  EXPECT_EQ(packages.value()[1].version, "1:2.0");
}

TEST(SupportPackages, ACutOrDamagedStatusIsRefused) {
  for (std::size_t length = 0; length < status.size(); ++length) {
    const auto packages = parse_dpkg_status(std::string_view(status).substr(0, length));
    const bool between_two = status.substr(0, length).ends_with("\n\n");
    EXPECT_EQ(packages.ok(), between_two) << length;
  }
  EXPECT_FALSE(parse_dpkg_status("\n\n").ok());
  EXPECT_FALSE(parse_dpkg_status("Package: a\nVersion: 1\n\n").ok());
  EXPECT_FALSE(parse_dpkg_status("Package: a\nStatus: install ok installed\n\n").ok());
  EXPECT_FALSE(parse_dpkg_status("Status: install ok installed\nVersion: 1\n\n").ok());
  EXPECT_FALSE(parse_dpkg_status(status + std::string("\0\n\n", 3)).ok());
}

TEST(SupportPackages, RpmLinesAreRead) {
  const auto packages = parse_rpm_list(
      "bash\t0:5.1.8-9.el9\tRocky Enterprise Software Foundation\ngpg-pubkey\t0:1-2\t(none)\n");
  ASSERT_TRUE(packages.ok());
  ASSERT_EQ(packages.value().size(), 2U);
  EXPECT_EQ(packages.value()[0].name, "bash");
  EXPECT_EQ(packages.value()[0].version, "0:5.1.8-9.el9");
  EXPECT_EQ(packages.value()[0].packager, "Rocky Enterprise Software Foundation");
}

TEST(SupportPackages, OtherRpmLinesAreRefused) {
  for (const char* bytes : {"", "\n", "bash\n", "bash\t1\n", "\t1\tv\n", "bash\t\tv\n",
                            "bash\t1\tv\tw\n", "bash\t1\tv", "error: no database\n"}) {
    EXPECT_FALSE(parse_rpm_list(bytes).ok()) << bytes;
  }
}

}  // namespace
}  // namespace ght::collectors::support
