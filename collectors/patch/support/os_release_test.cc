#include "collectors/patch/support/os_release.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ght::collectors::support {
namespace {

constexpr std::string_view bookworm =
    "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian GNU/Linux\"\n"
    "VERSION_ID=\"12\"\nVERSION=\"12 (bookworm)\"\nVERSION_CODENAME=bookworm\nID=debian\n";

TEST(SupportOsRelease, DebianIsRead) {
  const auto os = parse_os_release(bookworm);
  ASSERT_TRUE(os.ok());
  EXPECT_EQ(os.value().id, "debian");
  EXPECT_EQ(os.value().version, "12");
  EXPECT_EQ(os.value().name, "Debian GNU/Linux");
  EXPECT_EQ(os.value().title, "Debian GNU/Linux 12 (bookworm)");
}

TEST(SupportOsRelease, QuotesCommentsAndLineEndsOfAllKinds) {
  const auto os = parse_os_release(
      "# a comment\r\n\r\nID='rocky'\r\nVERSION_ID=9.4\r\nNAME=\"Ro\\\"cky\\\\ \\$Linux\"\r\n");
  ASSERT_TRUE(os.ok());
  EXPECT_EQ(os.value().id, "rocky");
  EXPECT_EQ(os.value().version, "9.4");
  EXPECT_EQ(os.value().name, "Ro\"cky\\ $Linux");
  EXPECT_EQ(os.value().title, os.value().name);
}

TEST(SupportOsRelease, TestingHasNoVersion) {
  const auto os = parse_os_release("ID=debian\nPRETTY_NAME=\"Debian GNU/Linux forky/sid\"\n");
  ASSERT_TRUE(os.ok());
  EXPECT_EQ(os.value().version, "");
}

TEST(SupportOsRelease, WhatIsDamagedIsRefused) {
  const std::pair<std::string, std::string> cases[] = {
      {"", "names no ID"},
      {"NAME=x\n", "names no ID"},
      {"ID=\"debian\n", "line 1: has a quote that is not closed"},
      {"ID=debian\nVERSION_ID\n", "line 2: expected KEY=value"},
      {"ID=debian\n=12\n", "line 2: expected KEY=value"},
      {"ID=debian 12\n", "line 1: has a blank outside quotes"},
      {"ID=debian\\", "line 1: ends in a backslash"},
      {std::string("ID=debian\n\0\n", 12), "NUL"},
      {"<html>\n", "line 1: expected KEY=value"},
  };
  for (const auto& [bytes, expected] : cases) {
    const auto os = parse_os_release(bytes);
    ASSERT_FALSE(os.ok()) << bytes;
    EXPECT_THAT(os.error().text(), testing::HasSubstr(expected));
  }
}

}  // namespace
}  // namespace ght::collectors::support
