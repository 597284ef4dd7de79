#include "collectors/availability/http/http_settings.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "agent/core/limits.h"
#include "collectors/availability/http/body_text.h"
#include "collectors/availability/web_settings.h"

namespace ght::collectors {
namespace {

using TextMap = std::map<std::string, std::string>;

Error setting_error(const char* key, std::string message) {
  return {std::string("settings.") + key, std::move(message)};
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
  GHT_TRY(HttpExchange step, web_exchange(given));
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
  const auto is_authorization = [](const auto& header) {
    return lower(header.first) == "authorization";
  };
  if (step.credential.kind != Credential::Kind::none &&
      std::ranges::any_of(step.headers, is_authorization)) {
    return setting_error("headers", "\"Authorization\" is made of the secret's file");
  }
  step.max_redirects = given.get<bool>("follow_redirects") ? limits::probe_redirects : 0;
  return step;
}

}  // namespace ght::collectors
