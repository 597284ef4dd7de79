#include "agent/io/prober.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fstream>
#include <set>

#include "agent/core/limits.h"
#include "agent/core/reasons.h"
#include "agent/io/clock.h"
#include "agent/io/local_server_test.h"
#include "tests/support/files.h"

namespace ght::io {
namespace {

using namespace std::chrono_literals;
using test::answering;
using test::LocalServer;
using test::probe;
using test::Tcp;

constexpr const char* ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

TEST(HttpProbe, ReadsAnAnswerWithItsPhases) {
  LocalServer server(answering("HTTP/1.1 200 OK\r\nX-A: 1\r\nContent-Length: 5\r\n\r\nhello"));
  const HttpResult result = probe(server.url("/health?x=1"));
  EXPECT_EQ(result.failure, "") << result.failure_detail;
  EXPECT_EQ(result.status, 200);
  EXPECT_EQ(result.body, "hello");
  EXPECT_FALSE(result.body_cut);
  EXPECT_EQ(result.url, server.url("/health?x=1"));
  EXPECT_EQ(result.address, "127.0.0.1:" + std::to_string(server.port()));
  ASSERT_EQ(result.headers.size(), 2U);
  EXPECT_EQ(result.headers[0], (std::pair<std::string, std::string>("X-A", "1")));
  EXPECT_FALSE(result.phases.resolve.has_value()) << "an address is not resolved";
  EXPECT_FALSE(result.phases.tls.has_value());
  EXPECT_GT(result.phases.connect.value_or(0ns), 0ns);
  EXPECT_GT(result.phases.processing.value_or(0ns), 0ns);
  EXPECT_GT(result.phases.transfer.value_or(0ns), 0ns);
  EXPECT_GE(result.elapsed, *result.phases.connect + *result.phases.processing);
  EXPECT_FALSE(result.tls_not_after.has_value());
}

TEST(HttpProbe, SendsWhatTheStepSays) {
  std::string seen;
  LocalServer server([&](Tcp::socket& socket) {
    seen = test::read_request(socket);
    test::send_text(socket, ok);
  });
  HttpExchange step;
  step.url = server.url("/a%20b?q#fragment");
  step.method = "POST";
  step.body = "x=1";
  step.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"User-Agent", "other"}};
  EXPECT_EQ(probe(step).status, 200);
  EXPECT_TRUE(seen.starts_with("POST /a%20b?q HTTP/1.1\r\nHost: 127.0.0.1:")) << seen;
  EXPECT_NE(seen.find("\r\nUser-Agent: other\r\n"), std::string::npos) << seen;
  EXPECT_EQ(seen.find("ght-agent"), std::string::npos) << seen;
  EXPECT_NE(seen.find("\r\nContent-Length: 3\r\n"), std::string::npos) << seen;
  EXPECT_TRUE(seen.ends_with("\r\nConnection: close\r\n\r\nx=1")) << seen;
}

TEST(HttpProbe, NamesItself) {
  std::string seen;
  LocalServer server([&](Tcp::socket& socket) {
    seen = test::read_request(socket);
    test::send_text(socket, ok);
  });
  EXPECT_EQ(probe(server.url()).status, 200);
  EXPECT_NE(seen.find("\r\nUser-Agent: ght-agent\r\n"), std::string::npos) << seen;
  EXPECT_NE(seen.find("\r\nAccept: */*\r\n"), std::string::npos) << seen;
}

