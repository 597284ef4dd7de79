#include <array>
#include <csignal>
#include <cstring>
#include <fstream>

#include "agent/io/privileged_test_support.h"
#include "agent/io/privileged_wire.h"

namespace ght::io {
namespace {

using namespace std::chrono_literals;

RunHelper command(std::string program, std::vector<std::string> arguments = {}) {
  RunHelper step;
  step.program = std::move(program);
  step.arguments = std::move(arguments);
  return step;
}

TEST_F(PrivilegedTest, BringsExitStatusAndBothOutputs) {
  const std::string program = script("tool", "printf 'a\\0\\377b'; echo \"$1\" >&2; exit 7");
  allow("nuit " + program + " {hex}\n");
  const HelperResult result = ask(command("tool", {"c0ffee"}));
  EXPECT_EQ(result.end, HelperEnd::exited) << result.detail;
  EXPECT_EQ(result.code, 7);
  EXPECT_EQ(result.out, std::string("a\0\xFF"
                                    "b",
                                    4));
  EXPECT_EQ(result.err, "c0ffee\n");
  EXPECT_NE(log().find("exit status 7: nuit " + program + " c0ffee"), std::string::npos) << log();
}

TEST_F(PrivilegedTest, RefusesWhatNoLineAllowsAndShowsTheLine) {
  const std::string marker = folder_.file("ran");
  const std::string program = script("tool", "touch " + marker);
  allow("nuit " + program + " good\n");
  const HelperResult result = ask(command(program, {"bad"}));
  EXPECT_EQ(result.end, HelperEnd::refused);
  EXPECT_NE(result.detail.find("nuit " + program + " bad"), std::string::npos) << result.detail;
  EXPECT_EQ(ask(command(program, {"good"}), "jour").end, HelperEnd::refused);
  EXPECT_FALSE(std::filesystem::exists(marker));
  EXPECT_EQ(ask(command(program, {"good"})).end, HelperEnd::exited);
  EXPECT_TRUE(std::filesystem::exists(marker));
}

TEST_F(PrivilegedTest, TheCommandSeesNothingOfTheAsker) {
  const std::string program = script("tool", "env | sort; pwd; ls /proc/self/fd | wc -l; cat");
  allow("nuit SECRET_FILE=/s " + program + "\n");
  RunHelper step = command(program);
  step.environment = {{"SECRET_FILE", "/s"}};
  ::setenv("GHT_LEAK", "1", 1);
  const HelperResult result = ask(step);
  ::unsetenv("GHT_LEAK");
  EXPECT_EQ(result.code, 0);
  EXPECT_NE(result.out.find("SECRET_FILE=/s\n"), std::string::npos) << result.out;
  EXPECT_EQ(result.out.find("GHT_LEAK"), std::string::npos) << result.out;
  EXPECT_EQ(result.out.find("HOME"), std::string::npos) << result.out;
  // stdin, stdout, stderr and the folder that ls reads.
  EXPECT_NE(result.out.find("\n/\n4\n"), std::string::npos) << result.out;
}

TEST_F(PrivilegedTest, WritesNoLineOfTheAskersMakingIntoTheJournal) {
  const std::string program = script("tool", "true");
  allow("nuit " + program + "\n");
  ask(command(program, {"x\nexit status 0: nuit everything"}), "nuit\n<0>kernel");
  const std::string written = log();
  EXPECT_EQ(std::ranges::count(written, '\n'), 1) << written;
  EXPECT_TRUE(written.starts_with("refused: ")) << written;
}

TEST_F(PrivilegedTest, KeepsTheLimitsOfALocalHelper) {
  const std::string loud = script("loud", "head -c 100000 /dev/zero; head -c 100000 /dev/zero >&2");
  const std::string slow = script("slow", "echo first >&2; sleep 1000");
  const std::string killed = script("killed", "kill -9 $$");
  allow("nuit " + loud + "\nnuit " + slow + "\nnuit " + killed + "\n");
  RunHelper step = command(loud);
  step.max_output = 1000;
  EXPECT_EQ(ask(step).end, HelperEnd::output_limit);
  step.max_output = 200'000;
  const HelperResult whole = ask(step);
  EXPECT_EQ(whole.end, HelperEnd::exited);
  EXPECT_EQ(whole.out.size(), 100'000U);
  EXPECT_EQ(whole.err.size(), limits::helper_error_output);
  const HelperResult late = ask(command(slow), "nuit", 300ms);
  EXPECT_EQ(late.end, HelperEnd::timed_out);
  EXPECT_EQ(late.err, "first\n") << "what it said until then is known";
  const HelperResult signalled = ask(command(killed));
  EXPECT_EQ(signalled.end, HelperEnd::signalled);
  EXPECT_EQ(signalled.code, SIGKILL);
}

TEST_F(PrivilegedTest, TheCommandDiesWithTheConnection) {
  const std::string pid_file = folder_.file("pid");
  const std::string program = script("tool", "echo $$ >" + pid_file + ".new; mv " + pid_file +
                                                 ".new " + pid_file + "; sleep 1000");
  allow("nuit " + program + "\n");
  Fd asker = connect();
  const auto line =
      encode(PrivilegedRequest{.check = "nuit", .command = command(program), .time = 1min});
  ASSERT_TRUE(line.ok());
  ASSERT_EQ(::write(asker.get(), line.value().data(), line.value().size()),
            static_cast<ssize_t>(line.value().size()));
  ASSERT_TRUE(test::eventually([&] { return std::filesystem::exists(pid_file); }));
  pid_t pid = 0;
  std::ifstream(pid_file) >> pid;
  ASSERT_GT(pid, 0);
  EXPECT_EQ(::kill(pid, 0), 0);
  asker.reset();
  EXPECT_TRUE(test::eventually([&] { return ::kill(pid, 0) != 0; }));
}

TEST_F(PrivilegedTest, OnlyThoseUsersMayAsk) {
  const std::string program = script("tool", "true");
  allow("nuit " + program + "\n");
  options_.users = {::geteuid() + 1};
  EXPECT_EQ(ask(command(program)).end, HelperEnd::not_started);
  EXPECT_NE(log().find("may not ask"), std::string::npos) << log();
  EXPECT_EQ(log().find("exit status"), std::string::npos) << log();
}

TEST_F(PrivilegedTest, AnAllowListThatOthersMayWriteAllowsNothing) {
  const std::string program = script("tool", "true");
  allow("nuit " + program + "\n");
  ASSERT_EQ(ask(command(program)).end, HelperEnd::exited);
  for (const mode_t mode : {0620, 0602, 0666}) {
    ASSERT_EQ(::chmod(options_.allow_list.c_str(), mode), 0);
    const HelperResult result = ask(command(program));
    EXPECT_EQ(result.end, HelperEnd::refused);
    EXPECT_NE(result.detail.find("written to by others"), std::string::npos) << result.detail;
  }
  ASSERT_EQ(::chmod(options_.allow_list.c_str(), 0644), 0);
  ASSERT_EQ(::chmod(folder_.path().c_str(), 0777), 0);
  EXPECT_EQ(ask(command(program)).end, HelperEnd::refused) << "its folder";
  ASSERT_EQ(::chmod(folder_.path().c_str(), 0700), 0);
  const HelperResult mended = ask(command(program));
  EXPECT_EQ(mended.end, HelperEnd::exited) << mended.detail;
  options_.trust.owner = ::geteuid() + 1;
  EXPECT_EQ(ask(command(program)).end, HelperEnd::refused) << "somebody else's file";
}

TEST_F(PrivilegedTest, NoSymbolicLinkLeadsToTheAllowListAndTheirEndCountsForPrograms) {
  const std::string program = script("tool", "echo \"$0\"");
  folder_.write("real.conf", "nuit " + folder_.file("link") + "\n");
  std::filesystem::create_symlink(folder_.file("real.conf"), folder_.file("allow.conf"));
  std::filesystem::create_symlink(program, folder_.file("link"));
  EXPECT_NE(ask(command("link")).detail.find("symbolic link"), std::string::npos);
  std::filesystem::remove(folder_.file("allow.conf"));
  allow("nuit " + folder_.file("link") + "\n");
  EXPECT_EQ(ask(command("link")).out, program + "\n");
  ASSERT_EQ(::chmod(program.c_str(), 0722), 0);
  EXPECT_EQ(ask(command("link")).end, HelperEnd::refused) << "a program that others may write";
}

TEST_F(PrivilegedTest, ABrokenOrMissingListAllowsNothing) {
  const std::string program = script("tool", "true");
  EXPECT_EQ(ask(command(program)).end, HelperEnd::refused) << "missing";
  allow("nuit " + program + "\nnuit *\n");
  const HelperResult result = ask(command(program));
  EXPECT_EQ(result.end, HelperEnd::refused);
  EXPECT_NE(result.detail.find("allow.conf:2"), std::string::npos) << result.detail;
}

TEST_F(PrivilegedTest, OneCommandOfACheckAtATime) {
  const std::string gate = folder_.file("gate");
  const std::string program = script("tool", "while [ ! -e " + gate + " ]; do sleep 0.05; done");
  allow("nuit " + program + "\njour " + program + "\n");
  std::thread first([&] { EXPECT_EQ(ask(command(program)).end, HelperEnd::exited); });
  const std::string lock = folder_.file("nuit." + std::to_string(::geteuid()));
  EXPECT_TRUE(test::eventually([&] { return std::filesystem::exists(lock); }));
  EXPECT_TRUE(test::eventually([&] { return ask(command(program)).end == HelperEnd::stuck; }));
  folder_.write("gate", "");
  EXPECT_EQ(ask(command(program), "jour").end, HelperEnd::exited) << "another check is free";
  first.join();
  EXPECT_EQ(ask(command(program)).end, HelperEnd::exited);
}

TEST_F(PrivilegedTest, NonsenseIsRefusedAndSilenceHasAnEnd) {
  options_.request_deadline = 200ms;
  for (const char* said : {"\n", "{}\n", "[[[[\n", "null\n", "\xFF\xFE\n"}) {
    const Fd asker = connect();
    ASSERT_GT(::write(asker.get(), said, std::strlen(said)), 0);
    std::array<char, 512> answer{};
    const ssize_t size = ::read(asker.get(), answer.data(), answer.size());
    const std::string_view text(answer.data(),
                                static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    EXPECT_EQ(text.find("exited"), std::string_view::npos) << said;
  }
  const Fd silent = connect();
  char byte = 0;
  EXPECT_EQ(::read(silent.get(), &byte, 1), 0) << "closed by the service";
  const Fd endless = connect();
  const std::string flood(100'000, 'x');
  while (::send(endless.get(), flood.data(), flood.size(), MSG_NOSIGNAL) > 0) {
  }
  EXPECT_NE(::send(endless.get(), "x", 1, MSG_NOSIGNAL), 1);
}

TEST(PrivilegedClient, SaysWhenThereIsNoService) {
  boost::asio::io_context context;
  HelperResult result;
  boost::asio::co_spawn(context,
                        run_privileged(context.get_executor(), "/nowhere/socket", command("x"),
                                       "nuit", mono_now() + 5s, 1s),
                        [&](const std::exception_ptr& error, HelperResult told) {
                          EXPECT_FALSE(error);
                          result = std::move(told);
                        });
  context.run();
  EXPECT_EQ(result.end, HelperEnd::not_started);
  EXPECT_NE(result.detail.find("/nowhere/socket"), std::string::npos) << result.detail;
}

TEST(PrivilegedWire, AnAnswerIsWholeOrNone) {
  const auto head = [](const std::string& line) { return decode_answer(line, 1000).ok(); };
  EXPECT_TRUE(head(R"({"end":"exited","code":0,"out":1000,"err":0,"detail":""})"));
  for (const char* line : {"", "{}", R"({"end":"exited","code":0,"out":1001,"err":0,"detail":""})",
                           R"({"end":"exited","code":0,"out":-1,"err":0,"detail":""})",
                           R"({"end":"gone","code":0,"out":1,"err":0,"detail":""})",
                           R"({"end":"exited","code":0,"out":1,"err":9000,"detail":""})",
                           R"({"end":"exited","code":"0","out":1,"err":0,"detail":""})",
                           R"({"end":"exited","code":0,"out":1,"err":0})"}) {
    EXPECT_FALSE(head(line)) << line;
  }
}

TEST(PrivilegedWire, ARequestIsTakenLiterally) {
  PrivilegedRequest request{
      .check = "nuit", .command = command("/bin/x", {"a b", "\"\\"}), .time = 5s};
  request.command.environment = {{"A", "é"}};
  const auto line = encode(request);
  ASSERT_TRUE(line.ok());
  const auto again = decode_request(line.value());
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again.value().command.arguments, request.command.arguments);
  EXPECT_EQ(again.value().command.environment, request.command.environment);
  EXPECT_EQ(again.value().time, 5s);
  request.command.arguments = {"\xFF"};
  EXPECT_FALSE(encode(request).ok());
  request.command.arguments = {std::string(70'000, 'x')};
  EXPECT_FALSE(encode(request).ok());
}

}  // namespace
}  // namespace ght::io
