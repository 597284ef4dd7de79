// What is read off an X.509 certificate.
#pragma once

#include <openssl/types.h>

#include <optional>

#include "agent/core/time.h"

namespace ght::io {

// Absent without a certificate, and when its date is none.
std::optional<WallTime> begin_of_validity(const X509* certificate);
std::optional<WallTime> end_of_validity(const X509* certificate);

}  // namespace ght::io
