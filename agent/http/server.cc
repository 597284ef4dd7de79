#include "agent/http/server.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>
#include <vector>

#include "agent/http/address.h"
#include "agent/http/connections.h"
#include "agent/http/session.h"

namespace ght::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using namespace std::chrono_literals;

// After a failed accept: long enough not to burn the processor while file descriptors are short,
// short enough that a scraper's patience outlasts it.
constexpr auto accept_pause = 100ms;

struct Listener {
  Listener(const asio::any_io_executor& executor, bool on_loopback)
      : acceptor(executor), pause(executor), loopback(on_loopback) {}

  tcp::acceptor acceptor;
  asio::steady_timer pause;
  bool loopback;
};

std::string cause(const error_code& error) {
  if (error == asio::error::address_in_use) return "the port is already in use by another program";
  if (error == asio::error::access_denied) {
    return "permission denied: ports below 1024 need the capability CAP_NET_BIND_SERVICE";
  }
  if (error == boost::system::errc::address_not_available) {
    return "this host has no such address";
  }
  if (error == asio::error::address_family_not_supported) {
    return "this host has no IPv6";
  }
  return error.message();
}

error_code open(tcp::acceptor& acceptor, const tcp::endpoint& endpoint) {
  error_code error;
  acceptor.open(endpoint.protocol(), error);
  // A restarted agent must not wait for its old connections' TIME_WAIT.
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  // [::] is IPv6 alone on every host, whatever its sysctl says.
  if (!error && endpoint.address().is_v6()) acceptor.set_option(asio::ip::v6_only(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  return error;
}

asio::awaitable<void> accept_all(std::shared_ptr<Listener> listener,
                                 std::shared_ptr<Connections> connections,
                                 std::shared_ptr<const Site> site) {
  while (listener->acceptor.is_open()) {
    error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    tcp::socket socket = co_await listener->acceptor.async_accept(token);
    if (!listener->acceptor.is_open()) break;
    if (error) {  // EMFILE, ENFILE, ENOBUFS, ...: they pass, and the caller stays in the queue
      connections->give_up_idle();
      listener->pause.expires_after(accept_pause);
      auto pause_token = asio::redirect_error(asio::use_awaitable, error);
      co_await listener->pause.async_wait(pause_token);
      continue;
    }
    connections->make_room();
    socket.set_option(tcp::no_delay(true), error);  // refused on a dead socket: reading will tell
    auto connection = std::make_unique<Connection>(std::move(socket), connections);
    auto session = serve(std::move(connection), site, listener->loopback);
    asio::co_spawn(listener->acceptor.get_executor(), std::move(session), asio::detached);
  }
}

}  // namespace

struct Server::State {
  State(asio::any_io_executor on, Handler answer, const ServerLimits& limits)
      : executor(std::move(on)),
        site(std::make_shared<Site>()),
        connections(std::make_shared<Connections>(executor, limits)) {
    site->handler = std::move(answer);
  }

  void close_listeners() {
    for (const auto& listener : listeners) {
      error_code ignored;  // closing twice is fine
      listener->acceptor.close(ignored);
      listener->pause.cancel();
    }
  }

  asio::any_io_executor executor;
  std::shared_ptr<Site> site;
  std::shared_ptr<Connections> connections;
  std::vector<std::shared_ptr<Listener>> listeners;
};

Server::Server(asio::any_io_executor executor, Handler handler, ServerLimits limits)
    : state_(std::make_unique<State>(std::move(executor), std::move(handler), limits)) {}

Server::~Server() {
  state_->close_listeners();
  state_->connections->close_all();
}

Result<std::string> Server::listen(const std::string& address) {
  GHT_TRY(const tcp::endpoint endpoint, parse_listen_address(address));
  const bool loopback = endpoint.address().is_loopback();
  auto listener = std::make_shared<Listener>(state_->executor, loopback);
  error_code error = open(listener->acceptor, endpoint);
  const tcp::endpoint bound = error ? endpoint : listener->acceptor.local_endpoint(error);
  if (error) return Error{address, "cannot listen: " + cause(error)};
  state_->listeners.push_back(listener);
  auto loop = accept_all(listener, state_->connections, state_->site);
  asio::co_spawn(state_->executor, std::move(loop), asio::detached);
  return format_endpoint(bound);
}

void Server::use_tls(std::shared_ptr<const io::TlsIdentity> identity) {
  state_->site->tls = std::move(identity);
}

void Server::on_refused_handshake(Refused refused) {
  state_->site->refused = std::move(refused);
}

void Server::stop() {
  state_->close_listeners();
  state_->connections->stop();
}

}  // namespace ght::http
