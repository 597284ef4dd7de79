#include "tests/support/certificate.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <atomic>
#include <memory>

namespace ght::test {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Cert = std::unique_ptr<X509, decltype(&X509_free)>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_ctrl(bio, BIO_CTRL_INFO, 0, &data);
  return {data, static_cast<std::size_t>(size)};
}

Bio bio_of(const std::string& text) {
  return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free};
}

Key make_key(const CertificateSpec& spec) {
  if (spec.rsa_bits > 0) {
    const auto bits = static_cast<std::size_t>(spec.rsa_bits);
    return {EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", bits), EVP_PKEY_free};
  }
  // What the macro EVP_EC_gen does, without its cast.
  std::string curve = "P-256";
  return {EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", curve.data()), EVP_PKEY_free};
}

void add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  ASSERT_NE(extension, nullptr) << value;
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

}  // namespace

Certificate make_certificate(const CertificateSpec& spec, const Certificate* issuer) {
  const Key key = make_key(spec);
  const Cert certificate(X509_new(), X509_free);
  Key issuer_key(nullptr, EVP_PKEY_free);
  Cert issuer_certificate(nullptr, X509_free);
  if (issuer != nullptr) {
    issuer_key.reset(PEM_read_bio_PrivateKey(bio_of(issuer->key).get(), nullptr, nullptr, nullptr));
    issuer_certificate.reset(
        PEM_read_bio_X509(bio_of(issuer->pem).get(), nullptr, nullptr, nullptr));
  }
  static std::atomic<long> serial = 1;
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial++);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), spec.not_before);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), spec.not_after);
  X509_set_pubkey(certificate.get(), key.get());
  std::string name = spec.common_name;
  X509_NAME_add_entry_by_NID(X509_get_subject_name(certificate.get()), NID_commonName,
                             MBSTRING_UTF8, reinterpret_cast<unsigned char*>(name.data()), -1, -1,
                             0);
  X509* signer = issuer == nullptr ? certificate.get() : issuer_certificate.get();
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(signer));
  add_extension(certificate.get(), signer, NID_basic_constraints,
                spec.authority ? "critical,CA:TRUE" : "CA:FALSE");
  if (!spec.authority) {
    add_extension(certificate.get(), signer, NID_subject_alt_name, spec.alternative_names);
  }
  X509_sign(certificate.get(), issuer == nullptr ? key.get() : issuer_key.get(), EVP_sha256());
  const Bio pem(BIO_new(BIO_s_mem()), BIO_free), key_pem(BIO_new(BIO_s_mem()), BIO_free);
  PEM_write_bio_X509(pem.get(), certificate.get());
  PEM_write_bio_PrivateKey(key_pem.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return {text_of(pem.get()), text_of(key_pem.get())};
}

std::string encrypted_key(const Certificate& certificate, std::string passphrase) {
  const Key key(PEM_read_bio_PrivateKey(bio_of(certificate.key).get(), nullptr, nullptr, nullptr),
                EVP_PKEY_free);
  const Bio out(BIO_new(BIO_s_mem()), BIO_free);
  PEM_write_bio_PrivateKey(out.get(), key.get(), EVP_aes_128_cbc(), nullptr, 0, nullptr,
                           passphrase.data());
  return text_of(out.get());
}

}  // namespace ght::test
