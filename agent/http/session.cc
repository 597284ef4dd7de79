#include "agent/http/session.h"

#include <array>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <exception>
#include <optional>
#include <span>
#include <utility>

#include "agent/http/address.h"
#include "agent/http/answer.h"

namespace ght::http {
namespace {

namespace asio = boost::asio;
namespace beast_http = boost::beast::http;
using boost::system::error_code;
using Parser = beast_http::request_parser<beast_http::empty_body>;

// More than this after the last answer is not worth reading: the peer is cut off.
constexpr std::size_t discarded_bytes = 64 << 10;

constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";

enum class Reading { whole, malformed, too_long, gone };

std::string_view view(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

// What is in the buffer, to the parser. nullopt: more is needed. `taken` counts over all calls,
// because the parser's own limit holds for each piece alone.
std::optional<Reading> parse(Connection& connection, Parser& parser, std::size_t& taken) {
  error_code error;
  const std::size_t used = parser.put(connection.buffer.data(), error);
  connection.buffer.consume(used);
  taken += used;
  if (taken > limits::server_header_bytes || error == beast_http::error::header_limit) {
    return Reading::too_long;
  }
  if (error && error != beast_http::error::need_more) return Reading::malformed;
  if (parser.is_header_done()) return Reading::whole;
  if (taken + connection.buffer.size() >= limits::server_header_bytes) return Reading::too_long;
  return std::nullopt;
}

// More of what the peer sends into the buffer; false when nothing comes any more.
asio::awaitable<bool> read_more(Connection& connection) {
  const auto room =
      connection.buffer.prepare(connection.buffer.max_size() - connection.buffer.size());
  std::size_t read = 0;
  error_code error;
  if (connection.tls) {
    auto reading = connection.tls->read_some(room);
    read = co_await std::move(reading);
  } else {
    auto token = asio::redirect_error(asio::use_awaitable, error);
    read = co_await connection.socket.async_read_some(room, token);
  }
  if (error || read == 0) co_return false;
  connection.buffer.commit(read);
  co_return true;
}

// False when the peer is gone. `parts` must outlive it.
asio::awaitable<bool> send(Connection& connection, std::span<const asio::const_buffer> parts) {
  if (connection.tls) {
    for (const asio::const_buffer& part : parts) {
      auto writing = connection.tls->write(part);
      if (!co_await std::move(writing)) co_return false;
    }
    co_return true;
  }
  error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  co_await asio::async_write(connection.socket, parts, token);
  co_return !error;
}

asio::awaitable<Reading> read_header(Connection& connection, Parser& parser) {
  std::size_t taken = 0;
  bool begun = false;
  for (;;) {
    if (connection.buffer.size() > 0) {
      if (!begun) connection.enter(Phase::request);
      begun = true;
      if (const auto end = parse(connection, parser, taken)) co_return *end;
    }
    auto reading = read_more(connection);
    if (!co_await std::move(reading)) co_return Reading::gone;
  }
}

// What follows the header of a POST, into `body`. False when the peer is gone before its end.
asio::awaitable<bool> read_body(Connection& connection, const Parser& parser, std::string& body) {
  const std::size_t length = parser.content_length().value_or(0);
  const auto& request = parser.get();
  const auto expects = request[beast_http::field::expect];
  if (boost::beast::iequals(expects, "100-continue") && connection.buffer.size() < length) {
    const std::array<asio::const_buffer, 1> answer = {asio::buffer(go_on)};
    auto saying = send(connection, answer);
    if (!co_await std::move(saying)) co_return false;
  }
  while (body.size() < length) {
    const auto data = connection.buffer.data();
    const std::size_t used = std::min(data.size(), length - body.size());
    body.append(static_cast<const char*>(data.data()), used);
    connection.buffer.consume(used);
    if (body.size() == length) break;
    auto reading = read_more(connection);
    if (!co_await std::move(reading)) co_return false;
  }
  co_return true;
}

bool has_body(const Parser& parser) {
  return parser.chunked() || parser.content_length().value_or(0) > 0;
}

bool is_post(const Parser& parser) {
  return parser.get().method() == beast_http::verb::post;
}

// Why what follows the header is not read.
std::optional<Reply> refused_body(const Parser& parser) {
  if (!is_post(parser)) {
    if (has_body(parser)) return plain_reply(413, "a request has no body here");
    return std::nullopt;
  }
  if (parser.chunked() || !parser.content_length()) {
    return plain_reply(411, "a POST needs its length in the field Content-Length");
  }
  if (*parser.content_length() <= limits::server_body_bytes) return std::nullopt;
  return plain_reply(
      413, "expected at most " + std::to_string(limits::server_body_bytes) + " bytes of body");
}

// The server's own answer to a request that the handler shall not see.
std::optional<Reply> refusal(const Parser& parser, bool loopback) {
  const auto& request = parser.get();
  const auto method = request.method();
  if (method != beast_http::verb::get && method != beast_http::verb::head && !is_post(parser)) {
    return plain_reply(405, "only GET, HEAD and, at one address, POST are answered here");
  }
  if (auto refused = refused_body(parser)) return refused;
  const std::size_t hosts = request.count(beast_http::field::host);
  if (hosts > 1 || (hosts == 0 && request.version() == 11)) {
    return plain_reply(400, "a request needs exactly one Host field");
  }
  if (!request.target().starts_with('/')) {
    return plain_reply(400, "the request target must be a path, such as /metrics");
  }
  if (loopback && !is_local_host_field(view(request[beast_http::field::host]))) {
    return plain_reply(421,
                       "this address answers only to localhost or an address in the Host field");
  }
  return std::nullopt;
}

Reply handle(const Parser& parser, const Connection& connection, std::string_view body,
             const Handler& handler) {
  const auto& request = parser.get();
  const std::string_view target = view(request.target());
  const std::size_t mark = target.find('?');
  const Request asked{
      .path = target.substr(0, mark),
      .query = mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1),
      .accept = view(request[beast_http::field::accept]),
      .accept_encoding = view(request[beast_http::field::accept_encoding]),
      .method = is_post(parser) ? Request::Method::post : Request::Method::get,
      .authorization = view(request[beast_http::field::authorization]),
      .content_type = view(request[beast_http::field::content_type]),
      .body = body,
      .peer = connection.peer,
      .certified = connection.tls && connection.tls->certified()};
  try {
    return handler(asked);
  } catch (const std::exception&) {
    return plain_reply(500, "this page could not be made");
  }
}

// Waits for an answer that takes time.
asio::awaitable<Reply> finish(Reply reply) {
  if (!reply.later) co_return reply;
  const auto work = std::move(reply.later);  // lives as long as what it makes
  try {
    auto operation = work();
    co_return co_await std::move(operation);
  } catch (const std::exception&) {
    co_return plain_reply(500, "this page could not be made");
  }
}

// False when the peer is gone.
asio::awaitable<bool> write(Connection& connection, const Reply& reply, After after,
                            bool with_body) {
  connection.enter(Phase::answer);
  write_header(connection.header, reply, after);
  std::array<asio::const_buffer, 2> parts;
  parts[0] = asio::buffer(connection.header);
  if (with_body) parts[1] = asio::buffer(*reply.body);
  auto sending = send(connection, parts);
  co_return co_await std::move(sending);
}

// A connection that was agreed on with other files than today's, or without TLS, has an end: its
// client may be one whose authority is no longer trusted.
bool outdated(const Connection& connection, const Site& site) {
  return (connection.tls ? connection.tls->identity() : nullptr) != site.tls.get();
}

// `unread`: there is a body that was not looked at.
After after(const Parser& parser, const Connection& connection, const Site& site, bool unread) {
  if (!parser.keep_alive() || unread || connection.last_answer() || outdated(connection, site)) {
    return After::close;
  }
  return parser.get().version() == 11 ? After::keep_alive : After::keep_alive_http_1_0;
}

// False when the connection is to be closed.
asio::awaitable<bool> answer_one(Connection& connection, const Site& site, bool loopback) {
  Parser parser;
  parser.body_limit(boost::none);  // a body of any length is refused by us, in words
  const Reading reading = co_await read_header(connection, parser);
  Reply reply;
  After then = After::close;
  bool with_body = true;
  switch (reading) {
    case Reading::gone:
      co_return false;
    case Reading::malformed:
      reply = plain_reply(400, "this is not an HTTP/1.1 request");
      break;
    case Reading::too_long:
      reply = plain_reply(431, "the request's header is too long");
      break;
    case Reading::whole: {
      auto refused = refusal(parser, loopback);
      const bool unread = refused && has_body(parser);
      std::string body;
      if (!refused && has_body(parser)) {
        auto taking = read_body(connection, parser, body);
        if (!co_await std::move(taking)) co_return false;
      }
      auto finishing =
          finish(refused ? *std::move(refused) : handle(parser, connection, body, site.handler));
      reply = co_await std::move(finishing);
      then = after(parser, connection, site, unread);
      with_body = parser.get().method() != beast_http::verb::head;
    }
  }
  const bool written = co_await write(connection, reply, then, with_body);
  co_return written&& then != After::close;
}

// Closing a socket with unread input makes the kernel send a reset, which may destroy the answer on
// its way. So the peer closes first, within a deadline.
asio::awaitable<void> wait_for_close(Connection& connection) {
  connection.enter(Phase::closing);
  if (connection.tls) connection.tls->say_goodbye();
  error_code error;
  connection.socket.shutdown(asio::socket_base::shutdown_send, error);
  std::size_t discarded = connection.buffer.size();
  connection.buffer.clear();
  while (!error && discarded < discarded_bytes) {
    const auto room = connection.buffer.prepare(connection.buffer.max_size());
    auto token = asio::redirect_error(asio::use_awaitable, error);
    discarded += co_await connection.socket.async_read_some(room, token);
  }
}

// False when the connection is to be closed.
asio::awaitable<bool> agree_on_tls(Connection& connection, const Site& site) {
  using Greeting = io::TlsSession::Greeting;
  connection.enter(Phase::handshake);
  connection.tls = std::make_unique<io::TlsSession>(connection.socket, site.tls);
  auto greeting = connection.tls->handshake();
  const Greeting end = co_await std::move(greeting);
  if (end == Greeting::done) {
    connection.enter(Phase::request);
    co_return true;
  }
  if (end == Greeting::refused && site.refused) {
    site.refused(connection.peer.to_string(), connection.tls->failure());
  }
  connection.tls.reset();
  if (end == Greeting::plain_http) {
    const Reply reply = plain_reply(400, "this address speaks TLS: ask with https://");
    auto writing = write(connection, reply, After::close, true);
    co_await std::move(writing);
  }
  co_return false;
}

}  // namespace

asio::awaitable<void> serve(std::unique_ptr<Connection> connection,
                            std::shared_ptr<const Site> site, bool loopback) {
  if (site->tls) {
    auto agreeing = agree_on_tls(*connection, *site);
    if (!co_await std::move(agreeing)) {
      auto waiting = wait_for_close(*connection);
      co_await std::move(waiting);
      co_return;
    }
  }
  for (;;) {
    const bool more = co_await answer_one(*connection, *site, loopback);
    if (!more || connection->last_answer()) break;
    connection->enter(Phase::idle);
  }
  co_await wait_for_close(*connection);
}

}  // namespace ght::http
