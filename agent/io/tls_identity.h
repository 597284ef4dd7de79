// What the agent's own HTTPS server shows and demands in handshakes: certificate, key, client CAs.
#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>
#include <vector>

#include "agent/config/config.h"
#include "agent/core/result.h"
#include "agent/core/time.h"

namespace ght::io {

// One state of the files, loaded. A connection keeps the one that its handshake began with.
struct TlsIdentity {
  std::shared_ptr<SSL_CTX> context;
  WallTime not_after{};  // of the server's own certificate
};

// TLS 1.2 and later, ciphers with forward secrecy and authentication only, no renegotiation, no
// compression, no resumption (a session would outlive the authorities that vouched for it).
//
// `certificate_later`: some pages are for everybody; a handshake without certificate then succeeds
// although RequireAndVerifyClientCert is configured, and it is for the pages to refuse. A
// certificate that is shown is verified all the same.
//
// The Error names the file and says what is wrong with it, never what is in it.
Result<std::shared_ptr<const TlsIdentity>> load_tls_identity(const TlsServerConfig& config,
                                                             bool certificate_later);

// What is unwise about the files although they can be used: a key that others may read, a
// certificate that has expired or is not valid yet. Messages without the file's name.
struct TlsFileWarning {
  std::string key;  // of the configuration: "key_file"
  std::string message;
};
std::vector<TlsFileWarning> tls_file_warnings(const TlsServerConfig& config, WallTime now);

}  // namespace ght::io
