// Listen addresses as text: "127.0.0.1:19787", "[::1]:0".
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <string>
#include <string_view>

#include "agent/core/result.h"

namespace ght::http {

// A numeric address and a port, nothing else: no name is ever resolved, so that what is listened on
// is what is written. An IPv6 address stands in brackets.
Result<boost::asio::ip::tcp::endpoint> parse_listen_address(const std::string& text);

// The inverse, as it stands in a URL.
std::string format_endpoint(const boost::asio::ip::tcp::endpoint& endpoint);

// Whether a Host field may be answered on a loopback listener. A page of another site can make a
// browser on this machine (or at the end of an SSH tunnel) ask us under its own name, by pointing
// that name to 127.0.0.1; such a name always has a dot. Taken are addresses, "localhost",
// "*.localhost" and names without a dot, with or without a port.
bool is_local_host_field(std::string_view host);

}  // namespace ght::http
