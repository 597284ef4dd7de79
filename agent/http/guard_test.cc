#include "agent/http/guard.h"

#include <crypt.h>
#include <gtest/gtest.h>

#include <memory>
#include <mutex>

#include "agent/http/answer.h"
#include "agent/http/test_client.h"

namespace ght::http::test {
namespace {

std::string hash_of(const std::string& password) {
  crypt_data memory{};
  return crypt_rn(password.c_str(), "$2y$04$abcdefghijklmnopqrstuu", &memory, sizeof(memory));
}

constexpr const char* right = "Authorization: Basic cHJvbTpyaWdodA==\r\n";  // prom:right
constexpr const char* wrong = "Authorization: Basic cHJvbTp3cm9uZw==\r\n";  // prom:wrong

Reply page(const Request& request) {
  if (request.path == "/later") {
    Reply reply;
    reply.later = []() -> boost::asio::awaitable<Reply> { co_return plain_reply(200, "late"); };
    return reply;
  }
  if (request.method == Request::Method::post) {
    return plain_reply(200, std::string(request.user) + "," + std::string(request.content_type) +
                                "," + std::string(request.body));
  }
  return plain_reply(200, std::string(request.path) + "?" + std::string(request.query) + "," +
                              std::string(request.accept) + "," +
                              std::string(request.accept_encoding));
}

// A server behind a guard.
struct GuardTest : ::testing::Test {
  void start(const WebConfig& web) {
    server = std::make_unique<RunningServer>([&](const boost::asio::any_io_executor& executor) {
      guard = std::make_unique<Guard>(executor, page, [this](const auto&, const std::string& why) {
        const std::lock_guard lock(mutex);
        refusals.push_back(why);
      });
      guard->use(web);
      return Handler(std::ref(*guard));
    });
  }
  unsigned status(const std::string& path, const std::string& fields = "") {
    return server->get(path, fields).status;
  }
  static WebConfig with_users() {
    WebConfig web;
    web.users = {{"prom", hash_of("right")}};
    return web;
  }

