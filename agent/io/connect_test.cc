#include "agent/io/connect.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>

#include "agent/core/reasons.h"
#include "agent/io/clock.h"
#include "agent/io/local_server_test.h"

namespace ght::io {
namespace {

using namespace std::chrono_literals;
using test::Blackhole;
using test::LocalServer;
using test::Tcp;

struct Outcome {
  std::string address;
  std::string_view failure;
  std::string detail;
  Duration took{};
};

boost::asio::awaitable<void> race(boost::asio::any_io_executor executor,
                                  std::vector<Tcp::endpoint> candidates, Duration timeout,
                                  Duration stagger, Outcome& outcome) {
  const MonoTime begin = mono_now();
  auto connecting = connect_first(executor, std::move(candidates), begin + timeout, stagger);
  const Connection connection = co_await std::move(connecting);
  EXPECT_EQ(connection.failure.empty(), connection.socket.is_open());
  outcome = {connection.address, connection.failure, connection.detail, mono_now() - begin};
}

Outcome connect(std::vector<Tcp::endpoint> candidates, Duration timeout,
                Duration stagger = connect_stagger) {
  boost::asio::io_context context(1);
  Outcome outcome;
  boost::asio::co_spawn(
      context, race(context.get_executor(), std::move(candidates), timeout, stagger, outcome),
      [](const std::exception_ptr& thrown) { EXPECT_EQ(thrown, nullptr); });
  context.run();
  return outcome;
}

Tcp::endpoint at(const char* address, std::uint16_t port) {
  return {boost::asio::ip::make_address(address), port};
}

TEST(Connect, WritesEndpointsAsPeopleDo) {
  EXPECT_EQ(endpoint_text(at("192.0.2.1", 443)), "192.0.2.1:443");
  EXPECT_EQ(endpoint_text(at("2001:db8::1", 443)), "[2001:db8::1]:443");
}

TEST(Connect, TriesTheNextAtOnceWhenOneRefuses) {
  const LocalServer server(test::wait_for_close);
  const Outcome outcome =
      connect({at("127.0.0.1", test::closed_port()), at("127.0.0.1", server.port())}, 10s, 10s);
  EXPECT_EQ(outcome.failure, "") << outcome.detail;
  EXPECT_EQ(outcome.address, "127.0.0.1:" + std::to_string(server.port()));
  EXPECT_LT(outcome.took, 5s);
}

TEST(Connect, TriesTheNextBesideASilentOne) {
  const Blackhole hole;
  const LocalServer server(test::wait_for_close, "::1");
  const Outcome outcome = connect({hole.endpoint(), at("::1", server.port())}, 10s);
  EXPECT_EQ(outcome.failure, "") << outcome.detail;
  EXPECT_EQ(outcome.address, "[::1]:" + std::to_string(server.port()));
  EXPECT_GE(outcome.took, connect_stagger);
  EXPECT_LT(outcome.took, 5s);
}

TEST(Connect, SilenceLastsUntilTheDeadline) {
  const Blackhole hole;
  const Outcome outcome = connect({hole.endpoint()}, 200ms);
  EXPECT_EQ(outcome.failure, reasons::connect_timeout);
  EXPECT_EQ(outcome.detail, endpoint_text(hole.endpoint()));
  EXPECT_GE(outcome.took, 200ms);
  EXPECT_LT(outcome.took, 2s);
}

TEST(Connect, ARefusalSaysMoreThanSilence) {
  const Blackhole hole;
  const std::uint16_t closed = test::closed_port();
  const Outcome outcome = connect({hole.endpoint(), at("127.0.0.1", closed)}, 300ms, 10ms);
  EXPECT_EQ(outcome.failure, reasons::connect_refused);
  EXPECT_EQ(outcome.detail, "127.0.0.1:" + std::to_string(closed));
}

TEST(Connect, AnAddressThatNoPacketCanLeaveForIsThisHostsTrouble) {
  // The kernel refuses a broadcast address (EACCES) or has no route to it: nothing is sent.
  const Outcome outcome = connect({at("255.255.255.255", 80)}, 5s);
  EXPECT_EQ(outcome.failure, reasons::probe_not_made) << outcome.detail;
  EXPECT_TRUE(outcome.detail.starts_with("255.255.255.255:80: ")) << outcome.detail;
}

}  // namespace
}  // namespace ght::io
