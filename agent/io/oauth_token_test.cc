// Kind::oauth2_password: who gets the password, who gets the token, and that nobody else does.
#include "agent/io/oauth_token.h"

#include <gtest/gtest.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <string_view>

#include "agent/core/limits.h"
#include "agent/core/reasons.h"
#include "agent/io/credential.h"
#include "agent/io/local_server_test.h"
#include "tests/support/files.h"

namespace ght::io {
namespace {

using namespace std::chrono_literals;
using test::LocalServer;
using test::Tcp;

constexpr const char* token = "eyJhbGciOiJub25lIn0.e30.c2ln-_~+/==";
constexpr const char* password = "s3cret &=+%\"\\\xC3\xA9 word";
constexpr const char* password_in_form = "s3cret%20%26%3D%2B%25%22%5C%C3%A9%20word";

std::string answer(int status, const std::string& body, const std::string& headers = "") {
  return "HTTP/1.1 " + std::to_string(status) + " Word\r\n" + headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string token_answer(const std::string& value = token) {
  return answer(200, R"({"access_token":")" + value +
                         R"(","token_type":"bearer","refresh_token":"r3fresh","expires_in":900})");
}

// The request with its body.
std::string whole_request(Tcp::socket& socket) {
  constexpr std::string_view length = "Content-Length: ";
  std::string text = test::read_request(socket);
  const std::size_t at = text.find(length);
  const std::size_t body =
      at == std::string::npos ? 0 : std::stoul(text.substr(at + length.size()));
  while (!text.empty() && text.size() < text.find("\r\n\r\n") + 4 + body) {
    std::array<char, 512> more{};
    boost::system::error_code gone;
    const std::size_t size = socket.read_some(boost::asio::buffer(more), gone);
    if (gone) break;
    text.append(more.data(), size);
  }
  return text;
}

// A server with a token endpoint, something to ask for, and a way out.
struct Guarded {
  HttpExchange step() const {
    HttpExchange made{.url = server.url("/api"), .headers = {{"x-api-version", "1.3-rev2"}}};
    made.credential = {.kind = Credential::Kind::oauth2_password,
                       .user = "EXEMPLE\\veilleur",
                       .secret_file = secret,
                       .token_url = server.url("/token"),
                       .logout_url = server.url("/logout")};
    return made;
  }

  void serve(Tcp::socket& socket) {
    const std::string request = whole_request(socket);
    const std::string target = request.substr(0, request.find(" HTTP/"));
    requests.push_back(request);
    if (target == "POST /token") {
      test::send_text(socket, at_token);
    } else if (target == "POST /logout" && silent_logout) {
      test::wait_for_close(socket);
    } else {
      test::send_text(socket, target == "GET /api" ? at_api : answer(200, ""));
    }
  }

