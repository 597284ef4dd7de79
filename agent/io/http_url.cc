#include "agent/io/http_url.h"

#include <algorithm>
#include <boost/url.hpp>
#include <charconv>

namespace ght::io {
namespace {

namespace urls = boost::urls;

constexpr std::uint16_t http_port = 80, https_port = 443;

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

Result<HttpUrl> from_view(const urls::url_view_base& view, std::string_view given) {
  const auto refuse = [&](const char* why) { return Error{std::string(given), why}; };
  HttpUrl url;
  if (view.scheme_id() == urls::scheme::https) {
    url.tls = true;
  } else if (view.scheme_id() != urls::scheme::http) {
    return refuse("expected a URL that begins with http:// or https://");
  }
  if (view.has_userinfo())
    return refuse("user information (user:password@) is not allowed in a URL");
  url.host = view.host_address();
  std::transform(url.host.begin(), url.host.end(), url.host.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  url.literal =
      view.host_type() == urls::host_type::ipv4 || view.host_type() == urls::host_type::ipv6;
  if (view.host_type() == urls::host_type::name) {
    if (url.host.ends_with('.')) url.host.pop_back();
    if (!std::all_of(url.host.begin(), url.host.end(), is_host_character)) {
      return refuse("the host name holds a character that no host name has");
    }
  } else if (!url.literal) {
    return refuse("expected a host name or an IP address");
  }
  if (url.host.empty()) return refuse("expected a host name or an IP address");
  const std::uint16_t standard = url.tls ? https_port : http_port;
  url.port = standard;
  if (view.has_port() && !view.port().empty()) {
    // Boost 1.81's port_number() wraps around beyond 65535.
    const std::string_view digits(view.port().data(), view.port().size());
    const char* const end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, url.port);
    if (read.ec != std::errc() || read.ptr != end || url.port == 0) {
      return refuse("expected a port from 1 to 65535");
    }
  }
  // Boost 1.81 moves what follows the digits of a port into the path (boostorg/url #680).
  if (!view.encoded_path().empty() && !view.encoded_path().starts_with('/')) {
    return refuse("expected a port from 1 to 65535");
  }
  const bool v6 = view.host_type() == urls::host_type::ipv6;
  url.authority = v6 ? "[" + url.host + "]" : url.host;
  if (url.port != standard) url.authority += ":" + std::to_string(url.port);
  const std::string_view target(view.encoded_target().data(), view.encoded_target().size());
  url.target = target.starts_with('/') ? std::string(target) : "/" + std::string(target);
  url.text = (url.tls ? "https://" : "http://") + url.authority + url.target;
  return url;
}

}  // namespace

Result<HttpUrl> parse_http_url(std::string_view text) {
  const auto parsed = urls::parse_uri({text.data(), text.size()});
  if (!parsed) return Error{std::string(text), "not a URL (RFC 3986): " + parsed.error().message()};
  return from_view(*parsed, text);
}

Result<HttpUrl> resolve_location(const HttpUrl& base, std::string_view location) {
  const auto parsed = urls::parse_uri_reference({location.data(), location.size()});
  if (!parsed) {
    return Error{std::string(location), "not a URL (RFC 3986): " + parsed.error().message()};
  }
  const auto from = urls::parse_uri({base.text.data(), base.text.size()});
  GHT_CHECK(from.has_value());  // base.text was made by from_view
  urls::url whole;
  const auto resolved = urls::resolve(*from, *parsed, whole);
  if (!resolved) return Error{std::string(location), resolved.error().message()};
  return from_view(whole, location);
}

bool same_server(const HttpUrl& from, const HttpUrl& to) {
  if (from.host != to.host) return false;
  if (from.tls == to.tls) return from.port == to.port;
  return !from.tls && from.port == http_port && to.port == https_port;
}

}  // namespace ght::io
