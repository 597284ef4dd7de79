#include "agent/http/connections.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "agent/io/clock.h"

namespace ght::http {
namespace {

using namespace std::chrono_literals;
constexpr Duration closing_deadline = 1s;  // a peer that has its answer needs no longer to close
constexpr Duration stop_deadline = 1s;

boost::asio::ip::address address_of(const boost::asio::ip::tcp::socket& socket) {
  boost::system::error_code gone;
  return socket.remote_endpoint(gone).address();
}

}  // namespace

Connection::Connection(boost::asio::ip::tcp::socket accepted,
                       std::shared_ptr<Connections> connections)
    : socket(std::move(accepted)), peer(address_of(socket)), table_(std::move(connections)) {
  table_->add(*this);
}

Connection::~Connection() {
  table_->remove(*this);
}

void Connection::enter(Phase phase) {
  table_->enter(*this, phase);
}

bool Connection::last_answer() const {
  return table_->stopping();
}

Connections::Connections(const boost::asio::any_io_executor& executor, const ServerLimits& limits)
    : limits_(limits), timer_(executor) {}

void Connections::add(Connection& connection) {
  open_.push_back(&connection);
  // Who connects is about to ask: no less worth keeping than who has sent half a request.
  enter(connection, Phase::request);
}

void Connections::remove(Connection& connection) {
  std::erase(open_, &connection);
  if (!open_.empty()) return;
  timer_.cancel();
  armed_ = MonoTime::max();
}

void Connections::enter(Connection& connection, Phase phase) {
  connection.phase_ = phase;
  if (phase == Phase::answer) return;  // it waits since its request, and ends with it
  connection.since_ = io::mono_now();
  const Duration patience = phase == Phase::closing     ? closing_deadline
                            : phase == Phase::idle      ? limits_.idle_deadline
                            : phase == Phase::handshake ? limits_.handshake_deadline
                                                        : limits_.request_deadline;
  connection.deadline_ = connection.since_ + patience;
  if (connection.socket.is_open()) arm(connection.deadline_);
}

void Connections::close(Connection& connection) {
  boost::system::error_code ignored;  // the connection is given up either way
  if (connection.phase_ > Phase::idle) {
    // The kernel must not go on for minutes to send what this peer does not read.
    connection.socket.set_option(boost::asio::socket_base::linger(true, 0), ignored);
  }
  connection.socket.close(ignored);
  remove(connection);
}

Connection* Connections::first_to_go() const {
  const auto order = [](const Connection* connection) {
    return std::tuple(connection->phase_, connection->since_);
  };
  const auto found = std::ranges::min_element(open_, {}, order);
  return found == open_.end() ? nullptr : *found;
}

void Connections::make_room() {
  while (open_.size() >= limits_.connections) close(*first_to_go());
}

void Connections::give_up_idle() {
  Connection* connection = first_to_go();
  if (connection != nullptr && connection->phase_ <= Phase::idle) close(*connection);
}

void Connections::stop() {
  stopping_ = true;
  const MonoTime end = io::mono_now() + stop_deadline;
  for (Connection* connection : std::vector(open_)) {
    if (connection->phase_ == Phase::idle) {
      close(*connection);
    } else {
      connection->deadline_ = std::min(connection->deadline_, end);
      arm(connection->deadline_);
    }
  }
}

void Connections::close_all() {
  for (Connection* connection : std::vector(open_)) close(*connection);
}

void Connections::arm(MonoTime at) {
  if (at >= armed_) return;
  armed_ = at;
  timer_.expires_at(at);
  timer_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
    const auto self = weak.lock();
    if (self && !error) self->sweep();
  });
}

void Connections::sweep() {
  armed_ = MonoTime::max();
  const MonoTime now = io::mono_now();
  MonoTime next = MonoTime::max();
  for (Connection* connection : std::vector(open_)) {
    if (connection->deadline_ <= now) {
      close(*connection);
    } else {
      next = std::min(next, connection->deadline_);
    }
  }
  if (!open_.empty()) arm(next);
}

}  // namespace ght::http
