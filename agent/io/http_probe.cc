#include "agent/io/http_probe.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "agent/core/reasons.h"
#include "agent/io/clock.h"
#include "agent/io/connect.h"
#include "agent/io/http_answer.h"
#include "agent/io/http_request.h"
#include "agent/io/http_url.h"
#include "agent/io/tls_peer.h"

namespace ght::io {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);

void add(std::optional<Duration>& phase, Duration duration) {
  phase = phase.value_or(Duration::zero()) + duration;
}

// Closes the socket at the deadline, which ends whatever is being done on it.
class SocketDeadline {
 public:
  SocketDeadline(tcp::socket& socket, MonoTime deadline)
      : timer_(socket.get_executor(), deadline), shared_(std::make_shared<Shared>(&socket)) {
    timer_.async_wait([shared = shared_](const error_code& cancelled) {
      if (cancelled || shared->socket == nullptr) return;
      shared->passed = true;
      error_code ignored;  // the socket is given up
      shared->socket->close(ignored);
    });
  }
  ~SocketDeadline() { shared_->socket = nullptr; }  // the handler may be under way already
  SocketDeadline(const SocketDeadline&) = delete;
  SocketDeadline& operator=(const SocketDeadline&) = delete;

  bool passed() const { return shared_->passed; }

 private:
  struct Shared {
    explicit Shared(tcp::socket* s) : socket(s) {}
    tcp::socket* socket;
    bool passed = false;
  };
  asio::steady_timer timer_;
  std::shared_ptr<Shared> shared_;
};

void fail(HttpResult& result, std::string_view code, std::string detail) {
  result.failure = code;
  result.failure_detail = std::move(detail);
}

std::string closed_text(const error_code& error) {
  return error == asio::error::eof ? "connection closed" : error.message();
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
template <class Stream>
asio::awaitable<void> talk(Stream& stream, const SocketDeadline& deadline, const HttpExchange& step,
                           const HttpUrl& url, HttpResult& result) {
  const std::string request = request_text(step, url);
  const auto to_send = asio::buffer(request);
  auto writing = asio::async_write(stream, to_send, no_throw);
  // A server may refuse and close before it has read the whole request: its answer tells, not the
  // failed write.
  co_await std::move(writing);
  const MonoTime sent = mono_now();
  std::optional<MonoTime> first;
  HttpAnswer answer(result, step.method == "HEAD", step.max_body);
  while (!answer.done() && !(answer.header_read() && is_redirect(step, result))) {
    const std::span<char> space = answer.space();
    const auto into = asio::buffer(space.data(), space.size());
    const auto [error, size] = co_await stream.async_read_some(into, no_throw);
    if (deadline.passed()) {
      fail(result, reasons::http_timeout, first ? "transfer" : "processing");
      co_return;
    }
    if (size > 0 && !first) first = mono_now();
    if (error) {
      answer.ended(error == asio::error::eof, closed_text(error));
    } else {
      answer.received(size);
    }
  }
  if (first) {
    result.phases.processing = *first - sent;
    if (answer.failure().empty()) result.phases.transfer = mono_now() - *first;
  }
  if (!answer.failure().empty()) fail(result, answer.failure(), answer.failure_detail());
}

asio::awaitable<void> talk_tls(tcp::socket socket, TlsTrust::Context context, MonoTime until,
                               const HttpExchange& step, const HttpUrl& url, HttpResult& result) {
  TlsStream stream(std::move(socket), *context);
  TlsPeer peer(url.host, url.literal, step.verify_certificate);
  peer.prepare(stream);
  const SocketDeadline deadline(stream.next_layer(), until);
  const MonoTime begin = mono_now();
  const auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::client, no_throw);
  if (!error) peer.accepted(stream);
  result.tls_not_after = peer.not_after();
  if (deadline.passed()) {
    fail(result, reasons::tls_timeout, "");
  } else if (error) {
    TlsPeer::Failure failure = peer.failure(error);
    fail(result, failure.code, std::move(failure.detail));
  } else {
    add(result.phases.tls, mono_now() - begin);
    result.tls_version = SSL_get_version(stream.native_handle());
    auto talking = talk(stream, deadline, step, url, result);
    co_await std::move(talking);
  }
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

Result<TlsTrust::Context> trust_for(TlsTrust& trust, const HttpExchange& step) {
  if (!step.verify_certificate) return trust.none();
  return step.ca_file.empty() ? trust.system() : trust.file(step.ca_file);
}

}  // namespace

