#include "agent/io/icmp_message.h"

#include <gtest/gtest.h>

#include <vector>

namespace ght::io {
namespace {

const EchoToken token = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

std::vector<unsigned char> bytes(const std::string& text) {
  return {text.begin(), text.end()};
}

// The reply that a host makes of a request: another type, otherwise the same.
std::vector<unsigned char> answered(const EchoSocket& socket, std::uint16_t sequence) {
  std::vector<unsigned char> packet = bytes(echo_request(socket, sequence, token, 56));
  packet[0] = socket.v6 ? 129 : 0;
  if (socket.raw && !socket.v6) {
    std::vector<unsigned char> ip(20, 0);
    ip[0] = 0x45;
    packet.insert(packet.begin(), ip.begin(), ip.end());
  }
  return packet;
}

TEST(EchoMessage, ARequestIsWhatRfc792Says) {
  const auto packet = bytes(echo_request({.raw = true, .identifier = 0x1234}, 7, token, 56));
  ASSERT_EQ(packet.size(), 64U);
  EXPECT_EQ(packet[0], 8);
  EXPECT_EQ(packet[4] << 8 | packet[5], 0x1234);
  EXPECT_EQ(packet[6] << 8 | packet[7], 7);
  unsigned sum = 0;  // RFC 1071: with its checksum, a message sums up to all ones
  for (std::size_t i = 0; i < packet.size(); i += 2) {
    sum += static_cast<unsigned>(packet[i] << 8 | packet[i + 1]);
  }
  while (sum > 0xFFFF) sum = (sum & 0xFFFF) + (sum >> 16);
  EXPECT_EQ(sum, 0xFFFFU);
  EXPECT_EQ(bytes(echo_request({.v6 = true}, 1, token, 16)).size(), 24U);
  EXPECT_EQ(bytes(echo_request({.v6 = true}, 1, token, 0)).size(), 24U)
      << "the token is always there";
}

TEST(EchoMessage, RepliesToThisRunAreKnown) {
  for (bool v6 : {false, true}) {
    for (bool raw : {false, true}) {
      const EchoSocket socket{.v6 = v6, .raw = raw, .identifier = 0x4242};
      EXPECT_EQ(echo_reply(socket, token, answered(socket, 513)), 513) << v6 << raw;
    }
  }
}

TEST(EchoMessage, NothingElseCounts) {
  const EchoSocket socket{.raw = true, .identifier = 0x4242};
  const auto good = answered(socket, 1);
  EXPECT_EQ(echo_reply({.raw = true, .identifier = 0x4243}, token, good), std::nullopt);
  EchoToken other = token;
  other[15] ^= 1U;
  EXPECT_EQ(echo_reply(socket, other, good), std::nullopt);
  auto request = good;
  request[20] = 8;  // our own request, seen on the loopback
  EXPECT_EQ(echo_reply(socket, token, request), std::nullopt);
  auto long_header = good;
  long_header[0] = 0x4F;
  EXPECT_EQ(echo_reply(socket, token, long_header), std::nullopt);
  for (std::size_t size = 0; size < 20 + 8 + token.size(); ++size) {
    EXPECT_EQ(echo_reply(socket, token, std::span(good.data(), size)), std::nullopt) << size;
  }
}

}  // namespace
}  // namespace ght::io
