// Echo requests and what comes back on the socket that sent them, as bytes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace ght::io {

// What one run writes into all its requests, so that no late answer to another run, to another
// program or to nobody counts as its own.
using EchoToken = std::array<unsigned char, 16>;

struct EchoSocket {
  bool v6 = false;
  bool raw = false;  // otherwise the kernel owns `identifier` and hides the rest
  std::uint16_t identifier = 0;
};

// RFC 792, RFC 4443 4.1: token, then filled up to payload_bytes (the token's size at least). The
// checksum is set where the kernel does not do it (raw, IPv4).
std::string echo_request(const EchoSocket& socket, std::uint16_t sequence, const EchoToken& token,
                         std::size_t payload_bytes);

// The sequence number of an echo reply to one of this run's requests; nullopt for all else. A raw
// IPv4 socket reads the IP header too.
std::optional<std::uint16_t> echo_reply(const EchoSocket& socket, const EchoToken& token,
                                        std::span<const unsigned char> packet);

}  // namespace ght::io
