#include "collectors/availability/web_settings.h"

#include <boost/url/parse.hpp>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

#include "collectors/availability/peer_settings.h"

namespace ght::collectors {
namespace {

Error setting_error(std::string_view key, std::string message) {
  return {"settings." + std::string(key), std::move(message)};
}

// Boost 1.81's port_number() wraps around beyond 65535.
bool is_port(std::string_view digits) {
  std::uint16_t port = 0;
  const char* const end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, port);
  return read.ec == std::errc() && read.ptr == end && port != 0;
}

Result<Credential> credential(const Settings& given) {
  const auto* user = given.find<std::string>("basic_user");
  const auto* password = given.find<std::string>("password_file");
  const auto* token = given.find<std::string>("bearer_token_file");
  if (user != nullptr && password == nullptr) {
    return setting_error("basic_user", "expected password_file beside it");
  }
  if (user == nullptr && password != nullptr) {
    return setting_error("password_file", "expected basic_user beside it");
  }
  if (user != nullptr && token != nullptr) {
    return setting_error("bearer_token_file", "expected one of this and basic_user");
  }
  // RFC 7617 2: a colon ends the user's name.
  if (user != nullptr && user->find(':') != std::string::npos) {
    return setting_error("basic_user", "a colon cannot be part of it");
  }
  if (user != nullptr) return Credential{Credential::Kind::basic, *user, *password};
  if (token != nullptr) return Credential{Credential::Kind::bearer, "", *token};
  return Credential{};
}

bool is_https(const std::string& url) {
  return boost::urls::parse_uri(url)->scheme_id() == boost::urls::scheme::https;
}

Result<void> nothing_of_tls(const Settings& given) {
  const auto no_effect = [](std::string_view key) {
    return setting_error(key, "has no effect without https://");
  };
  for (const Field& field : trust_fields) {
    if (given.find<std::string>(field.key) != nullptr) return no_effect(field.key);
  }
  if (given.find<Duration>("min_tls_remaining") != nullptr) return no_effect("min_tls_remaining");
  return {};
}

}  // namespace

Result<void> check_web_url(const std::string& text) {
  const auto parsed = boost::urls::parse_uri(text);
  if (!parsed) {
    return setting_error("url", "\"" + text + "\" is not a URL: " + parsed.error().message());
  }
  using boost::urls::scheme;
  if (parsed->scheme_id() != scheme::http && parsed->scheme_id() != scheme::https) {
    return setting_error("url", "\"" + text + "\": expected http://... or https://...");
  }
  if (parsed->has_userinfo()) {
    return setting_error("url", "expected a URL without user:password@");
  }
  if (parsed->encoded_host().empty()) {
    return setting_error("url", "\"" + text + "\": expected a host name or an IP address");
  }
  const std::string_view port(parsed->port().data(), parsed->port().size());
  // Boost 1.81 moves what follows the digits of a port into the path (boostorg/url #680).
  const bool path_from_port =
      !parsed->encoded_path().empty() && !parsed->encoded_path().starts_with('/');
  if (path_from_port || (!port.empty() && !is_port(port))) {
    return setting_error("url", "\"" + text + "\": expected a port from 1 to 65535");
  }
  return {};
}

bool is_refusal(int status) {
  constexpr int unauthorized = 401, forbidden = 403;
  return status == unauthorized || status == forbidden;
}

Result<HttpExchange> web_exchange(const Settings& given) {
  HttpExchange step;
  step.url = given.get<std::string>("url");
  GHT_TRY_VOID(check_web_url(step.url));
  GHT_TRY(step.credential, credential(given));
  if (!is_https(step.url)) GHT_TRY_VOID(nothing_of_tls(given));
  GHT_TRY(step.tls, tls_client_of(given));
  return step;
}

}  // namespace ght::collectors
