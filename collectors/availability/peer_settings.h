// Whom a probe talks to, and how that peer's certificate is judged: the settings that several
// collectors share, and what they mean to a step.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "agent/core/field.h"
#include "agent/core/plan.h"
#include "agent/core/result.h"

namespace ght::collectors {

inline constexpr double host_name_bytes = 253;  // RFC 1035, as text
inline constexpr double highest_port = 65535;

inline constexpr auto peer_fields = std::to_array<Field>({
    {.key = "host",
     .kind = FieldKind::text,
     .need = Need::required,
     .min = 1,
     .max = host_name_bytes,
     .help = "Name or address of the peer, an IPv6 address without brackets."},
    {.key = "port",
     .kind = FieldKind::integer,
     .need = Need::required,
     .min = 1,
     .max = highest_port,
     .help = "Its TCP port."},
});

// How a certificate is judged, for collectors that always speak TLS.
inline constexpr auto trust_fields = std::to_array<Field>({
    {.key = "ca_file",
     .kind = FieldKind::path,
     .help = "PEM file of the only authorities to trust; the system's when not given."},
    {.key = "server_name",
     .kind = FieldKind::text,
     .min = 1,
     .max = host_name_bytes,
     .help = "Name asked for and looked for in the certificate; the host when not given."},
    {.key = "cert_file",
     .kind = FieldKind::path,
     .help = "PEM file of the certificate and its issuers to show to a peer that asks for one; "
             "with key_file."},
    {.key = "key_file",
     .kind = FieldKind::path,
     .help = "PEM file of that certificate's private key, without passphrase."},
});

// Beside trust_fields, for collectors that speak TLS when asked to.
inline constexpr auto tls_fields = std::to_array<Field>({
    {.key = "tls",
     .kind = FieldKind::boolean,
     .fallback = "false",
     .help = "Speak TLS (1.2 or later) from the first byte on."},
    {.key = "insecure_skip_verify",
     .kind = FieldKind::boolean,
     .fallback = "false",
     .help = "Accept any certificate: proves nothing about who answers."},
});

// One table out of several.
template <std::size_t... Sizes>
consteval auto joined(const std::array<Field, Sizes>&... tables) {
  std::array<Field, (Sizes + ...)> all;
  auto end = all.begin();
  ((end = std::copy(tables.begin(), tables.end(), end)), ...);
  return all;
}

struct Peer {
  std::string host;
  std::uint16_t port = 0;
};

// Reads peer_fields.
Result<Peer> peer_of(const Settings& given);

// Reads trust_fields, and insecure_skip_verify where the collector has it.
Result<TlsClient> tls_client_of(const Settings& given);

// Reads trust_fields and tls_fields. Nothing when TLS is not asked for.
Result<std::optional<TlsClient>> optional_tls_of(const Settings& given);

}  // namespace ght::collectors
