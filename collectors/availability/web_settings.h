// Which web service a probe asks, and what it shows to be let in: the settings that the collectors
// on HTTP share.
#pragma once

#include <array>

#include "agent/core/field.h"
#include "agent/core/plan.h"
#include "agent/core/result.h"

namespace ght::collectors {

inline constexpr double url_bytes = 2048, user_bytes = 256;

inline constexpr auto url_fields = std::to_array<Field>({
    {.key = "url",
     .kind = FieldKind::text,
     .need = Need::required,
     .min = 1,
     .max = url_bytes,
     .help = "What to ask for: an http or https URL without user information."},
});

inline constexpr auto access_fields = std::to_array<Field>({
    {.key = "basic_user",
     .kind = FieldKind::text,
     .min = 1,
     .max = user_bytes,
     .help = "User of HTTP basic authentication; with `password_file`."},
    {.key = "password_file",
     .kind = FieldKind::path,
     .help = "File whose first line is the password of `basic_user`."},
    {.key = "bearer_token_file",
     .kind = FieldKind::path,
     .help = "File whose first line is a bearer token (OAuth 2.0, JWT)."},
});

// Beside trust_fields of peer_settings.h, for collectors whose TLS is told by the URL.
inline constexpr auto skip_verify_fields = std::to_array<Field>({
    {.key = "insecure_skip_verify",
     .kind = FieldKind::boolean,
     .fallback = "false",
     .help = "Accept any certificate: proves nothing about who answers."},
});

// An http or https URL with a host and without user information. The error is about settings.url.
Result<void> check_web_url(const std::string& text);

// 401 or 403: the server is there, and did not let the agent see whether the service is.
bool is_refusal(int status);

// Reads url_fields, access_fields, trust_fields and skip_verify_fields, of which a collector may
// lack any but the first. The error names the setting and what was expected.
Result<HttpExchange> web_exchange(const Settings& given);

}  // namespace ght::collectors
