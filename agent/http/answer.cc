#include "agent/http/answer.h"

#include <boost/beast/http/status.hpp>
#include <utility>

namespace ght::http {
namespace {

// The pages have inline style and an empty icon (data:), nothing else: no script, no frame, no
// form.
constexpr std::string_view fixed_fields =
    "Server: ght-agent\r\n"
    "Cache-Control: no-store\r\n"
    "Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "X-Content-Type-Options: nosniff\r\n";

std::string_view connection_field(After after) {
  switch (after) {
    case After::keep_alive:
      return "";  // what HTTP/1.1 does when nothing is said
    case After::keep_alive_http_1_0:
      return "Connection: keep-alive\r\n";
    case After::close:
      break;
  }
  return "Connection: close\r\n";
}

}  // namespace

void write_header(std::string& out, const Reply& reply, After after) {
  const auto phrase =
      boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(reply.status));
  out = "HTTP/1.1 ";
  out += std::to_string(reply.status);
  out += ' ';
  out.append(phrase.data(), phrase.size());
  out += "\r\nContent-Type: ";
  out += reply.content_type;
  out += "\r\nContent-Length: ";
  out += std::to_string(reply.body->size());
  out += "\r\n";
  if (!reply.content_encoding.empty()) {
    out += "Content-Encoding: ";
    out += reply.content_encoding;
    out += "\r\n";
  }
  if (reply.status == 401)
    out += "WWW-Authenticate: Basic realm=\"ght-agent\", charset=\"UTF-8\"\r\n";
  if (reply.status == 405) {
    out += "Allow: ";
    out += reply.allow;
    out += "\r\n";
  }
  if (reply.status == 429) out += "Retry-After: 1\r\n";
  out += connection_field(after);
  out += fixed_fields;
  out += "\r\n";
}

Reply plain_reply(unsigned status, std::string text) {
  text += '\n';
  return Reply{.status = status,
               .content_type = "text/plain; charset=utf-8",
               .content_encoding = "",
               .body = std::make_shared<const std::string>(std::move(text))};
}

}  // namespace ght::http