struct HttpProbe::State {
  asio::any_io_executor executor;
  Resolver resolver;
  TlsTrust trust;

  State(asio::any_io_executor on, HttpProbeOptions options)
      : executor(std::move(on)),
        resolver(executor, std::move(options.resolver)),
        trust(std::move(options.trust)) {}

  asio::awaitable<void> run(HttpExchange& step, MonoTime deadline, HttpResult& result);
  asio::awaitable<void> hop(const HttpExchange& step, const HttpUrl& url, MonoTime deadline,
                            HttpResult& result);
};

asio::awaitable<void> HttpProbe::State::hop(const HttpExchange& step, const HttpUrl& url,
                                            MonoTime deadline, HttpResult& result) {
  begin_hop(url, result);
  TlsTrust::Context context;
  if (url.tls) {
    const Result<TlsTrust::Context> trusted = trust_for(trust, step);
    if (!trusted.ok()) {
      fail(result, reasons::ca_file_unreadable, trusted.error().text());
      co_return;
    }
    context = trusted.value();
  }
  const MonoTime begin = mono_now();
  std::string host = url.host;
  auto resolving = resolver.resolve(std::move(host), deadline);
  const Resolved resolved = co_await std::move(resolving);
  if (!resolved.failure.empty()) {
    fail(result, resolved.failure, resolved.detail);
    co_return;
  }
  const MonoTime known = mono_now();
  if (!url.literal) add(result.phases.resolve, known - begin);
  std::vector<tcp::endpoint> candidates;
  for (const auto& address : resolved.addresses) candidates.emplace_back(address, url.port);
  auto connecting = connect_first(executor, std::move(candidates), deadline);
  Connection connection = co_await std::move(connecting);
  result.address = connection.address;
  if (!connection.failure.empty()) {
    fail(result, connection.failure, std::move(connection.detail));
    co_return;
  }
  add(result.phases.connect, mono_now() - known);
  if (url.tls) {
    auto talking = talk_tls(std::move(connection.socket), context, deadline, step, url, result);
    co_await std::move(talking);
  } else {
    const SocketDeadline guard(connection.socket, deadline);
    auto talking = talk(connection.socket, guard, step, url, result);
    co_await std::move(talking);
  }
}

asio::awaitable<void> HttpProbe::State::run(HttpExchange& step, MonoTime deadline,
                                            HttpResult& result) {
  const Result<HttpUrl> parsed = parse_http_url(step.url);
  if (!parsed.ok()) {
    result.url = step.url;
    fail(result, reasons::probe_not_made, parsed.error().text());
    co_return;
  }
  HttpUrl url = parsed.value();
  for (;;) {
    auto hopping = hop(step, url, deadline, result);
    co_await std::move(hopping);
    if (!result.failure.empty()) co_return;
    const std::optional<HttpUrl> next = next_hop(step, url, result);
    if (!next) co_return;
    follow_redirect(step, result.status, url, *next);
    url = *next;
  }
}

HttpProbe::HttpProbe(asio::any_io_executor executor, HttpProbeOptions options)
    : state_(std::make_unique<State>(std::move(executor), std::move(options))) {}

HttpProbe::~HttpProbe() = default;

asio::awaitable<HttpResult> HttpProbe::exchange(HttpExchange step, MonoTime deadline) {
  HttpResult result;
  const MonoTime begin = mono_now();
  try {
    auto running = state_->run(step, deadline, result);
    co_await std::move(running);
  } catch (const std::exception& caught) {
    fail(result, reasons::probe_not_made, caught.what());
  }
  result.elapsed = mono_now() - begin;
  co_return result;
}

}  // namespace ght::io
