// What hostile, slow and vanished clients do to a server, and what a shortage of file descriptors
// does.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <iterator>
#include <memory>
#include <vector>

#include "agent/http/server.h"
#include "agent/http/test_client.h"
#include "tests/support/poll.h"

namespace ght::http::test {
namespace {

using ght::test::eventually;

constexpr std::size_t huge = 64 << 20;  // more than the kernel buffers for a peer

Handler pages() {
  auto small = std::make_shared<const std::string>("healthy\n");
  auto large = std::make_shared<const std::string>(huge / 4, 'x');
  auto big = std::make_shared<const std::string>(huge, 'x');
  return [small, large, big](const Request& request) {
    const auto& body = request.path == "/big" ? big : request.path == "/large" ? large : small;
    return Reply{200, "text/plain", "", body};
  };
}

std::vector<std::unique_ptr<Client>> connect(const RunningServer& server, int count) {
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < count; ++i) {
    clients.push_back(std::make_unique<Client>(server.address));
    clients.back()->connect();
  }
  return clients;
}

std::size_t open_files() {
  using std::filesystem::directory_iterator;
  return static_cast<std::size_t>(
      std::distance(directory_iterator("/proc/self/fd"), directory_iterator()));
}

ServerLimits short_deadlines() {
  return ServerLimits{.connections = 64, .request_deadline = 300ms, .idle_deadline = 300ms};
}

// Deadlines that end nothing: what a test sees is the limit of connections alone.
ServerLimits no_deadlines() {
  return ServerLimits{.connections = 64, .request_deadline = 1h, .idle_deadline = 1h};
}

// All but as many as may be open are closed, none of them answered.
void expect_only_the_limit_open(const std::vector<std::unique_ptr<Client>>& clients) {
  EXPECT_TRUE(eventually([&] {
    std::size_t open = 0;
    for (const auto& client : clients) open += client->closed(1ms) ? 0 : 1;
    return open <= no_deadlines().connections;
  }));
  for (const auto& client : clients) EXPECT_EQ(client->received(), "");
}

// Four descriptors a client: more than the 1,024 of a login shell.
void allow_many_files() {
  rlimit limit{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  limit.rlim_cur = limit.rlim_max;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

TEST(ServerLimits, AThousandIdleClientsKeepNobodyOut) {
  allow_many_files();
  RunningServer server(pages(), no_deadlines());
  const auto idle = connect(server, 1000);
  EXPECT_EQ(server.get("/-/healthy").body, "healthy\n");
  expect_only_the_limit_open(idle);
}

TEST(ServerLimits, UnfinishedRequestsKeepNobodyOut) {
  RunningServer server(pages(), no_deadlines());
  const auto slow = connect(server, 200);
  for (const auto& client : slow) client->send("GET / HT");
  for (int i = 0; i < 20; ++i) ASSERT_EQ(server.get("/-/healthy").body, "healthy\n");
  expect_only_the_limit_open(slow);
}

TEST(ServerLimits, AScraperInTheMiddleOfItsAnswerOutlivesIdleClients) {
  RunningServer server(pages());
  Client scraper(server.address);
  scraper.connect().ask("/big");
  ASSERT_TRUE(scraper.read_some());
  auto idle = connect(server, 300);
  EXPECT_EQ(server.get("/-/healthy").status, 200U);
  const Answer answer = scraper.answer();
  EXPECT_TRUE(answer.whole);
  EXPECT_EQ(answer.body.size(), huge);
}

TEST(ServerLimits, ASlowHeaderEndsAtItsDeadlineHoweverItTrickles) {
  RunningServer server(pages(), short_deadlines());
  Client client(server.address);
  client.connect().send("GET / HTTP/1.1\r\n");
  const auto begin = std::chrono::steady_clock::now();
  ASSERT_TRUE(eventually([&] {
    client.send("X: y\r\n");
    return client.closed(10ms);
  }));
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 250ms);
  EXPECT_EQ(client.received(), "");
}

TEST(ServerLimits, AClientThatNeverReadsIsCutOffAndHarmsNobody) {
  RunningServer server(pages(), short_deadlines());
  const std::size_t before = open_files();
  {
    Client client(server.address);
    client.connect().ask("/big");
    EXPECT_EQ(server.get("/-/healthy").body, "healthy\n");
    // Its own socket is what remains: the server has given it up without its doing.
    EXPECT_TRUE(eventually([&] { return open_files() <= before + 4; }));
    const Answer answer = client.answer();
    EXPECT_FALSE(answer.whole);
  }
  EXPECT_EQ(server.get("/-/healthy").body, "healthy\n");
}

TEST(ServerLimits, AnIdleConnectionEndsAtItsDeadline) {
  RunningServer server(pages(), short_deadlines());
  Client silent(server.address);
  EXPECT_TRUE(silent.connect().closed());
  Client served(server.address);
  served.connect().ask("/");
  EXPECT_EQ(served.answer().status, 200U);
  EXPECT_TRUE(served.closed());
}

TEST(ServerLimits, AnAnsweredConnectionHasALongerDeadlineThanARequest) {
  RunningServer server(pages(), ServerLimits{.request_deadline = 200ms, .idle_deadline = 1h});
  Client client(server.address);
  client.connect().ask("/");
  EXPECT_EQ(client.answer().status, 200U);
  EXPECT_FALSE(client.closed(600ms));
  client.ask("/");
  EXPECT_EQ(client.answer().status, 200U);
}

TEST(ServerLimits, VanishedClientsLeaveNoFileOpen) {
  RunningServer server(pages());
  const std::size_t before = open_files();
  for (int i = 0; i < 100; ++i) {
    Client reset(server.address);
    reset.connect().ask("/big");
    reset.socket().set_option(boost::asio::socket_base::linger(true, 0));
    Client partial(server.address);
    partial.connect().send("GET / HTTP/1.1\r\nHo");
    Client ended(server.address);
    ended.connect().finish_sending();
    Client garbage(server.address);
    garbage.connect().send(std::string(100000, '\x7f'));
  }
  EXPECT_TRUE(eventually([&] { return open_files() <= before; })) << open_files() - before;
}

TEST(ServerLimits, AShortageOfFileDescriptorsPassesWithoutSpinning) {
  RunningServer server(pages());
  Client client(server.address);
  rlimit old{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &old), 0);
  const int lowest_free = dup(STDIN_FILENO);
  close(lowest_free);
  rlimit none = old;
  none.rlim_cur = static_cast<rlim_t>(lowest_free);
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &none), 0);
  const auto cpu = server.cpu();
  client.connect().ask("/-/healthy");
  EXPECT_FALSE(client.read_some(500ms));
  EXPECT_LT(server.cpu() - cpu, 100ms);
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &old), 0);
  EXPECT_EQ(client.answer().body, "healthy\n");
}

TEST(ServerLimits, StopEndsIdleConnectionsAndLetsAnswersFinish) {
  RunningServer server(pages());
  Client idle(server.address);
  idle.connect().ask("/");
  EXPECT_EQ(idle.answer().status, 200U);
  Client reading(server.address);
  reading.connect().ask("/large");
  ASSERT_TRUE(reading.read_some());
  std::thread stopping([&] { server.stop(); });
  EXPECT_TRUE(idle.closed());
  EXPECT_TRUE(reading.answer().whole);
  EXPECT_TRUE(reading.closed());
  stopping.join();
}

TEST(ServerLimits, StopDoesNotWaitForAClientThatNeverReads) {
  RunningServer server(pages());
  Client client(server.address);
  client.connect().ask("/big");
  ASSERT_TRUE(client.read_some());
  const auto begin = std::chrono::steady_clock::now();
  server.stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
}

}  // namespace
}  // namespace ght::http::test
