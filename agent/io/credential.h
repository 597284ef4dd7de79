// What a probe shows to prove who asks.
#pragma once

#include <string>

#include "agent/core/plan.h"
#include "agent/core/result.h"

namespace ght::io {

// The value of an Authorization header (RFC 7617, RFC 6750); empty for Kind::none. The secret is
// the file's first line, at most limits::secret_bytes, without control characters. The error names
// the file and never shows its content.
Result<std::string> authorization(const Credential& credential);

}  // namespace ght::io
