#include "agent/io/dns_probe.h"

#include <openssl/rand.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <optional>
#include <utility>

#include "agent/core/limits.h"
#include "agent/core/reasons.h"
#include "agent/io/clock.h"
#include "agent/io/connect.h"
#include "agent/io/dns_message.h"
#include "agent/io/probe_connection.h"

namespace ght::io {
namespace {

namespace asio = boost::asio;
using asio::ip::udp;
using boost::system::error_code;

constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);

void fail(DnsResult& result, std::string_view code, std::string detail) {
  result.failure = code;
  result.failure_detail = std::move(detail);
}

// Takes what is the answer; false: it is not, and `result` says why when there will be none.
bool take(const DnsQuestion& question, std::string_view bytes, bool& truncated, DnsResult& result) {
  auto reply = dns_reply(question, bytes);
  if (!reply) {
    // Over UDP anybody can send what is not an answer: only the deadline ends the wait for one.
    if (!reply.error().foreign) fail(result, reasons::dns_error, reply.error().why);
    return false;
  }
  truncated = reply->truncated;
  result.rcode = std::move(reply->rcode);
  result.answers = std::move(reply->answers);
  return true;
}

// Closes the socket at a moment, which ends what waits on it. Shared with the timer's handler.
struct UdpSocket {
  explicit UdpSocket(const asio::any_io_executor& executor) : socket(executor), timer(executor) {}
  udp::socket socket;
  asio::steady_timer timer;
};

// Datagrams until one is the answer or `until` has passed. True: answered, or nothing more to hope.
asio::awaitable<bool> listen(UdpSocket& from, const DnsQuestion& question, MonoTime until,
                             bool& truncated, DnsResult& result) {
  std::array<char, 4096> buffer{};
  from.timer.expires_at(until);
  from.timer.async_wait([&socket = from.socket](const error_code& cancelled) {
    error_code ignored;  // cancelling what is not there
    if (!cancelled) socket.cancel(ignored);
  });
  while (mono_now() < until) {
    const auto into = asio::buffer(buffer);
    const auto [error, size] = co_await from.socket.async_receive(into, no_throw);
    if (error == asio::error::operation_aborted) co_return false;
    if (error) {
      fail(result,
           error == asio::error::connection_refused ? reasons::connect_refused
                                                    : reasons::connect_unreachable,
           result.address);
      co_return true;
    }
    if (take(question, {buffer.data(), size}, truncated, result)) co_return true;
    if (!result.failure.empty()) co_return true;
  }
  co_return false;
}

asio::awaitable<void> ask_udp(Network& network, const udp::endpoint& server,
                              const DnsQuestion& question, const std::string& query,
                              MonoTime deadline, bool& truncated, DnsResult& result) {
  constexpr int attempts = 3;
  const auto socket = std::make_shared<UdpSocket>(network.executor);
  error_code error;
  socket->socket.open(server.protocol(), error);
  // Connected: the kernel keeps away what comes from elsewhere.
  if (!error) socket->socket.connect(server, error);
  if (error) {
    fail(result, reasons::probe_not_made, result.address + ": " + error.message());
    co_return;
  }
  const Duration patience = (deadline - mono_now()) / attempts;
  for (int attempt = 1; attempt <= attempts; ++attempt) {
    const auto bytes = asio::buffer(query);
    socket->socket.send(bytes, 0, error);
    if (error && error != asio::error::connection_refused) {
      fail(result, reasons::probe_not_made, result.address + ": " + error.message());
      co_return;
    }
    const MonoTime until = attempt == attempts ? deadline : mono_now() + patience;
    auto listening = listen(*socket, question, until, truncated, result);
    if (co_await std::move(listening)) co_return;
  }
  fail(result, reasons::dns_timeout, result.address);
}

// RFC 1035 4.2.2: two bytes of length before each message.
asio::awaitable<void> ask_tcp(Network& network, const udp::endpoint& server,
                              const DnsQuestion& question, const std::string& query,
                              MonoTime deadline, DnsResult& result) {
  ProbeConnection connection(network, deadline, result);
  auto opening = connection.open(server.address().to_string(), server.port());
  if (!co_await std::move(opening)) co_return;
  std::string framed = {static_cast<char>(query.size() >> 8U),
                        static_cast<char>(query.size() & 0xFFU)};
  framed += query;
  auto writing = connection.write(framed);
  co_await std::move(writing);
  std::string heard;
  std::array<char, 4096> buffer{};
  for (;;) {
    auto reading = connection.read_some(buffer);
    const ProbeConnection::Read read = co_await std::move(reading);
    heard.append(buffer.data(), read.size);
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(heard[at]); };
    if (heard.size() >= 2) {
      const std::size_t size = static_cast<std::size_t>(byte(0) << 8U | byte(1));
      if (heard.size() >= 2 + size) {
        bool truncated = false;
        const bool taken =
            take(question, std::string_view(heard).substr(2, size), truncated, result);
        if (!taken && result.failure.empty()) {
          fail(result, reasons::dns_error, "the answer to another question");
        }
        co_return;
      }
    }
    if (connection.expired()) {
      fail(result, reasons::dns_timeout, result.address);
      co_return;
    }
    if (read.error) {
      fail(result, reasons::connection_closed, closed_text(read.error));
      co_return;
    }
  }
}

}  // namespace

asio::awaitable<void> run_dns(Network& network, DnsLookup step, MonoTime deadline,
                              DnsResult& result) {
  DnsQuestion question{.name = step.name, .type = step.type};
  // RFC 5452 4.3: a number that nobody can guess.
  if (RAND_bytes(reinterpret_cast<unsigned char*>(&question.id), sizeof(question.id)) != 1) {
    fail(result, reasons::probe_not_made, "no random numbers");
    co_return;
  }
  const Result<std::string> query = dns_query(question);
  if (!query.ok()) {
    fail(result, reasons::probe_not_made, query.error().text());
    co_return;
  }
  error_code no_address;
  asio::ip::address server = asio::ip::make_address(step.server, no_address);
  if (step.server.empty()) {
    const auto first = network.resolver.first_server();
    if (!first) {
      fail(result, reasons::probe_not_made, "the system's configuration names no name server");
      co_return;
    }
    server = *first;
  } else if (no_address) {
    fail(result, reasons::probe_not_made, step.server + " is no IP address");
    co_return;
  }
  const udp::endpoint endpoint(server, step.port);
  result.address = endpoint_text({server, step.port});
  const MonoTime begin = mono_now();
  bool truncated = false;
  if (!step.tcp) {
    auto asking = ask_udp(network, endpoint, question, query.value(), deadline, truncated, result);
    co_await std::move(asking);
  }
  if (step.tcp || (truncated && result.failure.empty())) {
    result.rcode.clear();
    result.answers.clear();
    auto asking = ask_tcp(network, endpoint, question, query.value(), deadline, result);
    co_await std::move(asking);
  }
  if (result.failure.empty()) result.phases.processing = mono_now() - begin;
}

}  // namespace ght::io
