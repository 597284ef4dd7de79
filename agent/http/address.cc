#include "agent/http/address.h"

#include <boost/asio/ip/address.hpp>
#include <charconv>

namespace ght::http {
namespace {

namespace ip = boost::asio::ip;

bool is_address(std::string_view text) {
  boost::system::error_code error;
  ip::make_address(std::string(text), error);
  return !error;
}

}  // namespace

Result<ip::tcp::endpoint> parse_listen_address(const std::string& text) {
  const Error malformed{text,
                        "not a listen address: expected a numeric address and a port, such as "
                        "127.0.0.1:19787 or [::1]:19787"};
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return malformed;
  std::string host = text.substr(0, colon);
  const std::string port = text.substr(colon + 1);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);

  boost::system::error_code error;
  const ip::address address = ip::make_address(host, error);
  if (error || address.is_v6() != bracketed) return malformed;
  unsigned number = 0;
  const auto [end, problem] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (problem != std::errc() || end != port.data() + port.size() || number > 65535) {
    return Error{text, "not a listen address: the port must be a number from 0 to 65535"};
  }
  return ip::tcp::endpoint(address, static_cast<unsigned short>(number));
}

std::string format_endpoint(const ip::tcp::endpoint& endpoint) {
  const std::string address = endpoint.address().to_string();
  const std::string port = std::to_string(endpoint.port());
  return endpoint.address().is_v6() ? "[" + address + "]:" + port : address + ":" + port;
}

bool is_local_host_field(std::string_view host) {
  if (host.starts_with('[')) {
    const std::size_t close = host.find(']');
    if (close == std::string_view::npos) return false;
    const std::string_view port = host.substr(close + 1);
    return is_address(host.substr(1, close - 1)) && (port.empty() || port.front() == ':');
  }
  host = host.substr(0, host.find(':'));
  if (host.ends_with('.')) host.remove_suffix(1);
  return host.find('.') == std::string_view::npos || host.ends_with(".localhost") ||
         is_address(host);
}

}  // namespace ght::http