  ght::test::TempDir folder = {};
  std::string secret = folder.write("secret", std::string(password) + "\n");
  std::string at_token = token_answer();
  std::string at_api = answer(200, "{}");
  bool silent_logout = false;
  std::vector<std::string> requests = {};
  LocalServer server{[this](Tcp::socket& socket) { serve(socket); }};
};

bool holds(const HttpResult& result, const std::string& text) {
  std::string all = result.url + result.body + result.failure_detail + result.address;
  for (const auto& [name, value] : result.headers) all += name + value;
  return all.contains(text);
}

TEST(OauthPassword, GetsATokenShowsItAndHandsItBack) {
  Guarded guarded;
  const HttpResult result = test::probe(guarded.step());
  EXPECT_EQ(result.failure, "") << result.failure_detail;
  EXPECT_EQ(result.status, 200);
  EXPECT_EQ(result.body, "{}");
  EXPECT_EQ(result.url, guarded.server.url("/api"));
  EXPECT_FALSE(holds(result, token));
  ASSERT_EQ(guarded.requests.size(), 3U);
  const std::string& login = guarded.requests[0];
  EXPECT_TRUE(login.starts_with("POST /token HTTP/1.1\r\n")) << login;
  EXPECT_TRUE(login.ends_with(std::string("\r\n\r\ngrant_type=password&username=EXEMPLE%5C") +
                              "veilleur&password=" + password_in_form))
      << login;
  EXPECT_TRUE(login.contains("Content-Type: application/x-www-form-urlencoded\r\n")) << login;
  EXPECT_FALSE(login.contains("Authorization:")) << login;
  EXPECT_TRUE(guarded.requests[1].starts_with("GET /api ")) << guarded.requests[1];
  EXPECT_TRUE(guarded.requests[2].starts_with("POST /logout ")) << guarded.requests[2];
  for (const std::string& request : guarded.requests) {
    EXPECT_TRUE(request.contains("x-api-version: 1.3-rev2\r\n")) << request;
    if (&request == &guarded.requests[0]) continue;
    EXPECT_TRUE(request.contains("Authorization: Bearer " + std::string(token) + "\r\n"))
        << request;
    EXPECT_FALSE(request.contains("s3cret")) << request;
  }
}

TEST(OauthPassword, ATokenThatIsEchoedIsStruckOut) {
  Guarded guarded;
  const std::string twice = std::string(token) + " " + token;
  guarded.at_api = answer(403, "you showed " + twice, std::string("X-Seen: ") + token + "\r\n");
  const HttpResult result = test::probe(guarded.step());
  EXPECT_EQ(result.status, 403);
  EXPECT_EQ(result.body, "you showed *** ***");
  EXPECT_FALSE(holds(result, token));
  EXPECT_EQ(guarded.requests.size(), 3U) << "handed back all the same";

  guarded.at_api = answer(302, "", std::string("Location: ftp://h/") + token + "\r\n");
  HttpExchange following = guarded.step();
  following.max_redirects = 1;
  const HttpResult redirected = test::probe(following);
  EXPECT_EQ(redirected.failure, reasons::http_redirect_invalid);
  EXPECT_EQ(redirected.failure_detail, "ftp://h/***");
  EXPECT_FALSE(holds(redirected, token));
}

TEST(OauthPassword, WithoutATokenNothingIsAskedForAndTheAnswerIsNotKept) {
  struct Refusal {
    std::string answer;
    int status;
    std::string detail;
  };
  const std::string none = "no usable access_token in the answer";
  const std::string no_json = "the answer is no complete JSON object";
  const std::vector<Refusal> refusals = {
      {answer(400, R"({"errorCode":"NotImplemented","message":"no such version","status":400})"),
       400, "NotImplemented"},
      {answer(401, R"({"errorCode":"AccessDenied"})"), 401, "AccessDenied"},
      {answer(400, R"({"error":"invalid_grant"})"), 400, "invalid_grant"},
      {answer(400, R"({"error":"two words"})"), 400, "HTTP 400"},
      {answer(400, R"({"error":")" + std::string(65, 'a') + "\"}"), 400, "HTTP 400"},
      {answer(400, R"({"error":7,"errorCode":null})"), 400, "HTTP 400"},
      {answer(401, std::string("your password ") + password, "X-You: s3cret\r\n"), 401, "HTTP 401"},
      {answer(503, "", "Retry-After: 5\r\n"), 503, "HTTP 503"},
      {answer(302, "", "Location: /elsewhere\r\n"), 302, "HTTP 302"},
      {answer(200, ""), 200, no_json},
      {answer(200, "[]"), 200, no_json},
      {answer(200, R"({"access_token":"abc)"), 200, no_json},
      {answer(200, "{\"a\":\"" + std::string(limits::token_answer_bytes, 'a') + "\"}"), 200,
       no_json},
      {answer(200, R"({"access_token":"abc"})"), 200, "token_type is not bearer"},
      {answer(200, R"({"access_token":"abc","token_type":"mac"})"), 200,
       "token_type is not bearer"},
      {answer(200, R"({"token_type":"Bearer"})"), 200, none},
      {token_answer(""), 200, none},
      {token_answer(R"(abc\r\nX-Injected: 1)"), 200, none},
      {token_answer("abc def"), 200, none},
      {token_answer(std::string(limits::secret_bytes + 1, 'a')), 200, none},
  };
  for (const Refusal& each : refusals) {
    SCOPED_TRACE(each.answer.substr(0, 200));
    Guarded guarded;
    guarded.at_token = each.answer;
    const HttpResult result = test::probe(guarded.step());
    EXPECT_EQ(result.failure, reasons::token_refused);
    EXPECT_EQ(result.failure_detail, each.detail);
    EXPECT_EQ(result.status, each.status);
    EXPECT_EQ(result.url, guarded.server.url("/token"));
    EXPECT_TRUE(result.headers.empty());
    EXPECT_EQ(result.body, "");
    EXPECT_EQ(guarded.requests.size(), 1U);
  }
}

TEST(OauthPassword, AWordThatRepeatsThePasswordIsNotShown) {
  HttpResult result;
  result.status = 401;
  result.body = R"({"error":"wrong_Tr0ub4dor_given","errorCode":"AccessDenied"})";
  EXPECT_EQ(take_token(result, "Tr0ub4dor"), "");
  EXPECT_EQ(result.failure_detail, "AccessDenied");
}

TEST(OauthPassword, TheTokenGoesToItsServerOnly) {
  std::string elsewhere;
  LocalServer other([&](Tcp::socket& socket) {
    elsewhere += test::read_request(socket);
    test::send_text(socket, answer(200, "{}"));
  });
  Guarded guarded;
  guarded.at_api = answer(307, "", "Location: " + other.url("/api") + "\r\n");
  HttpExchange step = guarded.step();
  step.max_redirects = 1;
  const HttpResult result = test::probe(step);
  EXPECT_EQ(result.status, 200);
  EXPECT_EQ(result.url, other.url("/api"));
  EXPECT_FALSE(elsewhere.empty());
  EXPECT_FALSE(elsewhere.contains(token)) << elsewhere;

  elsewhere.clear();
  guarded.at_token = answer(307, "", "Location: " + other.url("/token") + "\r\n");
  EXPECT_EQ(test::probe(step).failure, reasons::token_refused);
  EXPECT_EQ(elsewhere, "") << "a redirect is never followed with the password";
}

TEST(OauthPassword, ATokenServerThatCannotBeAskedIsThatFailure) {
  LocalServer silent([](Tcp::socket& socket) { test::wait_for_close(socket); });
  Guarded guarded;
  HttpExchange step = guarded.step();
  step.credential.token_url = silent.url("/token");
  HttpResult result = test::probe(step, 300ms);
  EXPECT_EQ(result.failure, reasons::http_timeout);
  EXPECT_EQ(result.url, silent.url("/token"));
  step.credential.token_url = "http://127.0.0.1:" + std::to_string(test::closed_port()) + "/token";
  result = test::probe(step);
  EXPECT_EQ(result.failure, reasons::connect_refused);
  step.credential.token_url = "not a url";
  result = test::probe(step);
  EXPECT_EQ(result.failure, reasons::probe_not_made);
  step.credential.secret_file = guarded.folder.file("absent");
  result = test::probe(step);
  EXPECT_EQ(result.failure, reasons::credential_unreadable);
  EXPECT_TRUE(guarded.requests.empty());
}

TEST(OauthPassword, AWayOutThatHangsChangesNothing) {
  Guarded guarded;
  guarded.silent_logout = true;
  HttpResult result = test::probe(guarded.step(), 400ms);
  EXPECT_EQ(result.failure, "") << result.failure_detail;
  EXPECT_EQ(result.status, 200);
  EXPECT_EQ(result.body, "{}");
  EXPECT_LT(result.elapsed, limits::probe_farewell) << "the deadline of the run holds for it too";

  HttpExchange step = guarded.step();
  step.credential.logout_url.clear();
  guarded.requests.clear();
  result = test::probe(step);
  EXPECT_EQ(result.status, 200);
  EXPECT_EQ(guarded.requests.size(), 2U);
}

}  // namespace
}  // namespace ght::io
