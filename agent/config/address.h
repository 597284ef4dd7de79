// "127.0.0.1:19787", "[::1]:19787": where the agent's HTTP server listens.
#pragma once

#include <optional>
#include <string_view>

namespace ght::config {

struct ListenAddress {
  bool loopback = false;  // reached from this host only
  bool any_port = false;  // port 0: the kernel chooses
};

// nullopt for anything but a numeric address and a port: names are not resolved here.
std::optional<ListenAddress> parse_listen_address(std::string_view text);

}  // namespace ght::config
