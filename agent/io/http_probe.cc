#include "agent/io/http_probe.h"

#include <algorithm>
#include <utility>

#include "agent/core/limits.h"
#include "agent/core/reasons.h"
#include "agent/io/clock.h"
#include "agent/io/credential.h"
#include "agent/io/http_answer.h"
#include "agent/io/http_request.h"
#include "agent/io/http_url.h"
#include "agent/io/oauth_token.h"
#include "agent/io/probe_connection.h"

namespace ght::io {
namespace {

namespace asio = boost::asio;

void fail(HttpResult& result, std::string_view code, std::string detail) {
  result.failure = code;
  result.failure_detail = std::move(detail);
}

bool is_redirect(const HttpExchange& step, const HttpResult& result) {
  switch (result.status) {
    case 301:
    case 302:
    case 303:
    case 307:
    case 308:
      return step.max_redirects > 0;
    default:
      return false;
  }
}

// One request and its answer over an open connection. A redirect that will be followed is read to
// the end of its header only.
asio::awaitable<void> talk(ProbeConnection& connection, const HttpExchange& step,
                           const HttpUrl& url, HttpResult& result) {
  const std::string request = request_text(step, url);
  auto writing = connection.write(request);
  co_await std::move(writing);
  const MonoTime sent = mono_now();
  std::optional<MonoTime> first;
  HttpAnswer answer(result, step.method == "HEAD", step.max_body);
  while (!answer.done() && !(answer.header_read() && is_redirect(step, result))) {
    auto reading = connection.read_some(answer.space());
    const ProbeConnection::Read read = co_await std::move(reading);
    if (connection.expired()) {
      fail(result, reasons::http_timeout, first ? "transfer" : "processing");
      co_return;
    }
    if (read.size > 0 && !first) first = mono_now();
    if (read.error) {
      answer.ended(read.error == asio::error::eof, closed_text(read.error));
    } else {
      answer.received(read.size);
    }
  }
  if (first) {
    result.phases.processing = *first - sent;
    if (answer.failure().empty()) result.phases.transfer = mono_now() - *first;
  }
  if (!answer.failure().empty()) fail(result, answer.failure(), answer.failure_detail());
}

// What a hop of the redirect chain leaves for the next: the times up to the request add up.
void begin_hop(const HttpUrl& url, HttpResult& result) {
  result.url = url.text;
  result.status = 0;
  result.headers.clear();
  result.body.clear();
  result.body_cut = false;
  result.phases.processing.reset();
  result.phases.transfer.reset();
}

// nullopt when the redirect must not be followed; `result` then says why, or it is the answer.
std::optional<HttpUrl> next_hop(const HttpExchange& step, const HttpUrl& from, HttpResult& result) {
  if (!is_redirect(step, result)) return std::nullopt;
  const std::string* location = nullptr;
  for (const auto& [name, value] : result.headers) {
    if (is_header(name, "Location")) location = &value;
  }
  if (location == nullptr) return std::nullopt;
  if (result.redirects >= step.max_redirects) {
    fail(result, reasons::http_redirect_limit, std::to_string(step.max_redirects));
    return std::nullopt;
  }
  const Result<HttpUrl> to = resolve_location(from, *location);
  if (!to.ok() || (from.tls && !to.value().tls)) {
    fail(result, reasons::http_redirect_invalid, *location);
    return std::nullopt;
  }
  ++result.redirects;
  return to.value();
}

asio::awaitable<void> hop(Network& network, const HttpExchange& step, const HttpUrl& url,
                          MonoTime deadline, HttpResult& result) {
  begin_hop(url, result);
  ProbeConnection connection(network, deadline, result);
  if (url.tls && !connection.prepare_tls(step.tls)) co_return;
  auto opening = connection.open(url.host, url.port);
  if (!co_await std::move(opening)) co_return;
  if (url.tls) {
    auto securing = connection.start_tls();
    if (!co_await std::move(securing)) co_return;
  }
  auto talking = talk(connection, step, url, result);
  co_await std::move(talking);
}

// One exchange with its redirects; the credential is in `step.headers` by now.
asio::awaitable<void> exchange(Network& network, HttpExchange step, MonoTime deadline,
                               HttpResult& result) {
  const Result<HttpUrl> parsed = parse_http_url(step.url);
  if (!parsed.ok()) {
    result.url = step.url;
    fail(result, reasons::probe_not_made, parsed.error().text());
    co_return;
  }
  HttpUrl url = parsed.value();
  for (;;) {
    auto hopping = hop(network, step, url, deadline, result);
    co_await std::move(hopping);
    if (!result.failure.empty()) co_return;
    const std::optional<HttpUrl> next = next_hop(step, url, result);
    if (!next) co_return;
    follow_redirect(step, result.status, url, *next);
    url = *next;
  }
}

// With a token that was asked for, for this one exchange.
asio::awaitable<void> exchange_with_token(Network& network, HttpExchange step, std::string password,
                                          MonoTime deadline, HttpResult& result) {
  auto asking = exchange(network, token_request(step, password), deadline, result);
  co_await std::move(asking);
  const std::string token = take_token(result, password);
  if (token.empty()) co_return;
  result = HttpResult();
  HttpExchange shown = step;
  shown.headers.emplace_back("Authorization", "Bearer " + token);
  auto exchanging = exchange(network, std::move(shown), deadline, result);
  co_await std::move(exchanging);
  strike_out(result, token);
  if (step.credential.logout_url.empty()) co_return;
  HttpResult farewell;  // how it ends is nobody's evidence: the token expires by itself
  const MonoTime patience = std::min<MonoTime>(deadline, mono_now() + limits::probe_farewell);
  auto leaving = exchange(network, logout_request(step, token), patience, farewell);
  co_await std::move(leaving);
}

}  // namespace

asio::awaitable<void> run_http(Network& network, HttpExchange step, MonoTime deadline,
                               HttpResult& result) {
  const bool asks_for_token = step.credential.kind == Credential::Kind::oauth2_password;
  Result<std::string> proof =
      asks_for_token ? secret_of(step.credential) : authorization(step.credential);
  if (!proof.ok()) {
    result.url = step.url;
    fail(result, reasons::credential_unreadable, proof.error().text());
    co_return;
  }
  if (asks_for_token) {
    auto exchanging =
        exchange_with_token(network, std::move(step), std::move(proof).value(), deadline, result);
    co_await std::move(exchanging);
    co_return;
  }
  if (!proof.value().empty()) step.headers.emplace_back("Authorization", proof.value());
  auto exchanging = exchange(network, std::move(step), deadline, result);
  co_await std::move(exchanging);
}

}  // namespace ght::io
