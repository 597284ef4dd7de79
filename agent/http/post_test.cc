// What a POST carries: read whole, bounded in size and time, given to one page only.
#include <gtest/gtest.h>

#include "agent/core/limits.h"
#include "agent/http/answer.h"
#include "agent/http/pages.h"
#include "agent/http/test_client.h"

namespace ght::http::test {
namespace {

Reply echo(const Request& request) {
  const char* method = request.method == Request::Method::post ? "POST " : "GET ";
  return plain_reply(200,
                     method + std::string(request.content_type) + "|" + std::string(request.body));
}

std::string post(const std::string& fields, const std::string& body) {
  return "POST /x HTTP/1.1\r\nHost: localhost\r\nContent-Type: a/b\r\n" + fields + "\r\n" + body;
}

std::string length(std::size_t bytes) {
  return "Content-Length: " + std::to_string(bytes) + "\r\n";
}

TEST(Post, GivesTheBodyWholeAndKeepsTheConnection) {
  RunningServer server(echo);
  Client client(server.address);
  const std::string large(limits::server_body_bytes, 'x');  // more than the buffer of a connection
  client.connect().send(post(length(5), "hello") + post(length(0), "") +
                        post(length(large.size()), large));
  EXPECT_EQ(client.answer().body, "POST a/b|hello\n");
  EXPECT_EQ(client.answer().body, "POST a/b|\n");
  EXPECT_EQ(client.answer().body, "POST a/b|" + large + "\n");
  client.ask("/next");
  EXPECT_EQ(client.answer().body, "GET |\n");
}

TEST(Post, WaitsForABodyInPieces) {
  RunningServer server(echo);
  Client client(server.address);
  client.connect().send(post(length(4), ""));
  for (const char* piece : {"a", "b", "c"}) {
    client.send(piece);
    EXPECT_FALSE(client.read_some(10ms));
  }
  client.send("d");
  EXPECT_EQ(client.answer().body, "POST a/b|abcd\n");
}

TEST(Post, TellsAClientThatWaitsToGoOn) {
  RunningServer server(echo);
  Client client(server.address);
  client.connect().send(post("Expect: 100-continue\r\n" + length(2), ""));
  EXPECT_EQ(client.answer(true).status, 100U);
  client.send("ok");
  EXPECT_EQ(client.answer().body, "POST a/b|ok\n");
}

TEST(Post, RefusesWhatHasNoLengthOrTooMuch) {
  RunningServer server(echo);
  const struct {
    std::string bytes;
    unsigned status;
  } cases[] = {
      {post("", ""), 411},
      {post("Transfer-Encoding: chunked\r\n", "2\r\nok\r\n0\r\n\r\n"), 411},
      {post(length(limits::server_body_bytes + 1), ""), 413},
      {post("Expect: 100-continue\r\n" + length(limits::server_body_bytes + 1), ""), 413},
      {post("Content-Length: -1\r\n", ""), 400},
  };
  for (const auto& each : cases) {
    Client client(server.address);
    client.connect().send(each.bytes);
    EXPECT_EQ(client.answer().status, each.status) << each.bytes;
  }
}

TEST(Post, ABodyThatNeverComesIsGivenUp) {
  RunningServer server(echo, {.request_deadline = 50ms});
  for (const std::string begun : {"", "ab"}) {
    Client client(server.address);
    client.connect().send(post(length(3), begun));
    EXPECT_TRUE(client.closed());
    EXPECT_EQ(client.received(), "");
  }
  Client gone(server.address);
  gone.connect().send(post(length(3), "ab"));
  gone.finish_sending();
  EXPECT_TRUE(gone.closed());
}

struct NoView : ViewSource {
  std::uint64_t generation() const override { return 0; }
  View view(ViewDetail) const override { return {}; }
  bool ready() const override { return true; }
};

TEST(Post, OnePageTakesItAndNothingElse) {
  const NoView source;
  Pages pages(source, {.backup_reports = echo});
  const auto ask = [&](std::string_view path, Request::Method method) {
    Request request;
    request.method = method;
    request.path = path;
    return pages(request);
  };
  EXPECT_EQ(ask("/api/v1/backup-report", Request::Method::post).status, 200U);
  const Reply read = ask("/api/v1/backup-report", Request::Method::get);
  EXPECT_EQ(read.status, 405U);
  EXPECT_EQ(read.allow, "POST");
  for (const std::string_view path : {"/", "/metrics", "/-/healthy", "/nothing"}) {
    const Reply refused = ask(path, Request::Method::post);
    EXPECT_EQ(refused.status, 405U) << path;
    EXPECT_EQ(refused.allow, "GET, HEAD") << path;
  }
}

}  // namespace
}  // namespace ght::http::test
