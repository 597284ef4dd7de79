#include "agent/io/tls_identity.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/stat.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "agent/core/limits.h"
#include "agent/io/certificate.h"
#include "agent/io/host.h"

namespace ght::io {
namespace {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Bio = std::unique_ptr<BIO, Freed<BIO_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
// What OpenSSL says of its last failure, without names of its functions and files.
std::string openssl_reason(const char* otherwise) {
  const unsigned long code = ERR_peek_last_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  ERR_clear_error();
  return reason == nullptr ? otherwise : reason;
}

// OpenSSL would ask the terminal for a passphrase.
int no_passphrase(char*, int, int, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

Bio memory_of(const std::string& text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

Result<std::vector<Certificate>> read_certificates(const std::string& path) {
  GHT_TRY(const std::string text, read_file(path, limits::tls_file_bytes));
  ERR_clear_error();
  const Bio bio = memory_of(text);
  std::vector<Certificate> all;
  while (X509* one = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) all.emplace_back(one);
  // At the end of the file there is no further one to begin with; all else is damage.
  const bool ended = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
  if (all.empty() || !ended) {
    const std::string reason = openssl_reason("no certificate in it");
    return Error{path, "expected certificates in PEM: " +
                           (ended ? std::string("there is none in it") : reason)};
  }
  ERR_clear_error();
  return all;
}

Result<Key> read_key(const std::string& path) {
  GHT_TRY(std::string text, read_file(path, limits::tls_file_bytes));
  ERR_clear_error();
  bool asked = false;
  Key key;
  {
    const Bio bio = memory_of(text);
    key.reset(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, &asked));
  }
  OPENSSL_cleanse(text.data(), text.size());
  if (key) return key;
  if (asked) {
    ERR_clear_error();
    return Error{path, "the key is encrypted: expected one without passphrase"};
  }
  return Error{path, "expected a private key in PEM: " + openssl_reason("there is none in it")};
}

Result<void> use_pair(SSL_CTX* context, const TlsServerConfig& config, TlsIdentity& identity) {
  GHT_TRY(const std::vector<Certificate> chain, read_certificates(config.cert_file));
  GHT_TRY(const Key key, read_key(config.key_file));
  if (SSL_CTX_use_certificate(context, chain.front().get()) != 1) {
    return Error{config.cert_file, "cannot be used: " + openssl_reason("refused by OpenSSL")};
  }
  for (std::size_t i = 1; i < chain.size(); ++i) {
    // SSL_CTX_add1_chain_cert is a macro with a C cast.
    if (SSL_CTX_ctrl(context, SSL_CTRL_CHAIN_CERT, 1, chain[i].get()) != 1) {
      return Error{config.cert_file,
                   "an issuer in it cannot be used: " + openssl_reason("refused by OpenSSL")};
    }
  }
  // Compared by us: SSL_CTX_use_PrivateKey would drop the certificate and accept the key.
  if (X509_check_private_key(chain.front().get(), key.get()) != 1) {
    ERR_clear_error();
    return Error{config.key_file, "is not the key of the certificate in " + config.cert_file};
  }
  if (SSL_CTX_use_PrivateKey(context, key.get()) != 1) {
    return Error{config.key_file, "cannot be used: " + openssl_reason("refused by OpenSSL")};
  }
  const auto end = end_of_validity(chain.front().get());
  if (!end) return Error{config.cert_file, "its end of validity is no date"};
  identity.not_after = *end;
  return {};
}

Result<void> use_client_cas(SSL_CTX* context, const std::string& path) {
  GHT_TRY(const std::vector<Certificate> authorities, read_certificates(path));
  for (const Certificate& one : authorities) {
    // Their names are told to clients, which choose their certificate by them.
    if (X509_STORE_add_cert(SSL_CTX_get_cert_store(context), one.get()) != 1 ||
        SSL_CTX_add_client_CA(context, one.get()) != 1) {
      return Error{path, "an authority in it cannot be used: " + openssl_reason("refused")};
    }
  }
  return {};
}

int anybody(int, X509_STORE_CTX*) {
  return 1;
}

Result<void> ask_clients(SSL_CTX* context, const TlsServerConfig& config, bool later) {
  constexpr int must = SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
  switch (config.client_auth) {
    case ClientAuth::none:
      SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nullptr);
      return {};
    case ClientAuth::request:
      SSL_CTX_set_verify(context, SSL_VERIFY_PEER, anybody);
      return {};
    case ClientAuth::require_any:
      SSL_CTX_set_verify(context, must, anybody);
      return {};
    case ClientAuth::verify_if_given:
      SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
      break;
    case ClientAuth::require_and_verify:
      SSL_CTX_set_verify(context, later ? SSL_VERIFY_PEER : must, nullptr);
      break;
  }
  return use_client_cas(context, config.client_ca_file);
}

// Of the protocols that a client offers, HTTP/1.1; a client that offers others only is refused.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* length,
                    const unsigned char* offered, unsigned offered_length, void*) {
  constexpr std::string_view wanted = "http/1.1";
  for (unsigned at = 0; at < offered_length; at += offered[at] + 1U) {
    if (offered[at] != wanted.size() || at + 1 + wanted.size() > offered_length) continue;
    if (!std::equal(wanted.begin(), wanted.end(), offered + at + 1)) continue;
    *chosen = offered + at + 1;
    *length = offered[at];
    return SSL_TLSEXT_ERR_OK;
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

bool settle(SSL_CTX* context, const TlsServerConfig& config) {
  SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  // An idle connection holds no buffers for records.
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_security_level(context, 2);  // no RSA under 2,048 bits, no SHA-1
  SSL_CTX_set_alpn_select_cb(context, choose_protocol, nullptr);
  const int lowest = config.only_tls13 ? TLS1_3_VERSION : TLS1_2_VERSION;
  return SSL_CTX_set_min_proto_version(context, lowest) == 1 &&
         SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20") == 1;
}

}  // namespace

Result<std::shared_ptr<const TlsIdentity>> load_tls_identity(const TlsServerConfig& config,
                                                             bool certificate_later) {
  ERR_clear_error();
  auto identity = std::make_shared<TlsIdentity>();
  identity->context.reset(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  SSL_CTX* context = identity->context.get();
  if (context == nullptr || !settle(context, config)) {
    return Error{"TLS", "cannot be set up: " + openssl_reason("OpenSSL refuses")};
  }
  GHT_TRY_VOID(use_pair(context, config, *identity));
  GHT_TRY_VOID(ask_clients(context, config, certificate_later));
  return std::shared_ptr<const TlsIdentity>(std::move(identity));
}

std::vector<TlsFileWarning> tls_file_warnings(const TlsServerConfig& config, WallTime now) {
  std::vector<TlsFileWarning> warnings;
  struct stat found{};
  if (::stat(config.key_file.c_str(), &found) == 0 && (found.st_mode & S_IRWXO) != 0) {
    warnings.push_back({"key_file",
                        "every user of this machine may read or write the private key: "
                        "chmod o= " +
                            config.key_file});
  }
  const Result<std::vector<Certificate>> chain = read_certificates(config.cert_file);
  if (!chain.ok()) return warnings;
  const X509* own = chain.value().front().get();
  const auto end = end_of_validity(own);
  if (end && *end <= now) {
    warnings.push_back({"cert_file", "the certificate has expired: clients will refuse it"});
  }
  const auto begin = begin_of_validity(own);
  if (begin && *begin > now) {
    warnings.push_back({"cert_file", "the certificate is not valid yet: clients will refuse it"});
  }
  return warnings;
}

}  // namespace ght::io
