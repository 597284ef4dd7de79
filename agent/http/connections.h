// The open connections: how many, since when each waits for its peer, and which must go.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_static_buffer.hpp>
#include <memory>
#include <string>
#include <vector>

#include "agent/core/limits.h"
#include "agent/core/time.h"
#include "agent/http/server.h"
#include "agent/io/tls_session.h"

namespace ght::http {

// What a connection waits for, in the order in which connections are given up for new ones.
enum class Phase {
  closing,    // everything is said; for the peer to close
  idle,       // answered; for the first byte of another request
  handshake,  // for TLS to be agreed on
  request,    // for a request to be whole, its first byte included on a new connection
  answer,     // for the peer to read its answer; under the deadline of its request
};

class Connections;

// One accepted socket. Made in the table and leaving it when destroyed.
class Connection {
 public:
  Connection(boost::asio::ip::tcp::socket accepted, std::shared_ptr<Connections> connections);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void enter(Phase phase);
  bool last_answer() const;  // the server stops: say so in the answer

  boost::asio::ip::tcp::socket socket;
  const boost::asio::ip::address peer;
  std::unique_ptr<io::TlsSession> tls;  // over the socket; nullptr: plain
  boost::beast::flat_static_buffer<limits::server_header_bytes> buffer;  // read, not yet parsed
  std::string header;                                                    // of the answer under way

 private:
  friend class Connections;
  std::shared_ptr<Connections> table_;
  Phase phase_ = Phase::request;
  MonoTime since_{};
  MonoTime deadline_{};
};

class Connections : public std::enable_shared_from_this<Connections> {
 public:
  Connections(const boost::asio::any_io_executor& executor, const ServerLimits& limits);

  // Closes connections until there is room for one more.
  void make_room();
  // Closes the longest idle connection, if there is one (file descriptors have run out).
  void give_up_idle();
  // Closes what is idle and gives the rest a second.
  void stop();
  void close_all();
  bool stopping() const { return stopping_; }

 private:
  friend class Connection;
  void add(Connection& connection);
  void remove(Connection& connection);
  void enter(Connection& connection, Phase phase);
  void close(Connection& connection);
  Connection* first_to_go() const;
  void arm(MonoTime at);
  void sweep();

  ServerLimits limits_;
  bool stopping_ = false;
  std::vector<Connection*> open_;
  // One timer for all: set to the earliest deadline seen, it looks at every connection when it
  // fires. A request that ends in time costs no timer operation.
  boost::asio::steady_timer timer_;
  MonoTime armed_ = MonoTime::max();
};

}  // namespace ght::http
