#include "agent/http/server.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "agent/http/test_client.h"

namespace ght::http::test {
namespace {

Reply text(unsigned status, std::string body) {
  return Reply{status, "text/plain; charset=utf-8", "",
               std::make_shared<const std::string>(std::move(body))};
}

// Tells what it was asked, so that a test sees what reached the handler.
Reply echo(const Request& request) {
  if (request.path == "/throws") throw std::runtime_error("no");
  if (request.path == "/missing") return text(404, "no such page\n");
  return text(200, std::string(request.path) + "|" + std::string(request.query) + "|" +
                       std::string(request.accept) + "|" + std::string(request.accept_encoding));
}

TEST(Server, GivesTheHandlerPathQueryAndAcceptFields) {
  RunningServer server(echo);
  const Answer answer = server.get("/a/b?x=1&y", "Accept: text/plain\r\nAccept-Encoding: gzip\r\n");
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.body, "/a/b|x=1&y|text/plain|gzip");
  EXPECT_EQ(answer.fields.at("Content-Type"), "text/plain; charset=utf-8");
  EXPECT_EQ(server.get("/").body, "/|||");
}

TEST(Server, EveryAnswerForbidsStoringSniffingAndScripts) {
  RunningServer server(echo);
  for (const std::string target : {"/", "/missing", "not-a-path"}) {
    Answer answer = server.get(target);
    EXPECT_EQ(answer.fields["Cache-Control"], "no-store") << target;
    EXPECT_EQ(answer.fields["X-Content-Type-Options"], "nosniff") << target;
    EXPECT_EQ(answer.fields["Referrer-Policy"], "no-referrer") << target;
    EXPECT_TRUE(
        answer.fields["Content-Security-Policy"].starts_with("default-src 'none'; "
                                                             "style-src 'unsafe-inline'"))
        << target;
  }
}

TEST(Server, HeadHasTheFieldsOfGetAndNoBody) {
  RunningServer server(echo);
  Client client(server.address);
  client.connect().send("HEAD /page HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const Answer head = client.answer(true);
  client.ask("/page");
  const Answer get = client.answer();
  EXPECT_EQ(head.status, 200U);
  EXPECT_EQ(head.fields, get.fields);
  EXPECT_EQ(get.body, "/page|||");
}

TEST(Server, OtherMethodsAreNotAllowed) {
  RunningServer server(echo);
  for (const std::string method : {"PUT", "DELETE", "OPTIONS", "TRACE", "BREW"}) {
    Client client(server.address);
    client.connect().send(method + " / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const Answer answer = client.answer();
    EXPECT_EQ(answer.status, 405U) << method;
    EXPECT_EQ(answer.fields.at("Allow"), "GET, HEAD") << method;
    client.ask("/next");
    EXPECT_EQ(client.answer().body, "/next|||") << method;
  }
}

TEST(Server, RefusesBodies) {
  RunningServer server(echo);
  for (const std::string fields :
       {"Content-Length: 5\r\n\r\nhello", "Content-Length: 99999999999\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"}) {
    Client client(server.address);
    client.connect().send("GET / HTTP/1.1\r\nHost: localhost\r\n" + fields);
    const Answer answer = client.answer();
    EXPECT_EQ(answer.status, 413U) << fields;
    EXPECT_EQ(answer.fields.at("Connection"), "close");
    EXPECT_TRUE(client.closed()) << fields;
  }
  EXPECT_EQ(server.get("/", "Content-Length: 0\r\n").status, 200U);
}

TEST(Server, AnswersMalformedRequestsAndCloses) {
  RunningServer server(echo);
  const std::string tls_hello("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 15);
  for (const std::string& bytes :
       {tls_hello, std::string("GET\r\n\r\n"), std::string("\r\n\r\n"), std::string(100, '\0'),
        std::string("GET / HTTP/2.0\r\nHost: localhost\r\n\r\n"),
        std::string("GET / HTTP/1.1\r\nHost: localhost\r\nbad field\r\n\r\n"),
        std::string("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n"),
        std::string("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"),
        std::string("GET /\x01 HTTP/1.1\r\nHost: localhost\r\n\r\n")}) {
    Client client(server.address);
    client.connect().send(bytes);
    const Answer answer = client.answer();
    EXPECT_EQ(answer.status, 400U) << bytes;
    EXPECT_EQ(answer.fields.at("Connection"), "close") << bytes;
    EXPECT_TRUE(answer.whole) << bytes;
    EXPECT_TRUE(client.closed()) << bytes;
  }
}

TEST(Server, WantsOneHostAndAPath) {
  RunningServer server(echo);
  for (const std::string request :
       {"GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET http://localhost/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "GET * HTTP/1.1\r\nHost: localhost\r\n\r\n"}) {
    Client client(server.address);
    client.connect().send(request);
    EXPECT_EQ(client.answer().status, 400U) << request;
  }
}

TEST(Server, ALoopbackAddressAnswersNoForeignName) {
  RunningServer server(echo);
  for (const auto& [host, status] :
       std::map<std::string, unsigned>{{"localhost:19787", 200},
                                       {"127.0.0.1:19787", 200},
                                       {"[::1]:19787", 200},
                                       {"srv-dpi-01", 200},
                                       {"agent.localhost:80", 200},
                                       {"rebind.example", 421},
                                       {"127.0.0.1.evil.example:19787", 421},
                                       {"[::1].evil.example", 421}}) {
    Client client(server.address);
    client.connect().send("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
    EXPECT_EQ(client.answer().status, status) << host;
  }
}

TEST(Server, LimitsTheHeader) {
  RunningServer server(echo);
  const std::string start = "GET / HTTP/1.1\r\nHost: localhost\r\n";
  std::string many = start;
  for (int i = 0; i < 600; ++i) many += "X-Field-" + std::to_string(i) + ": 1\r\n";
  for (const std::string& bytes :
       {start + "X: " + std::string(9000, 'x') + "\r\n\r\n", many + "\r\n",
        "GET /" + std::string(9000, 'x') + " HTTP/1.1\r\nHost: localhost\r\n\r\n",
        std::string(20000, 'x')}) {
    Client client(server.address);
    client.connect().send(bytes);
    EXPECT_EQ(client.answer().status, 431U) << bytes.substr(0, 60);
    EXPECT_TRUE(client.closed());
  }
  const std::string allowed = start + "X: " + std::string(8000, 'x') + "\r\n\r\n";
  Client client(server.address);
  client.connect().send(allowed + allowed);
  EXPECT_EQ(client.answer().status, 200U);
  EXPECT_EQ(client.answer().status, 200U);
}

TEST(Server, SpeaksHttp10) {
  RunningServer server(echo);
  Client plain(server.address);
  plain.connect().send("GET /old HTTP/1.0\r\n\r\n");
  Answer answer = plain.answer();
  EXPECT_EQ(answer.body, "/old|||");
  EXPECT_EQ(answer.fields["Connection"], "close");
  EXPECT_TRUE(plain.closed());

  Client kept(server.address);
  kept.connect().send("GET /old HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  answer = kept.answer();
  EXPECT_EQ(answer.fields["Connection"], "keep-alive");
  kept.ask("/again", "Connection: close\r\n");
  EXPECT_EQ(kept.answer().body, "/again|||");
  EXPECT_TRUE(kept.closed());
}

TEST(Server, AnswersPipelinedRequestsInOrder) {
  RunningServer server(echo);
  std::string all;
  for (int i = 0; i < 300; ++i) {
    all += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
  }
  Client client(server.address);
  client.connect().send(all);
  for (int i = 0; i < 300; ++i) ASSERT_EQ(client.answer().body, "/" + std::to_string(i) + "|||");
}

TEST(Server, TakesARequestByteByByte) {
  RunningServer server(echo);
  Client client(server.address);
  client.connect();
  client.socket().set_option(tcp::no_delay(true));
  for (const char c : std::string("GET /slow HTTP/1.1\r\nHost: localhost\r\nAccept: a\r\n\r\n")) {
    ASSERT_TRUE(client.send({&c, 1}));
  }
  EXPECT_EQ(client.answer().body, "/slow||a|");
}

TEST(Server, AnswersAPeerThatHasFinishedSending) {
  RunningServer server(echo);
  Client client(server.address);
  client.connect().ask("/half");
  client.finish_sending();
  EXPECT_EQ(client.answer().body, "/half|||");
  EXPECT_TRUE(client.closed());
}

TEST(Server, AHandlerThatThrowsHarmsItsOwnPageOnly) {
  RunningServer server(echo);
  Client client(server.address);
  client.connect().ask("/throws");
  EXPECT_EQ(client.answer().status, 500U);
  client.ask("/fine");
  EXPECT_EQ(client.answer().status, 200U);
}

}  // namespace
}  // namespace ght::http::test
