#include "agent/io/oauth_token.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "agent/core/limits.h"
#include "agent/core/reasons.h"
#include "agent/io/http_request.h"

namespace ght::io {
namespace {

using Json = nlohmann::json;

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// application/x-www-form-urlencoded, UTF-8 (RFC 6749 B); a space as %20 is understood everywhere.
std::string form_value(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~') {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.append({'%', digits[byte >> 4U], digits[byte & 0xFU]});
    }
  }
  return out;
}

// RFC 6750 2.1, so that it cannot end the header it will stand in.
bool is_bearer_token(std::string_view text) {
  constexpr std::string_view marks = "-._~+/=";
  return !text.empty() && text.size() <= limits::secret_bytes &&
         std::ranges::all_of(text, [&](char c) { return is_alphanumeric(c) || marks.contains(c); });
}

bool is_plain_word(std::string_view text) {
  constexpr std::size_t longest = 64;
  return !text.empty() && text.size() <= longest &&
         std::ranges::all_of(text, [](char c) { return is_alphanumeric(c) || c == '_'; });
}

std::string text_at(const Json& object, const char* key) {
  if (!object.is_object()) return "";
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

// What the server called it, when that cannot be a secret that it was told.
std::string refusal(const Json& body, int status, std::string_view password) {
  for (const char* key : {"error", "errorCode"}) {
    std::string word = text_at(body, key);
    if (is_plain_word(word) && !word.contains(password)) return word;
  }
  return "HTTP " + std::to_string(status);
}

}  // namespace

HttpExchange token_request(const HttpExchange& step, std::string_view password) {
  HttpExchange request{.url = step.credential.token_url, .method = "POST"};
  request.headers = step.headers;
  std::erase_if(request.headers, [](const auto& header) {
    return is_header(header.first, "Accept") || is_header(header.first, "Content-Type");
  });
  request.headers.emplace_back("Accept", "application/json");
  request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
  request.body = "grant_type=password&username=" + form_value(step.credential.user) +
                 "&password=" + form_value(password);
  request.tls = step.tls;
  request.max_body = limits::token_answer_bytes;
  return request;
}

HttpExchange logout_request(const HttpExchange& step, const std::string& token) {
  HttpExchange request{.url = step.credential.logout_url, .method = "POST"};
  request.headers = step.headers;
  std::erase_if(request.headers,
                [](const auto& header) { return is_header(header.first, "Content-Type"); });
  request.headers.emplace_back("Authorization", "Bearer " + token);
  request.tls = step.tls;
  request.max_body = 1;
  return request;
}

std::string take_token(HttpResult& answer, std::string_view password) {
  constexpr int ok = 200;
  const Json body = Json::parse(answer.body, nullptr, false);
  answer.headers.clear();
  answer.body.clear();
  if (!answer.failure.empty()) return "";
  std::string wrong;
  if (answer.status != ok) {
    wrong = refusal(body, answer.status, password);
  } else if (answer.body_cut || !body.is_object()) {
    wrong = "the answer is no complete JSON object";
  } else if (!is_header(text_at(body, "token_type"), "bearer")) {
    wrong = "token_type is not bearer";
  } else if (std::string token = text_at(body, "access_token"); is_bearer_token(token)) {
    return token;
  } else {
    wrong = "no usable access_token in the answer";
  }
  answer.failure = reasons::token_refused;
  answer.failure_detail = std::move(wrong);
  return "";
}

void strike_out(HttpResult& result, std::string_view token) {
  constexpr std::string_view mark = "***";
  const auto clean = [&](std::string& text) {
    for (std::size_t at = text.find(token); at != std::string::npos;
         at = text.find(token, at + mark.size())) {
      text.replace(at, token.size(), mark);
    }
  };
  clean(result.body);
  clean(result.url);
  clean(result.failure_detail);  // a redirect's target
  for (auto& [name, value] : result.headers) clean(value);
}

}  // namespace ght::io