  std::mutex mutex;  // both are used by the server's thread, and outlive it
  std::vector<std::string> refusals;
  std::unique_ptr<Guard> guard;
  std::unique_ptr<RunningServer> server;
};

TEST_F(GuardTest, WithoutUsersEverybodyIsLetIn) {
  start({});
  EXPECT_EQ(status("/metrics"), 200U);
  EXPECT_EQ(status("/metrics", wrong), 200U);
}

TEST_F(GuardTest, APasswordIsAskedForOnEveryPath) {
  start(with_users());
  for (const std::string path : {"/", "/metrics", "/-/healthy", "/-/ready", "/nothing", "/later"}) {
    Answer answer = server->get(path);
    EXPECT_EQ(answer.status, 401U) << path;
    EXPECT_EQ(answer.fields["WWW-Authenticate"], "Basic realm=\"ght-agent\", charset=\"UTF-8\"");
    EXPECT_EQ(answer.body, "a user name and password are needed here\n");
    EXPECT_EQ(status(path, right), 200U) << path;
    EXPECT_EQ(status(path, wrong), 401U) << path;
  }
  EXPECT_EQ(server->get("/later", right).body, "late\n");
  EXPECT_EQ(status("/", "Authorization: Basic ????\r\n"), 401U);
  EXPECT_EQ(status("/", "Authorization: Bearer abc\r\n"), 401U);
  const std::lock_guard lock(mutex);
  ASSERT_FALSE(refusals.empty());
  for (const std::string& why : refusals) EXPECT_EQ(why, "wrong user name or password");
}

TEST_F(GuardTest, ARequestThatHadToWaitIsTheSameAsOneThatHadNot) {
  start(with_users());
  const std::string fields = std::string(right) + "Accept: a/b\r\nAccept-Encoding: gzip\r\n";
  const Answer first = server->get("/p?q=1", fields);
  const Answer second = server->get("/p?q=1", fields);
  EXPECT_EQ(first.body, "/p?q=1,a/b,gzip\n");
  EXPECT_EQ(first.body, second.body);
}

TEST_F(GuardTest, WhatIsPostedArrivesWholeWithTheNameOfWhoProvedIt) {
  start(with_users());
  Client client(server->address);
  client.connect();
  for (int i = 0; i < 2; ++i) {  // the first waits for its password to be checked
    client.send("POST /post HTTP/1.1\r\nHost: localhost\r\nContent-Type: a/b\r\n" +
                std::string(right) + "Content-Length: 4\r\n\r\nbody");
    EXPECT_EQ(client.answer().body, "prom,a/b,body\n");
  }
  client.send("POST /post HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nbody");
  EXPECT_EQ(client.answer().status, 401U);
}

TEST_F(GuardTest, NobodyIsNamedWhoWasNotAsked) {
  WebConfig web = with_users();
  web.open_paths = {"/post"};
  start(web);
  Client client(server->address);
  client.connect().send("POST /post HTTP/1.1\r\nHost: localhost\r\n" + std::string(right) +
                        "Content-Length: 0\r\n\r\n");
  EXPECT_EQ(client.answer().body, ",,\n");
}

TEST_F(GuardTest, KeptConnectionsPipelinesAndHeadAreGuardedEachTime) {
  start(with_users());
  Client client(server->address);
  client.connect();
  client.ask("/1", right);
  client.ask("/2", wrong);
  client.ask("/3");
  client.ask("/4", right);
  EXPECT_EQ(client.answer().status, 200U);
  EXPECT_EQ(client.answer().status, 401U);
  EXPECT_EQ(client.answer().status, 401U);
  EXPECT_EQ(client.answer().body, "/4?,,\n");
  client.send("HEAD /5 HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(client.answer(true).status, 401U);
}

TEST_F(GuardTest, OpenPathsAreExactOrBelowAStar) {
  WebConfig web = with_users();
  web.open_paths = {"/-/healthy", "/runbooks/*"};
  start(web);
  for (const std::string path :
       {"/-/healthy", "/-/healthy?x", "/runbooks/", "/runbooks/GhtCheckBad?lang=en"}) {
    EXPECT_EQ(status(path), 200U) << path;
  }
  for (const std::string path :
       {"/", "/-/healthy/", "/-/healthyx", "/-/ready", "/runbooks", "/Runbooks/", "//-/healthy",
        "/x/../-/healthy", "/%2d/healthy", "/?/-/healthy"}) {
    EXPECT_EQ(status(path), 401U) << path;
  }
}

TEST_F(GuardTest, ACertificateIsAskedForBeforeAPassword) {
  WebConfig web = with_users();
  web.tls.emplace().client_auth = ClientAuth::require_and_verify;
  web.open_paths = {"/-/healthy"};
  boost::asio::io_context io;
  Guard one(io.get_executor(), page);
  one.use(web);
  Request request{.path = "/", .query = "", .accept = "", .accept_encoding = ""};
  EXPECT_EQ(one(request).status, 403U);
  request.certified = true;
  EXPECT_EQ(one(request).status, 401U);
  request.certified = false;
  request.path = "/-/healthy";
  EXPECT_EQ(one(request).status, 200U);
  web.users.clear();
  one.use(web);
  request.path = "/";
  EXPECT_EQ(one(request).status, 403U);
  request.certified = true;
  EXPECT_EQ(one(request).status, 200U);
}

TEST_F(GuardTest, ManyWrongPasswordsKeepNobodyOutWhoIsKnown) {
  start(with_users());
  EXPECT_EQ(status("/", right), 200U);
  std::vector<std::unique_ptr<Client>> guessing;
  for (int i = 0; i < 30; ++i) {
    guessing.push_back(std::make_unique<Client>(server->address));
    guessing.back()->connect().ask("/", wrong);
  }
  for (int i = 0; i < 50; ++i) ASSERT_EQ(status("/", right), 200U);
  unsigned busy = 0;
  for (const auto& client : guessing) {
    const Answer answer = client->answer();
    EXPECT_TRUE(answer.status == 401 || answer.status == 429) << answer.status;
    if (answer.status == 429) {
      ++busy;
      EXPECT_EQ(answer.fields.at("Retry-After"), "1");
    }
  }
  EXPECT_GT(busy, 0U);
}

TEST_F(GuardTest, UsersChangeWhileConnectionsStay) {
  start(with_users());
  Client client(server->address);
  client.connect().ask("/", right);
  EXPECT_EQ(client.answer().status, 200U);
  WebConfig web;
  web.users = {{"prom", hash_of("other")}};
  server->on_loop([&](Server&) { guard->use(web); });
  client.ask("/", right);
  EXPECT_EQ(client.answer().status, 401U);
  server->on_loop([&](Server&) { guard->use({}); });
  client.ask("/");
  EXPECT_EQ(client.answer().status, 200U);
}

}  // namespace
}  // namespace ght::http::test
