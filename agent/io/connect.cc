#include "agent/io/connect.h"

#include <sys/socket.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <memory>

#include "agent/core/reasons.h"
#include "agent/io/clock.h"

namespace ght::io {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);

struct Attempt {
  Attempt(const asio::any_io_executor& executor, tcp::endpoint to)
      : socket(executor), endpoint(std::move(to)) {}

  tcp::socket socket;
  tcp::endpoint endpoint;
  bool pending = false;
  error_code error;
  bool local = false;  // the kernel refused before anything was sent
};

// Shared with the handlers of attempts that outlive the race.
struct Race {
  explicit Race(const asio::any_io_executor& executor) : bell(executor) {}

  asio::steady_timer bell;  // cancelled when an attempt has ended
  std::vector<std::unique_ptr<Attempt>> attempts;
  Attempt* winner = nullptr;
  bool hurry = false;  // an attempt has failed: no need to wait for the stagger
};

error_code pending_error(tcp::socket& socket) {
  int value = 0;
  socklen_t size = sizeof(value);
  if (::getsockopt(socket.native_handle(), SOL_SOCKET, SO_ERROR, &value, &size) != 0) value = errno;
  return {value, boost::system::system_category()};
}

// Refusals of the peer's own kernel can come at once too (loopback); all else that comes before a
// packet could be answered is this host's.
bool is_local_trouble(const error_code& error) {
  return error.value() != ECONNREFUSED && error.value() != ECONNRESET &&
         error.value() != EHOSTUNREACH && error.value() != ETIMEDOUT;
}

void end_attempt(Race& race, Attempt& attempt, const error_code& error) {
  attempt.pending = false;
  attempt.error = error;
  if (!error && race.winner == nullptr) race.winner = &attempt;
  if (error) race.hurry = true;
  race.bell.cancel();
}

void start_attempt(const std::shared_ptr<Race>& race, const tcp::endpoint& endpoint) {
  auto owned = std::make_unique<Attempt>(race->bell.get_executor(), endpoint);
  Attempt& attempt = *owned;
  race->attempts.push_back(std::move(owned));
  error_code error;
  attempt.socket.open(endpoint.protocol(), error);
  if (!error) attempt.socket.non_blocking(true, error);
  if (error) {
    attempt.local = true;
    end_attempt(*race, attempt, error);
    return;
  }
  // Asio's own connect would not tell an immediate error of this host from the network's answer.
  if (::connect(attempt.socket.native_handle(), endpoint.data(),
                static_cast<socklen_t>(endpoint.size())) == 0) {
    end_attempt(*race, attempt, {});
    return;
  }
  if (errno != EINPROGRESS) {
    const error_code immediate(errno, boost::system::system_category());
    attempt.local = is_local_trouble(immediate);
    end_attempt(*race, attempt, immediate);
    return;
  }
  attempt.pending = true;
  attempt.socket.async_wait(tcp::socket::wait_write, [race, &attempt](const error_code& waited) {
    if (!attempt.pending) return;  // the race was over
    end_attempt(*race, attempt, waited ? waited : pending_error(attempt.socket));
  });
}

bool any_pending(const Race& race) {
  for (const auto& attempt : race.attempts) {
    if (attempt->pending) return true;
  }
  return false;
}

std::string_view failure_of(const Attempt& attempt) {
  if (attempt.pending) return reasons::connect_timeout;
  if (attempt.local) return reasons::probe_not_made;
  switch (attempt.error.value()) {
    case ECONNREFUSED:
      return reasons::connect_refused;
    case ETIMEDOUT:
      return reasons::connect_timeout;
    case ENETUNREACH:
    case EHOSTUNREACH:
      return reasons::connect_unreachable;
    default:
      return reasons::connect_error;
  }
}

// The more the answer of the network says about the service, the earlier in this list.
constexpr std::array telling = {reasons::connect_refused, reasons::connect_error,
                                reasons::connect_timeout, reasons::connect_unreachable,
                                reasons::probe_not_made};

Connection lost(const asio::any_io_executor& executor, const Race& race) {
  for (std::string_view failure : telling) {
    for (const auto& attempt : race.attempts) {
      if (failure_of(*attempt) != failure) continue;
      std::string address = endpoint_text(attempt->endpoint);
      const bool explains = failure == reasons::connect_error || failure == reasons::probe_not_made;
      std::string detail = explains ? address + ": " + attempt->error.message() : address;
      return {tcp::socket(executor), std::move(address), failure, std::move(detail)};
    }
  }
  return {tcp::socket(executor), "", reasons::probe_not_made, "no address to connect to"};
}

// Handlers keep the race alive until their sockets are closed.
class StopAtEnd {
 public:
  explicit StopAtEnd(Race& race) : race_(race) {}
  ~StopAtEnd() {
    for (const auto& attempt : race_.attempts) {
      attempt->pending = false;
      error_code ignored;  // closing a socket that is given up
      attempt->socket.close(ignored);
    }
  }
  StopAtEnd(const StopAtEnd&) = delete;
  StopAtEnd& operator=(const StopAtEnd&) = delete;

 private:
  Race& race_;
};

}  // namespace

std::string endpoint_text(const tcp::endpoint& endpoint) {
  const std::string address = endpoint.address().to_string();
  const std::string port = std::to_string(endpoint.port());
  return endpoint.address().is_v6() ? "[" + address + "]:" + port : address + ":" + port;
}

asio::awaitable<Connection> connect_first(asio::any_io_executor executor,
                                          std::vector<tcp::endpoint> candidates, MonoTime deadline,
                                          Duration stagger) {
  const auto race = std::make_shared<Race>(executor);
  const StopAtEnd guard(*race);
  std::size_t started = 0;
  MonoTime next_start = mono_now();
  for (;;) {
    while (started < candidates.size() && race->winner == nullptr &&
           (race->hurry || mono_now() >= next_start)) {
      race->hurry = false;
      next_start = mono_now() + stagger;
      start_attempt(race, candidates[started++]);
    }
    if (race->winner != nullptr || !any_pending(*race) || mono_now() >= deadline) break;
    race->bell.expires_at(started < candidates.size() ? std::min(deadline, next_start) : deadline);
    co_await race->bell.async_wait(no_throw);
  }
  if (race->winner == nullptr) co_return lost(executor, *race);
  Connection connection{std::move(race->winner->socket), endpoint_text(race->winner->endpoint)};
  co_return connection;
}

}  // namespace ght::io
