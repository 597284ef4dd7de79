// What a probe shows to prove who asks.
#pragma once

#include <string>

#include "agent/core/plan.h"
#include "agent/core/result.h"

namespace ght::io {

// The first line of the credential's file, at most limits::secret_bytes, without control
// characters. The error names the file and never shows its content.
Result<std::string> secret_of(const Credential& credential);

// The value of an Authorization header (RFC 7617, RFC 6750); empty for Kind::none, and for
// Kind::oauth2_password, which has to ask for its token first. Errors are those of secret_of.
Result<std::string> authorization(const Credential& credential);

}  // namespace ght::io
