// The URLs that a probe may go to: http or https, no user information, ASCII.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "agent/core/result.h"

namespace ght::io {

struct HttpUrl {
  bool tls = false;
  std::string host;      // lower case, no brackets, no final dot: for DNS, SNI and verification
  bool literal = false;  // host is an IP address
  std::uint16_t port = 0;
  std::string authority;  // for the Host header: port only when it is not the scheme's
  std::string target;     // path and query, never empty, no fragment
  std::string text;       // the whole URL without fragment
};

// RFC 3986. Errors say what is wrong with the URL, about = the text given.
Result<HttpUrl> parse_http_url(std::string_view text);

// The target of a redirect: `location` may be relative to `base` (RFC 3986 5.2).
Result<HttpUrl> resolve_location(const HttpUrl& base, std::string_view location);

// True when what is meant for `from` may be sent to `to`: the same host and port, or the same host
// going from http on 80 to https on 443.
bool same_server(const HttpUrl& from, const HttpUrl& to);

}  // namespace ght::io
