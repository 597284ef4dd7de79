#include "collectors/availability/http/http_settings.h"

#include <algorithm>
#include <array>
#include <boost/url/parse.hpp>
#include <charconv>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "agent/core/limits.h"
#include "collectors/availability/http/body_text.h"

namespace ght::collectors {
namespace {

using TextMap = std::map<std::string, std::string>;

Error setting_error(const char* key, std::string message) {
  return {std::string("settings.") + key, std::move(message)};
}

// Boost 1.81's port_number() wraps around beyond 65535.
bool is_port(std::string_view digits) {
  std::uint16_t port = 0;
  const char* const end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, port);
  return read.ec == std::errc() && read.ptr == end && port != 0;
}

Result<void> check_url(const std::string& text) {
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

// RFC 9110 5.6.2
bool is_token(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

Result<void> check_header(const std::string& name, const std::string& value) {
  constexpr auto reserved = std::to_array<std::string_view>(
      {"connection", "content-length", "expect", "te", "trailer", "transfer-encoding", "upgrade"});
  if (!is_token(name)) {
    return setting_error("headers", "\"" + name + "\" is not a header name");
  }
  if (std::ranges::find(reserved, lower(name)) != reserved.end()) {
    return setting_error("headers", "\"" + name + "\" is set by the agent");
  }
  const auto is_control = [](char c) { return (c >= 0 && c < ' ') || c == '\x7f'; };
  if (std::ranges::any_of(value, is_control)) {
    return setting_error("headers", "the value of \"" + name + "\" holds a control character");
  }
  return {};
}

// "2xx" to "5xx".
bool is_class(const std::string& text) {
  return text.size() == 3 && text[0] >= '2' && text[0] <= '5' && text.ends_with("xx");
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
  const auto parsed = boost::urls::parse_uri(url);
  return parsed && parsed->scheme_id() == boost::urls::scheme::https;
}

Result<TlsClient> tls_client(const Settings& given, bool https) {
  for (const char* key : {"ca_file", "server_name", "cert_file", "key_file"}) {
    if (given.find<std::string>(key) != nullptr && !https) {
      return setting_error(key, "has no effect without https://");
    }
  }
  if (given.find<Duration>("min_tls_remaining") != nullptr && !https) {
    return setting_error("min_tls_remaining", "has no effect without https://");
  }
  const auto text = [&](const char* key) {
    const auto* found = given.find<std::string>(key);
    return found == nullptr ? std::string() : *found;
  };
  TlsClient tls{.ca_file = text("ca_file"),
                .verify = !given.get<bool>("insecure_skip_verify"),
                .server_name = text("server_name"),
                .cert_file = text("cert_file"),
                .key_file = text("key_file")};
  if (!tls.verify && !tls.ca_file.empty()) {
    return setting_error("ca_file", "has no effect beside insecure_skip_verify");
  }
  if (tls.cert_file.empty() != tls.key_file.empty()) {
    return setting_error(tls.cert_file.empty() ? "key_file" : "cert_file",
                         "expected both of cert_file and key_file");
  }
  return tls;
}

Result<void> check_expectations(const Settings& given, const std::string& method) {
  if (method == "HEAD") {
    for (const char* key : {"body_contains", "body_not_contains", "body_regex"}) {
      if (given.find<std::string>(key) != nullptr) {
        return setting_error(key, "an answer to HEAD has no body");
      }
    }
  }
  const auto* classes = given.find<std::vector<std::string>>("status_classes");
  if (classes != nullptr) {
    const auto wrong = std::ranges::find_if_not(*classes, is_class);
    if (wrong != classes->end()) {
      return setting_error("status_classes", "\"" + *wrong + "\": expected \"2xx\" to \"5xx\"");
    }
  } else if (given.get<std::vector<std::int64_t>>("status").empty()) {
    return setting_error("status", "expected at least one status code");
  }
  if (const auto* regex = given.find<std::string>("body_regex")) {
    const std::string fault = regex_fault(*regex);
    if (!fault.empty()) return setting_error("body_regex", fault);
  }
  return {};
}

}  // namespace

Result<HttpExchange> http_exchange(const Settings& given) {
  HttpExchange step;
  step.url = given.get<std::string>("url");
  GHT_TRY_VOID(check_url(step.url));
  step.method = given.get<std::string>("method");
  if (const auto* headers = given.find<TextMap>("headers")) {
    for (const auto& [name, value] : *headers) {
      GHT_TRY_VOID(check_header(name, value));
      step.headers.emplace_back(name, value);
    }
  }
  if (const auto* body = given.find<std::string>("body")) {
    if (step.method != "POST") return setting_error("body", "expected method \"POST\" beside it");
    step.body = *body;
  }
  GHT_TRY_VOID(check_expectations(given, step.method));
  GHT_TRY(step.credential, credential(given));
  const auto is_authorization = [](const auto& header) {
    return lower(header.first) == "authorization";
  };
  if (step.credential.kind != Credential::Kind::none &&
      std::ranges::any_of(step.headers, is_authorization)) {
    return setting_error("headers", "\"Authorization\" is made of the secret's file");
  }
  GHT_TRY(step.tls, tls_client(given, is_https(step.url)));
  step.max_redirects = given.get<bool>("follow_redirects") ? limits::probe_redirects : 0;
  return step;
}

}  // namespace ght::collectors
