#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdio>
#include <functional>
#include <future>
#include <memory>
#include <thread>
#include <vector>

#include "agent/io/clock.h"
#include "agent/io/control_address.h"
#include "agent/io/control_client.h"
#include "agent/io/control_server.h"
#include "agent/io/process_fd.h"
#include "tests/support/files.h"

namespace ght::io {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;
using ght::test::TempDir;

constexpr Duration patience = 20s;  // only a broken test waits so long

asio::awaitable<std::string> echo(std::string line, ControlPeer peer) {
  co_return line + " of " + std::to_string(peer.uid) + " " + std::to_string(peer.gid) + " " +
      std::to_string(peer.pid);
}

std::string echoed(const std::string& line) {
  return line + " of " + std::to_string(::geteuid()) + " " + std::to_string(::getegid()) + " " +
         std::to_string(::getpid());
}

// A server in its own thread, stopped at the end.
class Running {
 public:
  explicit Running(const std::string& path, ControlHandler handler = echo,
                   ControlLimits limits = {})
      : server_(context_.get_executor(), std::move(handler), limits) {
    const Result<void> listening = server_.listen(path);
    EXPECT_TRUE(listening.ok()) << listening.error().text();
    thread_ = std::thread([this] { context_.run(); });
  }
  ~Running() { stop(); }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  void run(std::function<void()> work) { asio::post(context_, std::move(work)); }
  void begin_stop() {
    run([this] { server_.stop(); });
  }

  // Returns when nothing is left to do for the server: no coroutine is left behind.
  void stop() {
    if (!thread_.joinable()) return;
    begin_stop();
    thread_.join();
  }

 private:
  asio::io_context context_{1};
  ControlServer server_;
  std::thread thread_;
};

// A client that need not keep to the protocol.
class RawClient {
 public:
  explicit RawClient(const std::string& path) : socket_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
    const Result<sockaddr_un> address = control_address(path);
    EXPECT_EQ(control_connect(socket_.get(), address.value()), 0);
  }

  void send(const std::string& text) {
    EXPECT_EQ(::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(text.size()));
  }

  // All until the server closes.
  std::string read_all() {
    std::string all;
    std::array<char, 4096> piece{};
    while (readable(patience)) {
      const ssize_t size = ::recv(socket_.get(), piece.data(), piece.size(), 0);
      if (size <= 0) return all;
      all.append(piece.data(), static_cast<std::size_t>(size));
    }
    ADD_FAILURE() << "the server does not close the connection";
    return all;
  }

  bool readable(Duration wait) const {
    pollfd watched{.fd = socket_.get(), .events = POLLIN, .revents = 0};
    return ::poll(&watched, 1, static_cast<int>(wait / 1ms)) == 1;
  }

 private:
  Fd socket_;
};

std::string answer(const std::string& path, const std::string& line) {
  const Result<std::string> got = control_request(path, line, patience);
  return got.ok() ? got.value() : got.error().text();
}

Error listen_error(const std::string& path) {
  asio::io_context context(1);
  ControlServer server(context.get_executor(), echo);
  const Result<void> result = server.listen(path);
  return result.ok() ? Error{.about = "", .message = "listens"} : result.error();
}

mode_t mode_of(const std::string& path) {
  struct stat found{};
  EXPECT_EQ(::lstat(path.c_str(), &found), 0) << path;
  return found.st_mode;
}

bool exists(const std::string& path) {
  struct stat found{};
  return ::lstat(path.c_str(), &found) == 0;
}

// What a killed agent leaves behind: a bound socket that nobody has open.
void leave_stale_socket(const std::string& path) {
  const Fd socket(::socket(AF_UNIX, SOCK_STREAM, 0));
  const Result<sockaddr_un> address = control_address(path);
  const auto* any = reinterpret_cast<const sockaddr*>(&address.value());
  ASSERT_EQ(::bind(socket.get(), any, sizeof(address.value())), 0);
}

TEST(Control, AnswersALineAndKnowsWhoAsks) {
  const TempDir dir;
  const std::string path = dir.file("control");
  const Running server(path);
  EXPECT_EQ(answer(path, R"({"a": 1})"), echoed(R"({"a": 1})"));
  EXPECT_EQ(answer(path, ""), echoed(""));
  RawClient client(path);
  client.send("in ");
  client.send("parts\nand more");
  EXPECT_EQ(client.read_all(), echoed("in parts") + "\n");
}

TEST(Control, TheLongestLinesFit) {
  const TempDir dir;
  const std::string path = dir.file("control");
  std::size_t asked = 0;
  const Running server(path, [&](std::string line, ControlPeer) -> asio::awaitable<std::string> {
    asked = line.size();
    co_return std::string(limits::control_answer_bytes, 'a');
  });
  const std::string line(limits::control_line_bytes, 'l');
  EXPECT_EQ(answer(path, line), std::string(limits::control_answer_bytes, 'a'));
  EXPECT_EQ(asked, limits::control_line_bytes);
}

