// Any bytes as the answer of a name server: read within bounds, and never the answer to another
// question. The first byte chooses the type that was asked for; the number is that of the answer,
// so that the rest of it is read at all.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "agent/core/result.h"
#include "agent/io/dns_message.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr auto types =
      std::to_array<const char*>({"A", "AAAA", "CNAME", "MX", "NS", "PTR", "SOA", "SRV", "TXT"});
  if (size < 3) return 0;
  const std::string bytes(data + 1, data + size);
  ght::io::DnsQuestion question{.name = "a.example", .type = types[data[0] % types.size()]};
  question.id = static_cast<std::uint16_t>(data[1] << 8U | data[2]);
  const auto reply = ght::io::dns_reply(question, bytes);
  if (reply) GHT_CHECK(!reply->rcode.empty());
  question.id = static_cast<std::uint16_t>(question.id + 1);
  const auto foreign = ght::io::dns_reply(question, bytes);
  GHT_CHECK(!foreign);
  return 0;
}
