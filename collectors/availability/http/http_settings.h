// The settings of an HTTP check, and the exchange that they ask for.
#pragma once

#include <array>
#include <string_view>

#include "agent/core/field.h"
#include "agent/core/plan.h"
#include "agent/core/result.h"
#include "collectors/availability/peer_settings.h"
#include "collectors/availability/web_settings.h"

namespace ght::collectors {

inline constexpr auto http_methods =
    std::to_array<std::string_view>({"GET", "HEAD", "OPTIONS", "POST"});

inline constexpr double body_bytes = 65536, text_bytes = 4096;
inline constexpr double regex_bytes = 1024, remaining_seconds = 366 * 86400.0;

inline constexpr auto request_fields = std::to_array<Field>({
    {.key = "method",
     .kind = FieldKind::choice,
     .fallback = "\"GET\"",
     .help = "HTTP method.",
     .choices = http_methods},
    {.key = "headers",
     .kind = FieldKind::text_map,
     .help = "Request headers beside Host, User-Agent, Accept and Connection."},
    {.key = "body",
     .kind = FieldKind::text,
     .min = 1,
     .max = body_bytes,
     .help = "Request body; only with the method POST."},
    {.key = "status",
     .kind = FieldKind::integer_list,
     .fallback = "[200]",
     .min = 200,
     .max = 599,
     .help = "Status codes that are good."},
    {.key = "status_classes",
     .kind = FieldKind::text_list,
     .min = 1,
     .max = 5,
     .help = "Whole classes of codes that are good beside `status`: \"2xx\" to \"5xx\"."},
    {.key = "body_contains",
     .kind = FieldKind::text,
     .min = 1,
     .max = text_bytes,
     .help = "Text that the first 256 KiB of the body must hold, byte for byte."},
    {.key = "body_not_contains",
     .kind = FieldKind::text,
     .min = 1,
     .max = text_bytes,
     .help = "Text that must not be there, such as that of an error page sent with status 200."},
    {.key = "body_regex",
     .kind = FieldKind::text,
     .min = 1,
     .max = regex_bytes,
     .help = "Regular expression (RE2) that must match somewhere in those 256 KiB."},
    {.key = "min_tls_remaining",
     .kind = FieldKind::duration,
     .min = 1,
     .max = remaining_seconds,
     .help = "How long the certificate must at least still be valid."},
    {.key = "follow_redirects",
     .kind = FieldKind::boolean,
     .fallback = "false",
     .help = "Follow up to 5 redirects; otherwise a redirect is the answer."},
});

inline constexpr auto http_settings =
    joined(url_fields, request_fields, access_fields, trust_fields, skip_verify_fields);

// The error names the setting and what was expected.
Result<HttpExchange> http_exchange(const Settings& given);

}  // namespace ght::collectors