TEST(Control, ALineThatIsTooLongIsRefused) {
  const TempDir dir;
  const std::string path = dir.file("control");
  bool asked = false;
  const Running server(path, [&](std::string, ControlPeer) -> asio::awaitable<std::string> {
    asked = true;
    co_return "";
  });
  const std::string line(limits::control_line_bytes + 1, 'l');
  const std::string refused = R"({"error": "the request is longer than 8192 bytes"})";
  RawClient whole(path);
  whole.send(line + "\n");
  EXPECT_EQ(whole.read_all(), refused + "\n");
  RawClient endless(path);
  endless.send(line);
  EXPECT_EQ(endless.read_all(), refused + "\n") << "nobody waits for its end";
  EXPECT_EQ(answer(path, line), path + ": the request is longer than 8192 bytes");
  EXPECT_FALSE(asked);
}

TEST(Control, AnAnswerThatIsNoLineBecomesAnError) {
  const TempDir dir;
  const std::string path = dir.file("control");
  const Running server(path, [](std::string line, ControlPeer) -> asio::awaitable<std::string> {
    if (line == "throw") throw std::runtime_error("a bug");
    if (line == "two") co_return "one\ntwo";
    co_return std::string(limits::control_answer_bytes + 1, 'a');
  });
  EXPECT_EQ(answer(path, "throw"), R"({"error": "the agent could not make an answer"})");
  EXPECT_EQ(answer(path, "two"), R"({"error": "the answer is not one line"})");
  EXPECT_EQ(answer(path, "long"), R"({"error": "the answer is longer than 16777216 bytes"})");
}

TEST(Control, HalfALineIsCutAtTheDeadline) {
  const TempDir dir;
  const std::string path = dir.file("control");
  const Running server(path, echo, {.connections = 1, .deadline = 100ms});
  RawClient half(path);
  half.send("half");
  EXPECT_EQ(answer(path, "next"), echoed("next")) << "waits until the only place is free";
  EXPECT_EQ(half.read_all(), "");
}

TEST(Control, AnAnswerThatNobodyReadsIsCutAtTheDeadline) {
  const TempDir dir;
  const std::string path = dir.file("control");
  constexpr std::size_t large = 1 << 20;  // more than the kernel keeps for a reader
  const auto much = [](std::string, ControlPeer) -> asio::awaitable<std::string> {
    co_return std::string(large, 'a');
  };
  const Running server(path, much, {.connections = 1, .deadline = 300ms});
  RawClient deaf(path);
  deaf.send("ask\n");
  EXPECT_EQ(answer(path, "next").size(), large);
  EXPECT_LT(deaf.read_all().size(), large);
}

TEST(Control, TheHandlerMayTakeLongerThanTheDeadline) {
  const TempDir dir;
  const std::string path = dir.file("control");
  const auto slow = [](std::string, ControlPeer) -> asio::awaitable<std::string> {
    asio::steady_timer timer(co_await asio::this_coro::executor, 100ms);
    co_await timer.async_wait(asio::use_awaitable);
    co_return "late";
  };
  const Running server(path, slow, {.connections = 1, .deadline = 20ms});
  EXPECT_EQ(answer(path, "ask"), "late");
}

// A handler whose answers wait until the gate is opened. Used on the server's thread alone, but for
// the futures.
class Gate {
 public:
  asio::awaitable<std::string> pass(std::string line) {
    asio::steady_timer timer(co_await asio::this_coro::executor, MonoTime::max());
    waiting_.push_back(&timer);
    if (waiting_.size() == limits::control_connections) full_.set_value();
    if (waiting_.size() == limits::control_connections + 1) over_.set_value();
    boost::system::error_code opened;
    auto token = asio::redirect_error(asio::use_awaitable, opened);
    if (!open_) co_await timer.async_wait(token);
    co_return line;
  }
  void open() {
    open_ = true;
    for (asio::steady_timer* timer : waiting_) timer->cancel();
  }

  std::future<void> full() { return full_.get_future(); }
  std::future<void> over() { return over_.get_future(); }

 private:
  std::vector<asio::steady_timer*> waiting_;  // in the frames of pass(), until the gate is open
  bool open_ = false;
  std::promise<void> full_;
  std::promise<void> over_;
};

ControlHandler through(Gate& gate) {
  return [&gate](std::string line, ControlPeer) { return gate.pass(std::move(line)); };
}

