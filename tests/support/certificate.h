// Certificates made on the spot, for tests of TLS.
#pragma once

#include <cstdint>
#include <string>

namespace ght::test {

struct Certificate {
  std::string pem;  // the certificate
  std::string key;  // its private key, PEM
};
struct CertificateSpec {
  std::string common_name = "localhost";
  std::string alternative_names = "DNS:localhost,IP:127.0.0.1";  // OpenSSL's subjectAltName syntax
  std::int64_t not_before = -3600;                               // seconds from now
  std::int64_t not_after = 86400;
  bool authority = false;
  int rsa_bits = 0;  // 0: a key on the curve P-256
};
// Issued by `issuer`, or by itself when null.
Certificate make_certificate(const CertificateSpec& spec, const Certificate* issuer);

// The key as PEM that a passphrase protects.
std::string encrypted_key(const Certificate& certificate, std::string passphrase);

}  // namespace ght::test
