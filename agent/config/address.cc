#include "agent/config/address.h"

#include <arpa/inet.h>

#include <charconv>
#include <string>

namespace ght::config {
namespace {

// True for one to five digits up to 65535.
std::optional<int> parse_port(std::string_view text) {
  int port = 0;
  if (text.empty() || text.size() > 5) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (port < 0 || port > 65535) return std::nullopt;
  return port;
}

}  // namespace

std::optional<ListenAddress> parse_listen_address(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == text.npos) return std::nullopt;
  const auto port = parse_port(text.substr(colon + 1));
  std::string_view host = text.substr(0, colon);
  if (!port) return std::nullopt;
  ListenAddress address{.loopback = false, .any_port = *port == 0};
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
    in6_addr six{};
    if (inet_pton(AF_INET6, std::string(host).c_str(), &six) != 1) return std::nullopt;
    address.loopback = IN6_IS_ADDR_LOOPBACK(&six);
    return address;
  }
  in_addr four{};
  if (inet_pton(AF_INET, std::string(host).c_str(), &four) != 1) return std::nullopt;
  address.loopback = (ntohl(four.s_addr) >> 24U) == 127;
  return address;
}

}  // namespace ght::config