TEST(Control, FiveAtOnceAreAnsweredAndTheFifthWaits) {
  const TempDir dir;
  const std::string path = dir.file("control");
  Gate gate;
  Running server(path, through(gate));
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 5; ++i) {
    clients.push_back(std::make_unique<RawClient>(path));
    clients.back()->send(std::to_string(i) + "\n");
  }
  std::future<void> over = gate.over();
  ASSERT_EQ(gate.full().wait_for(patience), std::future_status::ready);
  EXPECT_EQ(over.wait_for(200ms), std::future_status::timeout) << "only four at once";
  server.run([&] { gate.open(); });
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(clients[static_cast<std::size_t>(i)]->read_all(), std::to_string(i) + "\n");
  }
}

TEST(Control, StopEndsWhatIsUnderWay) {
  const TempDir dir;
  const std::string path = dir.file("control");
  Gate gate;
  Running server(path, through(gate));
  std::vector<std::unique_ptr<RawClient>> clients;
  for (std::size_t i = 0; i < limits::control_connections; ++i) {
    clients.push_back(std::make_unique<RawClient>(path));
    clients.back()->send("ask\n");
  }
  RawClient waiting(path);
  ASSERT_EQ(gate.full().wait_for(patience), std::future_status::ready);
  server.begin_stop();
  EXPECT_EQ(clients.front()->read_all(), "");
  EXPECT_EQ(waiting.read_all(), "");
  server.run([&] { gate.open(); });
  server.stop();
}

TEST(Control, StopRemovesTheSocket) {
  const TempDir dir;
  const std::string path = dir.file("control");
  {
    Running server(path);
    EXPECT_TRUE(exists(path));
    server.stop();
    EXPECT_FALSE(exists(path));
    EXPECT_EQ(answer(path, "ask"), path + ": no agent is running here (there is no such socket)");
  }
  const Running again(path);
  EXPECT_EQ(answer(path, "ask"), echoed("ask"));
}

TEST(Control, StopLeavesTheSocketOfAnother) {
  const TempDir dir;
  const std::string path = dir.file("control");
  Running first(path);
  // Moved, not removed: a new file could get the number of the old one.
  ASSERT_EQ(std::rename(path.c_str(), dir.file("aside").c_str()), 0);
  const Running second(path);
  first.stop();
  EXPECT_TRUE(exists(path));
  EXPECT_EQ(answer(path, "ask"), echoed("ask"));
}

TEST(Control, ASocketOfADeadAgentIsReplaced) {
  const TempDir dir;
  const std::string path = dir.file("control");
  leave_stale_socket(path);
  EXPECT_EQ(answer(path, "ask"),
            path + ": no agent is running here (nobody listens on the socket)");
  const Running server(path);
  EXPECT_EQ(answer(path, "ask"), echoed("ask"));
}

TEST(Control, ALivingAgentKeepsItsSocket) {
  const TempDir dir;
  const std::string path = dir.file("control");
  const Running server(path);
  EXPECT_EQ(listen_error(path).text(), path + ": another agent runs and answers there");
  EXPECT_EQ(answer(path, "ask"), echoed("ask"));
}

TEST(Control, WhatIsNoSocketIsLeftAlone) {
  const TempDir dir;
  const std::string file = dir.write("file", "precious");
  const std::string link = dir.file("link");
  const std::string message = ": is in the way of the control socket, and no socket itself";
  EXPECT_EQ(listen_error(file).text(), file + message);
  EXPECT_EQ(ght::test::read_file(file), "precious");
  leave_stale_socket(dir.file("socket"));
  ASSERT_EQ(::symlink(dir.file("socket").c_str(), link.c_str()), 0);
  EXPECT_EQ(listen_error(link).text(), link + message) << "even one to a socket";
  EXPECT_TRUE(S_ISLNK(mode_of(link)));
  EXPECT_EQ(listen_error(dir.path().string()).text(), dir.path().string() + message);
}

TEST(Control, PathsThatCannotBe) {
  const TempDir dir;
  const std::string deep = dir.file("none/control");
  EXPECT_EQ(listen_error(deep).text(),
            deep + ": cannot make the control socket: No such file or directory");
  const std::string longest = "/" + std::string(106, 'p');
  EXPECT_TRUE(control_address(longest).ok());
  const std::string too_long = longest + "p";
  const std::string message =
      too_long + ": the path of a socket has at most 107 bytes, this one has 108";
  EXPECT_EQ(listen_error(too_long).text(), message);
  EXPECT_EQ(answer(too_long, "ask"), message);
  EXPECT_EQ(listen_error("").text(), "expected the path of a socket");
  EXPECT_FALSE(control_address(std::string("\0abstract", 9)).ok());
}

TEST(Control, TheModeIsForTheGroupWhateverTheUmask) {
  for (const mode_t mask : {0000, 0022, 0077}) {
    const TempDir dir;
    const std::string path = dir.file("control");
    const mode_t before = ::umask(mask);
    const Running server(path);
    ::umask(before);
    EXPECT_EQ(mode_of(path), S_IFSOCK | 0660) << mask;
  }
}

}  // namespace
}  // namespace ght::io
