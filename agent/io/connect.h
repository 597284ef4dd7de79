// A TCP connection to the first of several addresses that answers (RFC 8305, "happy eyeballs").
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/time.h"

namespace ght::io {

// RFC 8305 5: how long one address may stay silent before the next is tried beside it.
inline constexpr Duration connect_stagger = std::chrono::milliseconds(250);

// Either an open, non-blocking socket, or `failure`: connect_refused, connect_timeout,
// connect_unreachable, connect_error, or probe_not_made when this host could not even send (no
// descriptor, no route, refused by its own firewall): then nothing was learnt about the peer.
struct Connection {
  boost::asio::ip::tcp::socket socket;
  std::string address;  // of the peer, or of the attempt that `failure` is about
  std::string_view failure = {};
  std::string detail = {};
};

// "192.0.2.1:443", "[2001:db8::1]:443".
std::string endpoint_text(const boost::asio::ip::tcp::endpoint& endpoint);

// Tries the candidates (at least one) in their order, each beside those still under way after
// `stagger`, at once when one fails. Of several failures the one that says most is reported: a
// refusal, then silence until `deadline`, then unreachable, then local trouble.
boost::asio::awaitable<Connection> connect_first(
    boost::asio::any_io_executor executor, std::vector<boost::asio::ip::tcp::endpoint> candidates,
    MonoTime deadline, Duration stagger = connect_stagger);

}  // namespace ght::io
