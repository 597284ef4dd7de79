// The Authorization field of HTTP Basic authentication (RFC 7617). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ght::http {

struct Credentials {
  std::string name;
  std::string password;
};

// `Basic <base64 of name:password>`. Absent when it is anything else: another scheme, base64 that
// is not exact, no colon, control characters, more than limits::password_bytes.
std::optional<Credentials> parse_basic(std::string_view field);

}  // namespace ght::http
