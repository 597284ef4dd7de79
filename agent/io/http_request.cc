#include "agent/io/http_request.h"

#include <algorithm>
#include <array>

namespace ght::io {

bool is_header(std::string_view name, std::string_view wanted) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::ranges::equal(name, wanted, {}, lower, lower);
}

namespace {

bool given(const HttpExchange& step, std::string_view name) {
  return std::ranges::any_of(step.headers,
                             [&](const auto& header) { return is_header(header.first, name); });
}

void add(std::string& text, std::string_view name, std::string_view value) {
  text.append(name).append(": ").append(value).append("\r\n");
}

template <std::size_t N>
bool one_of(std::string_view name, const std::array<std::string_view, N>& names) {
  return std::ranges::any_of(names, [&](std::string_view known) { return is_header(name, known); });
}

}  // namespace

std::string request_text(const HttpExchange& step, const HttpUrl& url) {
  std::string text;
  text.reserve(256 + step.body.size());
  text.append(step.method).append(" ").append(url.target).append(" HTTP/1.1\r\n");
  if (!given(step, "Host")) add(text, "Host", url.authority);
  if (!given(step, "User-Agent")) add(text, "User-Agent", "ght-agent");
  if (!given(step, "Accept")) add(text, "Accept", "*/*");
  for (const auto& [name, value] : step.headers) add(text, name, value);
  if (!step.body.empty() || step.method == "POST") {
    add(text, "Content-Length", std::to_string(step.body.size()));
  }
  add(text, "Connection", "close");
  text.append("\r\n").append(step.body);
  return text;
}

void follow_redirect(HttpExchange& step, int status, const HttpUrl& from, const HttpUrl& to) {
  constexpr int moved = 301, found = 302, see_other = 303;
  constexpr auto harmless =
      std::to_array<std::string_view>({"Accept", "Accept-Language", "User-Agent"});
  constexpr auto of_body =
      std::to_array<std::string_view>({"Content-Type", "Content-Encoding", "Content-Language"});
  const bool to_get = (status == see_other && step.method != "HEAD") ||
                      ((status == moved || status == found) && step.method == "POST");
  if (to_get) {
    step.method = "GET";
    step.body.clear();
    std::erase_if(step.headers, [&](const auto& header) { return one_of(header.first, of_body); });
  }
  if (!same_server(from, to)) {
    std::erase_if(step.headers,
                  [&](const auto& header) { return !one_of(header.first, harmless); });
    step.tls.server_name.clear();
    step.tls.cert_file.clear();
    step.tls.key_file.clear();
  }
}

}  // namespace ght::io
