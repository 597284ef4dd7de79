// Redirects: what is followed, what is refused, and what goes along.
#include <gtest/gtest.h>

#include "agent/core/reasons.h"
#include "agent/io/http_request.h"
#include "agent/io/local_server_test.h"
#include "agent/io/prober.h"

namespace ght::io {
namespace {

using namespace std::chrono_literals;
using test::LocalServer;
using test::probe;
using test::Tcp;

constexpr const char* ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

std::string moved(int status, const std::string& location) {
  return "HTTP/1.1 " + std::to_string(status) + " Moved\r\nLocation: " + location +
         "\r\nContent-Length: 1000000\r\n\r\na body that nobody reads";
}

// Redirects /a to `location`, answers everything else; notes the requests.
struct Redirecting {
  explicit Redirecting(std::string to, int code = 302)
      : location(std::move(to)), status(code), server([this](Tcp::socket& socket) {
          requests.push_back(test::read_request(socket));
          const bool first = requests.back().find(" /a ") != std::string::npos;
          test::send_text(socket, first ? moved(status, location) : ok);
        }) {}

  HttpResult follow(const std::string& method = "GET", const std::string& body = "") const {
    HttpExchange step;
    step.url = server.url("/a");
    step.method = method;
    step.body = body;
    step.headers = {{"Authorization", "Basic c2VjcmV0"}, {"Accept", "text/html"}};
    step.max_redirects = 5;
    return probe(step);
  }

  std::string location;
  int status;
  std::vector<std::string> requests;
  LocalServer server;
};

TEST(Redirects, AreTheAnswerWhenNotFollowed) {
  LocalServer server(
      test::answering("HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 3\r\n\r\nsee"));
  const HttpResult result = probe(server.url("/a"));
  EXPECT_EQ(result.failure, "") << result.failure_detail;
  EXPECT_EQ(result.status, 302);
  EXPECT_EQ(result.redirects, 0);
  EXPECT_EQ(result.body, "see");
}

TEST(Redirects, FollowsEachKindToARelativeTarget) {
  for (int status : {301, 302, 303, 307, 308}) {
    const Redirecting chain("b?x", status);
    const HttpResult result = chain.follow();
    EXPECT_EQ(result.failure, "") << result.failure_detail;
    EXPECT_EQ(result.status, 200);
    EXPECT_EQ(result.redirects, 1);
    EXPECT_EQ(result.body, "ok");
    EXPECT_EQ(result.headers.size(), 1U);
    EXPECT_EQ(result.url, chain.server.url("/b?x"));
    ASSERT_EQ(chain.requests.size(), 2U);
    EXPECT_TRUE(chain.requests[1].starts_with("GET /b?x ")) << chain.requests[1];
    EXPECT_NE(chain.requests[1].find("Authorization: "), std::string::npos) << "the same server";
  }
}

TEST(Redirects, WithoutLocationARedirectIsTheAnswer) {
  LocalServer server(test::answering("HTTP/1.1 304 Not Modified\r\n\r\n"));
  HttpExchange step;
  step.url = server.url();
  step.max_redirects = 5;
  EXPECT_EQ(probe(step).status, 304);
}

TEST(Redirects, NoSecretGoesToAnotherServer) {
  std::string seen;
  LocalServer other([&](Tcp::socket& socket) {
    seen = test::read_request(socket);
    test::send_text(socket, ok);
  });
  const Redirecting chain(other.url("/b"));
  EXPECT_EQ(chain.follow().status, 200);
  EXPECT_EQ(seen.find("Authorization"), std::string::npos) << seen;
  EXPECT_NE(seen.find("Accept: text/html"), std::string::npos) << seen;
}

TEST(Redirects, AfterSeeOtherThePostBecomesAGet) {
  const Redirecting chain("/b", 303);
  EXPECT_EQ(chain.follow("POST", "x=1").status, 200);
  ASSERT_EQ(chain.requests.size(), 2U);
  EXPECT_TRUE(chain.requests[1].starts_with("GET /b ")) << chain.requests[1];
  EXPECT_TRUE(chain.requests[1].ends_with("\r\n\r\n")) << chain.requests[1];
  const Redirecting kept("/b", 307);
  EXPECT_EQ(kept.follow("POST", "x=1").status, 200);
  EXPECT_TRUE(kept.requests.at(1).starts_with("POST /b ")) << kept.requests[1];
}

TEST(Redirects, ALoopEndsAtTheLimit) {
  const Redirecting chain("/a");
  const HttpResult result = chain.follow();
  EXPECT_EQ(result.failure, reasons::http_redirect_limit);
  EXPECT_EQ(result.redirects, 5);
  EXPECT_EQ(chain.requests.size(), 6U);
}

TEST(Redirects, RefusesWhatIsNoHttpUrl) {
  for (const char* location : {"ftp://127.0.0.1/", "http://u:p@127.0.0.1/", "http://", "a b"}) {
    const Redirecting chain(location);
    const HttpResult result = chain.follow();
    EXPECT_EQ(result.failure, reasons::http_redirect_invalid) << location;
    EXPECT_EQ(result.failure_detail, location);
  }
}

TEST(Redirects, NeverLeaveTls) {
  const test::Certificate certificate = test::make_certificate({}, nullptr);
  LocalServer server(
      test::serving_tls(certificate, test::answering_tls(moved(301, "http://127.0.0.1/"))));
  HttpExchange step;
  step.url = "https://127.0.0.1:" + std::to_string(server.port()) + "/";
  step.tls.verify = false;
  step.max_redirects = 5;
  const HttpResult result = probe(step);
  EXPECT_EQ(result.failure, reasons::http_redirect_invalid);
  EXPECT_EQ(result.failure_detail, "http://127.0.0.1/");
}

TEST(Redirects, TheDeadlineIsOverTheWholeChain) {
  LocalServer slow([](Tcp::socket& socket) { test::wait_for_close(socket); });
  const Redirecting chain(slow.url("/b"));
  HttpExchange step;
  step.url = chain.server.url("/a");
  step.max_redirects = 5;
  const HttpResult result = probe(step, 300ms);
  EXPECT_EQ(result.failure, reasons::http_timeout);
  EXPECT_EQ(result.url, slow.url("/b"));
  EXPECT_EQ(result.status, 0) << "the redirect was not the answer";
  EXPECT_LT(result.elapsed, 2s);
}

}  // namespace
}  // namespace ght::io
