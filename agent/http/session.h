// One connection from its first byte to its end.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>

#include "agent/http/connections.h"
#include "agent/http/server.h"

namespace ght::http {

// What all connections of a server share.
struct Site {
  Handler handler;
  std::shared_ptr<const io::TlsIdentity> tls;  // of new connections; nullptr: plain
  Server::Refused refused;
};

// Answers requests one after the other until the peer, the protocol, a deadline or a stop ends it.
// `loopback`: the listener's address is of the loopback, Host is looked at. Never throws.
boost::asio::awaitable<void> serve(std::unique_ptr<Connection> connection,
                                   std::shared_ptr<const Site> site, bool loopback);

}  // namespace ght::http
