// An OAuth 2.0 access token for a user's name and password (RFC 6749 4.3), as bytes: what is asked,
// and what the answer says. No socket.
#pragma once

#include <string>
#include <string_view>

#include "agent/core/evidence.h"
#include "agent/core/plan.h"

namespace ght::io {

// The request for a token that `step` needs: a form in the body, the step's headers and trust.
HttpExchange token_request(const HttpExchange& step, std::string_view password);

// The request that hands `token` back.
HttpExchange logout_request(const HttpExchange& step, const std::string& token);

// The bearer token in the answer. Empty when there is none; then `answer` has become the failure:
// token_refused with what the server called it (`error` of RFC 6749 5.2, or `errorCode`) when that
// is a plain word, else the status. Headers and body, which could hold a secret, are gone from
// `answer` in any case. A failure of the exchange itself is left as it is.
std::string take_token(HttpResult& answer, std::string_view password);

// Strikes the token out of an answer that repeats it.
void strike_out(HttpResult& result, std::string_view token);

}  // namespace ght::io
