// The request of one hop, as bytes.
#pragma once

#include <string>
#include <string_view>

#include "agent/core/plan.h"
#include "agent/io/http_url.h"

namespace ght::io {

// HTTP/1.1 with Host, User-Agent, Accept, Connection: close and, where there is a body,
// Content-Length; `step.headers` win over the first three. Header names and values must be free of
// control characters (collectors check them).
std::string request_text(const HttpExchange& step, const HttpUrl& url);

// Header names compare without regard to case (ASCII).
bool is_header(std::string_view name, std::string_view wanted);

// What the next hop sends after a redirect `status` from `from` to `to`: 303 turns into GET, and
// so does 301 or 302 after POST (RFC 9110 15.4). To another server go only the headers that cannot
// carry a secret (Accept, Accept-Language, User-Agent), and no client certificate is shown.
void follow_redirect(HttpExchange& step, int status, const HttpUrl& from, const HttpUrl& to);

}  // namespace ght::io