TEST(HttpProbe, ReadsChunkedBodies) {
  LocalServer server(answering(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"));
  const HttpResult result = probe(server.url());
  EXPECT_EQ(result.failure, "") << result.failure_detail;
  EXPECT_EQ(result.body, "abcde");
}

TEST(HttpProbe, ReadsBodiesThatEndWithTheConnection) {
  LocalServer server(answering("HTTP/1.0 200 OK\r\n\r\nuntil the end"));
  const HttpResult result = probe(server.url());
  EXPECT_EQ(result.failure, "") << result.failure_detail;
  EXPECT_EQ(result.body, "until the end");
}

TEST(HttpProbe, HeadHasNoBodyWhateverItsHeaderSays) {
  LocalServer server(answering("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"));
  HttpExchange step;
  step.url = server.url();
  step.method = "HEAD";
  const HttpResult result = probe(step);
  EXPECT_EQ(result.failure, "") << result.failure_detail;
  EXPECT_EQ(result.status, 200);
}

TEST(HttpProbe, InterimAnswersAreNotTheAnswer) {
  LocalServer server(
      answering("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n"
                "Link: </a>\r\n\r\nHTTP/1.1 204 No Content\r\nX: y\r\n\r\n"));
  const HttpResult result = probe(server.url());
  EXPECT_EQ(result.failure, "") << result.failure_detail;
  EXPECT_EQ(result.status, 204);
  EXPECT_EQ(result.headers.size(), 1U);
}

TEST(HttpProbe, AHeaderInManyPiecesIsReadWhole) {
  LocalServer server([](Tcp::socket& socket) {
    test::read_request(socket);
    for (const char c : std::string(ok)) {
      if (!test::send_text(socket, std::string(1, c))) return;
    }
  });
  const HttpResult result = probe(server.url());
  EXPECT_EQ(result.failure, "") << result.failure_detail;
  EXPECT_EQ(result.body, "ok");
}

TEST(HttpProbe, AnEarlyAnswerToALongRequestCounts) {
  LocalServer server([](Tcp::socket& socket) {
    test::read_request(socket);
    test::send_text(socket, "HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n");
    socket.shutdown(Tcp::socket::shutdown_send);
    test::wait_for_close(socket);
  });
  HttpExchange step;
  step.url = server.url();
  step.method = "POST";
  step.body.assign(60000, 'x');
  EXPECT_EQ(probe(step).status, 413);
}

TEST(HttpProbe, StopsReadingAtTheBodyLimit) {
  std::atomic<std::size_t> sent = 0;
  LocalServer server([&](Tcp::socket& socket) {
    test::read_request(socket);
    test::send_text(socket, "HTTP/1.1 200 OK\r\n\r\n");
    const std::string block(65536, 'x');
    while (test::send_text(socket, block)) sent += block.size();
  });
  HttpExchange step;
  step.url = server.url();
  step.max_body = 100000;
  const HttpResult result = probe(step);
  EXPECT_EQ(result.failure, "") << result.failure_detail;
  EXPECT_EQ(result.body.size(), 100000U);
  EXPECT_TRUE(result.body_cut);
  EXPECT_LT(sent, 64U << 20) << "socket buffers at most, never the whole of it";
}

TEST(HttpProbe, ABodyAsLongAsTheLimitIsNotCut) {
  LocalServer server(answering("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabcd"));
  HttpExchange step;
  step.url = server.url();
  step.max_body = 4;
  const HttpResult result = probe(step);
  EXPECT_EQ(result.body, "abcd");
  EXPECT_FALSE(result.body_cut);
}

TEST(HttpProbe, AConnectionClosedEarlyIsAFailure) {
  LocalServer server(answering("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this"));
  const HttpResult result = probe(server.url());
  EXPECT_EQ(result.failure, reasons::connection_closed);
  EXPECT_EQ(result.failure_detail, "in the body, connection closed");
  EXPECT_EQ(result.status, 200);
}

TEST(HttpProbe, AServerThatClosesAtOnceIsAFailure) {
  LocalServer server(answering(""));
  const HttpResult result = probe(server.url());
  EXPECT_EQ(result.failure, reasons::connection_closed);
  EXPECT_EQ(result.status, 0);
  EXPECT_FALSE(result.phases.processing.has_value());
}

TEST(HttpProbe, AnInterimAnswerAloneIsNoAnswer) {
  LocalServer server(answering("HTTP/1.1 100 Continue\r\n\r\n"));
  const HttpResult result = probe(server.url());
  EXPECT_EQ(result.failure, reasons::connection_closed);
  EXPECT_EQ(result.status, 0);
}

TEST(HttpProbe, AResetIsNotTheEndOfABody) {
  LocalServer server([](Tcp::socket& socket) {
    test::read_request(socket);
    test::send_text(socket, "HTTP/1.1 200 OK\r\n\r\nhalf");
    socket.set_option(boost::asio::socket_base::linger(true, 0));
    socket.close();  // with linger 0: a reset
  });
  const HttpResult result = probe(server.url());
  EXPECT_EQ(result.failure, reasons::connection_closed);
}

TEST(HttpProbe, GarbageIsMalformed) {
  LocalServer server(answering("SSH-2.0-OpenSSH_9.2\r\n"));
  const HttpResult result = probe(server.url());
  EXPECT_EQ(result.failure, reasons::http_malformed);
  EXPECT_EQ(result.failure_detail, "not HTTP/1.1: SSH-2.0-OpenSSH_9.2");
}

TEST(HttpProbe, EndlessHeadersEndAtTheLimit) {
  LocalServer server([](Tcp::socket& socket) {
    test::read_request(socket);
    test::send_text(socket, "HTTP/1.1 200 OK\r\n");
    while (test::send_text(socket, "X-Header: some value\r\n")) continue;
  });
  const HttpResult result = probe(server.url());
  EXPECT_EQ(result.failure, reasons::http_header_limit);
  EXPECT_LT(result.headers.size(), limits::probe_header_bytes / 20);
}

TEST(HttpProbe, AHeaderLineWithoutEndEndsAtTheLimit) {
  LocalServer server([](Tcp::socket& socket) {
    test::read_request(socket);
    test::send_text(socket, "HTTP/1.1 200 OK\r\nX: ");
    while (test::send_text(socket, std::string(1000, 'x'))) continue;
  });
  EXPECT_EQ(probe(server.url()).failure, reasons::http_header_limit);
}

TEST(HttpProbe, EndlessInterimAnswersEndAtTheLimit) {
  LocalServer server([](Tcp::socket& socket) {
    test::read_request(socket);
    while (test::send_text(socket, "HTTP/1.1 100 Continue\r\n\r\n")) continue;
  });
  const HttpResult result = probe(server.url());
  EXPECT_EQ(result.failure, reasons::http_header_limit);
}

TEST(HttpProbe, AnEndlessChunkLineIsMalformed) {
  LocalServer server([](Tcp::socket& socket) {
    test::read_request(socket);
    test::send_text(socket, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;");
    while (test::send_text(socket, std::string(1000, 'x'))) continue;
  });
  EXPECT_EQ(probe(server.url()).failure, reasons::http_malformed);
}

TEST(HttpProbe, ASilentServerEndsAtTheDeadline) {
  LocalServer server([](Tcp::socket& socket) { test::wait_for_close(socket); });
  const HttpResult result = probe(server.url(), 300ms);
  EXPECT_EQ(result.failure, reasons::http_timeout);
  EXPECT_EQ(result.failure_detail, "processing");
  EXPECT_GE(result.elapsed, 300ms);
  EXPECT_LT(result.elapsed, 2s);
}

TEST(HttpProbe, ADrippingServerEndsAtTheDeadline) {
  LocalServer server([](Tcp::socket& socket) {
    test::read_request(socket);
    test::send_text(socket, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
    boost::asio::steady_timer drip(socket.get_executor());
    while (test::send_text(socket, "x")) {
      drip.expires_after(20ms);
      drip.wait();
    }
  });
  const HttpResult result = probe(server.url(), 300ms);
  EXPECT_EQ(result.failure, reasons::http_timeout);
  EXPECT_EQ(result.failure_detail, "transfer");
  EXPECT_LT(result.elapsed, 2s);
}

TEST(HttpProbe, ARefusedConnectionSaysByWhom) {
  const std::string port = std::to_string(test::closed_port());
  const HttpResult result = probe("http://127.0.0.1:" + port + "/");
  EXPECT_EQ(result.failure, reasons::connect_refused);
  EXPECT_EQ(result.failure_detail, "127.0.0.1:" + port);
}

TEST(HttpProbe, SpeaksToIpv6) {
  LocalServer server(answering(ok), "::1");
  const HttpResult result = probe(server.url());
  EXPECT_EQ(result.failure, "") << result.failure_detail;
  EXPECT_EQ(result.address, "[::1]:" + std::to_string(server.port()));
}

TEST(HttpProbe, AUrlThatCannotBeAskedIsNotTheServicesFault) {
  for (const char* url : {"ftp://127.0.0.1/", "http://", "http://u:p@127.0.0.1/", "no url"}) {
    EXPECT_EQ(probe(std::string(url)).failure, reasons::probe_not_made) << url;
  }
}

// Leaves no descriptor to this process while it lives.
class NoDescriptors {
 public:
  NoDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    rlimit tight = before_;
    tight.rlim_cur = 0;
    EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &tight), 0);
  }
  ~NoDescriptors() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

TEST(HttpProbe, OutOfDescriptorsIsNotTheServicesFault) {
  boost::asio::io_context context(1);
  Prober prober(context.get_executor());
  HttpExchange step;
  step.url = "http://127.0.0.1:" + std::to_string(test::closed_port()) + "/";
  HttpResult result;
  const auto run = [&] {
    boost::asio::co_spawn(
        context, prober.exchange(step, mono_now() + 5s),
        [&](const std::exception_ptr&, HttpResult got) { result = std::move(got); });
    context.restart();
    context.run();
  };
  run();  // the loop has its own descriptors now
  EXPECT_EQ(result.failure, reasons::connect_refused);
  const NoDescriptors none;
  run();
  EXPECT_EQ(result.failure, reasons::probe_not_made);
  EXPECT_TRUE(result.failure_detail.ends_with(": Too many open files")) << result.failure_detail;
}

}  // namespace
}  // namespace ght::io
