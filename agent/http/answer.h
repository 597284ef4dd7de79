// The header of an answer as bytes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "agent/http/server.h"

namespace ght::http {

// What the connection does after the answer, said in the Connection field.
enum class After { keep_alive, keep_alive_http_1_0, close };

// Replaces `out` (whose memory is used again) by status line and fields, the empty line included.
// Every answer carries the fields that keep a browser from storing, sniffing or executing it.
void write_header(std::string& out, const Reply& reply, After after);

// A short plain-text answer of the server's own.
Reply plain_reply(unsigned status, std::string text);

}  // namespace ght::http
