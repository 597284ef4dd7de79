// DNS messages (RFC 1035) as bytes, read with the C library's own reader of hostile messages.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/result.h"

namespace ght::io {

struct DnsQuestion {
  std::uint16_t id = 0;
  std::string name;
  std::string type;  // as DnsLookup has it
};

// A query with recursion desired and EDNS (1232 bytes). The error names the name or the type.
Result<std::string> dns_query(const DnsQuestion& question);

struct DnsReply {
  std::string rcode;
  bool truncated = false;
  std::vector<std::string> answers;  // as DnsResult has them
};

// The reply to exactly this question. An error: it is no DNS message, or the answer to another
// question (then `foreign`), which a probe passes over, as a resolver would.
struct DnsUnreadable {
  bool foreign = false;
  std::string why;
};
std::expected<DnsReply, DnsUnreadable> dns_reply(const DnsQuestion& question,
                                                 std::string_view bytes);

// The type's number; 0 when it is none of those that a DnsLookup may ask for.
std::uint16_t dns_type(std::string_view name);

}  // namespace ght::io
