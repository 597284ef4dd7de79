#include "agent/config/allow_list.h"

#include <gtest/gtest.h>

namespace ght {
namespace {

AllowList list_of(const std::string& text) {
  auto list = parse_allow_list(text, "privileged.conf");
  EXPECT_TRUE(list.ok()) << list.error().text();
  return list.ok() ? std::move(list).value() : AllowList({});
}

std::string refusal_of(const std::string& text) {
  const auto list = parse_allow_list(text, "privileged.conf");
  return list.ok() ? "" : list.error().text();
}

RunHelper command(std::string program, std::vector<std::string> arguments) {
  RunHelper step;
  step.program = std::move(program);
  step.arguments = std::move(arguments);
  return step;
}

bool allows(const AllowList& list, const RunHelper& step, std::string_view check = "nuit") {
  return list.permit(check, step).ok();
}

constexpr const char* restic =
    "# root's\n"
    "\n"
    "nuit P=/etc/p /usr/bin/restic snapshots --json \"--tag=a b\"\n"
    "nuit P=/etc/p /usr/bin/restic stats {hex} --n={number} x{name}.log\n";

RunHelper snapshots() {
  RunHelper step = command("restic", {"snapshots", "--json", "--tag=a b"});
  step.environment = {{"P", "/etc/p"}};
  return step;
}

RunHelper stats(const std::string& id, const std::string& n, const std::string& name) {
  RunHelper step = command("restic", {"stats", id, n, name});
  step.environment = {{"P", "/etc/p"}};
  return step;
}

TEST(AllowList, RunsWhatALineSaysWordForWord) {
  const AllowList list = list_of(restic);
  EXPECT_EQ(list.size(), 2U);
  const auto permitted = list.permit("nuit", snapshots());
  ASSERT_TRUE(permitted.ok());
  EXPECT_EQ(permitted.value().program, "/usr/bin/restic");
  EXPECT_EQ(permitted.value().arguments, snapshots().arguments);
  EXPECT_EQ(permitted.value().environment, snapshots().environment);
  RunHelper whole = snapshots();
  whole.program = "/usr/bin/restic";
  EXPECT_TRUE(allows(list, whole));
}

TEST(AllowList, RefusesEverythingElse) {
  const AllowList list = list_of(restic);
  EXPECT_FALSE(allows(list, snapshots(), "jour"));
  EXPECT_FALSE(allows(list, snapshots(), ""));
  for (const char* program : {"/tmp/restic", "/usr/bin/../bin/restic", "/usr/bin//restic", "sh", "",
                              "bin/restic", "./restic", "/usr/bin/restic/"}) {
    RunHelper step = snapshots();
    step.program = program;
    EXPECT_FALSE(allows(list, step)) << program;
  }
  RunHelper step = snapshots();
  step.arguments.emplace_back("--option");
  EXPECT_FALSE(allows(list, step)) << "an argument more";
  step = snapshots();
  step.arguments.pop_back();
  EXPECT_FALSE(allows(list, step)) << "an argument less";
  step = snapshots();
  std::swap(step.arguments[0], step.arguments[1]);
  EXPECT_FALSE(allows(list, step)) << "another order";
  for (const char* text : {"--tag=a", "--tag=a b ", "--tag=a b\n", "", "--TAG=a b"}) {
    step = snapshots();
    step.arguments[2] = text;
    EXPECT_FALSE(allows(list, step)) << text;
  }
  step = snapshots();
  step.arguments[2] += '\0';
  EXPECT_FALSE(allows(list, step)) << "a NUL byte more";
}

TEST(AllowList, TheEnvironmentIsExactlyTheLines) {
  const AllowList list = list_of(restic);
  RunHelper step = snapshots();
  step.environment = {};
  EXPECT_FALSE(allows(list, step));
  step.environment = {{"P", "/tmp/p"}};
  EXPECT_FALSE(allows(list, step));
  step.environment = {{"P", "/etc/p"}, {"LD_PRELOAD", "/tmp/x.so"}};
  EXPECT_FALSE(allows(list, step));
  step.environment = {{"P", "/etc/p"}, {"P", "/etc/p"}};
  EXPECT_FALSE(allows(list, step));
  const AllowList two = list_of("nuit B=2 A=1 /bin/x\n");
  RunHelper other = command("x", {});
  other.environment = {{"A", "1"}, {"B", "2"}};
  EXPECT_TRUE(allows(two, other)) << "their order says nothing";
}

TEST(AllowList, PlaceholdersTakeTheirOwnKindOnly) {
  const AllowList list = list_of(restic);
  EXPECT_TRUE(allows(list, stats("0123abcdef", "--n=42", "xborg-1.2_a.log")));
  for (const char* id : {"", "-h", "--option=x", "abc def", "ABC", "abg", "../a", "a/b", "{hex}"}) {
    EXPECT_FALSE(allows(list, stats(id, "--n=42", "xa.log"))) << id;
  }
  for (const char* n : {"--n=", "--n=-1", "--n=1a", "--n=1 ", "42", "--n=42--n=42"}) {
    EXPECT_FALSE(allows(list, stats("ab", n, "xa.log"))) << n;
  }
  for (const char* name :
       {"x.log", "x..log", "x-a.log", "xa/b.log", "xa", "xa.log/", "xa\xC3\xA9.log"}) {
    EXPECT_FALSE(allows(list, stats("ab", "--n=42", name))) << name;
  }
  EXPECT_TRUE(allows(list, stats(std::string(128, 'a'), "--n=1", "xa.log")));
  EXPECT_FALSE(allows(list, stats(std::string(129, 'a'), "--n=1", "xa.log")));
}

TEST(AllowList, WhatIsQuotedIsLiteral) {
  const AllowList list = list_of(R"(nuit /bin/x "{hex}" "a\"b\\c" "")"
                                 "\n");
  EXPECT_TRUE(allows(list, command("x", {"{hex}", "a\"b\\c", ""})));
  EXPECT_FALSE(allows(list, command("x", {"abc", "a\"b\\c", ""})));
}

TEST(AllowList, OneBadLineRefusesTheFile) {
  const std::string good = "nuit /bin/x a\n";
  for (const char* line : {"nuit",
                           "nuit A=1",
                           "nuit x",
                           "nuit bin/x",
                           "nuit /bin/../x",
                           "nuit /bin//x",
                           "nuit /bin/",
                           "nuit /bin/./x",
                           "nuit /bin/{name}",
                           "nuit A={hex} /bin/x",
                           "nuit A=1 A=2 /bin/x",
                           "Nuit /bin/x",
                           "nuit/../x /bin/x",
                           "nuit.conf /bin/x",
                           "nuit /bin/x *",
                           "nuit /bin/x $(id)",
                           "nuit /bin/x a;b",
                           "nuit /bin/x {hex}{hex}",
                           "nuit /bin/x {any}",
                           "nuit /bin/x {",
                           "nuit /bin/x \"a",
                           "nuit /bin/x \"a\"b",
                           "nuit /bin/x \"a\\nb\"",
                           "nuit /bin/x a\"b\"",
                           "nuit /bin/x 'a b'",
                           "nuit /bin/x \xC3\xA9",
                           "nuit /bin/x a\r",
                           "nuit /bin/x \"a\tb\""}) {
    EXPECT_EQ(refusal_of(good + line).find("privileged.conf:2"), 0U)
        << line << ": " << refusal_of(good + line);
  }
  EXPECT_EQ(refusal_of(good), "");
  EXPECT_EQ(refusal_of("nuit /bin/x \"\xC3\xA9\""), "");
}

TEST(AllowList, ARefusalShowsTheLineThatWouldAllow) {
  const AllowList nothing = list_of("");
  RunHelper step = snapshots();
  step.arguments.emplace_back("a\"\\{x}");
  const auto refused = nothing.permit("nuit", step);
  ASSERT_FALSE(refused.ok());
  EXPECT_TRUE(allows(list_of(refused.error().message), step)) << refused.error().message;
}

TEST(AllowList, ARefusalNamesAHelperWhereThePackagePutsIt) {
  const AllowList nothing = list_of("");
  RunHelper step;
  step.program = "ght-reboot-state";
  const auto refused = nothing.permit("redemarrage", step);
  ASSERT_FALSE(refused.ok());
  EXPECT_TRUE(
      refused.error().message.ends_with("redemarrage /usr/libexec/ght-agent/ght-reboot-state"))
      << refused.error().message;
}

TEST(AllowList, HasAnEnd) {
  std::string text;
  for (int i = 0; i < 501; ++i) text += "nuit /bin/x\n";
  EXPECT_NE(refusal_of(text).find("too many"), std::string::npos);
}

}  // namespace
}  // namespace ght
