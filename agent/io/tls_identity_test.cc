#include "agent/io/tls_identity.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "agent/io/clock.h"
#include "tests/support/certificate.h"
#include "tests/support/files.h"

namespace ght::io {
namespace {

using test::Certificate;
using test::CertificateSpec;
using test::make_certificate;

struct TlsIdentityTest : ::testing::Test {
  void write(const CertificateSpec& spec) { write(make_certificate(spec, nullptr)); }
  void write(const Certificate& made) {
    config.cert_file = dir.write("cert.pem", made.pem);
    config.key_file = dir.write("key.pem", made.key);
    ::chmod(config.key_file.c_str(), 0640);
  }
  std::string error() {
    const auto loaded = load_tls_identity(config, false);
    return loaded.ok() ? "" : loaded.error().text();
  }

  test::TempDir dir;
  TlsServerConfig config;
};

TEST_F(TlsIdentityTest, AGoodPairIsLoadedAndDated) {
  write(CertificateSpec{});
  const auto loaded = load_tls_identity(config, false);
  ASSERT_TRUE(loaded.ok()) << loaded.error().text();
  EXPECT_NEAR(to_seconds(loaded.value()->not_after), to_seconds(wall_now()) + 86400, 60);
  EXPECT_TRUE(tls_file_warnings(config, wall_now()).empty());
}

TEST_F(TlsIdentityTest, AChainAndAnRsaKeyAreTaken) {
  CertificateSpec authority;
  authority.common_name = "Intermediate";
  authority.authority = true;
  const Certificate issuer = make_certificate(authority, nullptr);
  CertificateSpec spec;
  spec.rsa_bits = 2048;
  Certificate own = make_certificate(spec, &issuer);
  own.pem += issuer.pem;
  write(own);
  EXPECT_EQ(error(), "");
}

TEST_F(TlsIdentityTest, WhatIsWrongIsToldWithItsFileAndNeverWithItsContent) {
  write(CertificateSpec{});
  const TlsServerConfig good = config;
  config.cert_file = "/nowhere/cert.pem";
  EXPECT_EQ(error(), "/nowhere/cert.pem: cannot be read: No such file or directory");
  config = good;
  config.key_file = dir.path();
  EXPECT_EQ(error(), dir.path().string() + ": is not a regular file");

  config = good;
  dir.write("cert.pem", "no certificate\n");
  EXPECT_EQ(error(), good.cert_file + ": expected certificates in PEM: there is none in it");
  write(CertificateSpec{});
  const std::string whole = test::read_file(good.cert_file);
  dir.write("cert.pem", whole.substr(0, whole.size() / 2));
  EXPECT_TRUE(error().starts_with(good.cert_file + ": expected certificates in PEM: ")) << error();

  const Certificate made = make_certificate({}, nullptr);
  write(made);
  dir.write("key.pem", "s3cret");
  EXPECT_TRUE(error().starts_with(good.key_file + ": expected a private key in PEM: ")) << error();
  EXPECT_FALSE(error().contains("s3cret"));
  dir.write("key.pem", encrypted_key(made, "s3cret"));
  EXPECT_EQ(error(), good.key_file + ": the key is encrypted: expected one without passphrase");
  dir.write("key.pem", make_certificate({}, nullptr).key);
  EXPECT_EQ(error(), good.key_file + ": is not the key of the certificate in " + good.cert_file);
}

TEST_F(TlsIdentityTest, AWeakKeyIsRefused) {
  CertificateSpec spec;
  spec.rsa_bits = 1024;
  write(spec);
  EXPECT_EQ(error(), config.cert_file + ": cannot be used: ee key too small");
}

TEST_F(TlsIdentityTest, ClientAuthoritiesAreReadWhenTheyAreVerifiedAgainst) {
  write(CertificateSpec{});
  config.client_ca_file = "/nowhere/ca.pem";
  for (const ClientAuth auth : {ClientAuth::none, ClientAuth::request, ClientAuth::require_any}) {
    config.client_auth = auth;
    EXPECT_EQ(error(), "");
  }
  for (const ClientAuth auth : {ClientAuth::verify_if_given, ClientAuth::require_and_verify}) {
    config.client_auth = auth;
    EXPECT_EQ(error(), "/nowhere/ca.pem: cannot be read: No such file or directory");
  }
  config.client_ca_file = config.cert_file;
  EXPECT_EQ(error(), "");
}

TEST_F(TlsIdentityTest, UnwiseFilesAreWarnedOf) {
  CertificateSpec spec;
  spec.not_before = -7200;
  spec.not_after = -3600;
  write(spec);
  EXPECT_EQ(error(), "") << "an agent that collects is better than none";
  ::chmod(config.key_file.c_str(), 0644);
  const auto warnings = tls_file_warnings(config, wall_now());
  ASSERT_EQ(warnings.size(), 2U);
  EXPECT_EQ(warnings[0].key, "key_file");
  EXPECT_TRUE(warnings[0].message.contains("every user of this machine"));
  EXPECT_EQ(warnings[1].key, "cert_file");
  EXPECT_EQ(warnings[1].message, "the certificate has expired: clients will refuse it");
  spec.not_before = 3600;
  spec.not_after = 7200;
  write(spec);
  ASSERT_EQ(tls_file_warnings(config, wall_now()).size(), 1U);
  EXPECT_TRUE(tls_file_warnings(config, wall_now())[0].message.contains("not valid yet"));
}

}  // namespace
}  // namespace ght::io
