// Any bytes as what a server says before TLS, cut into turns at the bytes 0xF5; the first one
// chooses the protocol. Whatever it says, the dialog knows its next turn, and TLS is never begun
// with words of the server still unread.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "agent/core/result.h"
#include "collectors/availability/tls/starttls.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ght::collectors::starttls;
  constexpr std::uint8_t turn_mark = 0xF5;
  if (size < 1) return 0;
  std::vector<std::string> heard(1);
  for (std::size_t i = 1; i < size; ++i) {
    if (data[i] == turn_mark && heard.size() < 6) {
      heard.emplace_back();
    } else {
      heard.back() += static_cast<char>(data[i]);
    }
  }
  const Standing next = standing(protocols[data[0] % protocols.size()], heard);
  const bool says = next.turn.kind == ght::DialogTurn::Kind::say;
  GHT_CHECK(says == !next.turn.bytes.empty());
  if (!next.trouble.empty()) GHT_CHECK(next.turn.kind == ght::DialogTurn::Kind::finish);
  return 0;
}
