#include "agent/io/control_client.h"

#include <grp.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "agent/core/limits.h"
#include "agent/io/control_address.h"
#include "agent/io/control_server.h"
#include "agent/io/process_fd.h"
#include "tests/support/files.h"

// What the client makes of its server; the two together are tested in control_test.cc.
namespace ght::io {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using ght::test::TempDir;

asio::awaitable<std::string> same(std::string line, ControlPeer) {
  co_return line;
}

std::string answer(const std::string& path, const std::string& line, Duration timeout = 20s) {
  const Result<std::string> got = control_request(path, line, timeout);
  return got.ok() ? got.value() : got.error().text();
}

TEST(ControlClient, AnAgentThatDoesNotAnswerInTime) {
  const TempDir dir;
  const std::string path = dir.file("control");
  asio::io_context context(1);
  ControlServer stands_still(context.get_executor(), same);
  ASSERT_TRUE(stands_still.listen(path).ok());
  EXPECT_EQ(answer(path, "ask", 50ms), path + ": the agent did not answer within 0.05 s");
  EXPECT_EQ(answer(path, "ask", -1s), path + ": the agent did not answer within -1 s");
}

// The other side by hand, for answers that our server does not give.
std::string answer_of_other_server(const std::string& said) {
  const TempDir dir;
  const std::string path = dir.file("control");
  const Fd listener(::socket(AF_UNIX, SOCK_STREAM, 0));
  const Result<sockaddr_un> address = control_address(path);
  const auto* any = reinterpret_cast<const sockaddr*>(&address.value());
  EXPECT_EQ(::bind(listener.get(), any, sizeof(address.value())), 0);
  EXPECT_EQ(::listen(listener.get(), 1), 0);
  std::thread thread([&] {
    const Fd socket(::accept(listener.get(), nullptr, nullptr));
    std::size_t sent = 0;
    while (sent < said.size()) {
      const ssize_t size =
          ::send(socket.get(), said.data() + sent, said.size() - sent, MSG_NOSIGNAL);
      if (size < 0) return;
      sent += static_cast<std::size_t>(size);
    }
  });
  const std::string got = answer(path, "ask");
  thread.join();
  return got.starts_with(path) ? got.substr(path.size()) : got;
}

TEST(ControlClient, AnswersThatAreNoLine) {
  const std::string cut = ": the agent closed the connection without a whole answer";
  EXPECT_EQ(answer_of_other_server(""), cut);
  EXPECT_EQ(answer_of_other_server("half"), cut);
  EXPECT_EQ(answer_of_other_server(std::string(limits::control_answer_bytes + 1, 'a')),
            ": the answer is longer than 16777216 bytes");
  EXPECT_EQ(answer_of_other_server("one\ntwo"), "one");
}

// In a process of its own, without root's rights.
[[noreturn]] void ask_without_rights(const std::string& path) {
  if (::geteuid() == 0 &&
      (::setgroups(0, nullptr) != 0 || ::setgid(65534) != 0 || ::setuid(65534) != 0)) {
    std::_Exit(2);
  }
  std::fputs(answer(path, "ask").c_str(), stderr);
  std::_Exit(0);
}

TEST(ControlClientDeathTest, WithoutPermissionTheGroupIsNamed) {
  const TempDir dir;
  const std::string path = dir.file("control");
  asio::io_context context(1);
  ControlServer server(context.get_executor(), same);
  ASSERT_TRUE(server.listen(path).ok());
  ASSERT_EQ(::chmod(path.c_str(), 0000), 0);
  const group* mine = ::getgrgid(::getegid());
  const std::string name = mine == nullptr ? std::to_string(::getegid()) : mine->gr_name;
  EXPECT_EXIT(
      ask_without_rights(path), ::testing::ExitedWithCode(0),
      "permission denied: only root and members of the group " + name + " may ask the agent");
}

}  // namespace
}  // namespace ght::io
