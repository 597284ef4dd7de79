#include "agent/io/icmp_message.h"

#include <algorithm>

namespace ght::io {
namespace {

constexpr unsigned char request_v4 = 8, reply_v4 = 0, request_v6 = 128, reply_v6 = 129;
constexpr std::size_t header_bytes = 8;

// RFC 1071, of an even or odd number of bytes.
std::uint16_t checksum(const std::string& bytes) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::uint32_t byte = static_cast<unsigned char>(bytes[i]);
    sum += i % 2 == 0 ? byte << 8U : byte;
  }
  while (sum > 0xFFFF) sum = (sum & 0xFFFF) + (sum >> 16U);
  return static_cast<std::uint16_t>(~sum);
}

void put(std::string& bytes, std::size_t at, std::uint16_t value) {
  bytes[at] = static_cast<char>(value >> 8U);
  bytes[at + 1] = static_cast<char>(value & 0xFFU);
}

std::uint16_t number(std::span<const unsigned char> bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] << 8U | bytes[at + 1]);
}

}  // namespace

std::string echo_request(const EchoSocket& socket, std::uint16_t sequence, const EchoToken& token,
                         std::size_t payload_bytes) {
  std::string bytes(header_bytes, '\0');
  bytes[0] = static_cast<char>(socket.v6 ? request_v6 : request_v4);
  put(bytes, 4, socket.identifier);
  put(bytes, 6, sequence);
  bytes.append(token.begin(), token.end());
  while (bytes.size() < header_bytes + payload_bytes) bytes += static_cast<char>(bytes.size());
  if (socket.raw && !socket.v6) put(bytes, 2, checksum(bytes));
  return bytes;
}

std::optional<std::uint16_t> echo_reply(const EchoSocket& socket, const EchoToken& token,
                                        std::span<const unsigned char> packet) {
  if (socket.raw && !socket.v6) {
    const std::size_t ip_header = packet.empty() ? 0 : (packet[0] & 0x0FU) * 4U;
    if (ip_header < 20 || packet.size() < ip_header) return std::nullopt;
    packet = packet.subspan(ip_header);
  }
  if (packet.size() < header_bytes + token.size()) return std::nullopt;
  if (packet[0] != (socket.v6 ? reply_v6 : reply_v4) || packet[1] != 0) return std::nullopt;
  if (socket.raw && number(packet, 4) != socket.identifier) return std::nullopt;
  if (!std::ranges::equal(packet.subspan(header_bytes, token.size()), token)) return std::nullopt;
  return number(packet, 6);
}

}  // namespace ght::io
