#include "agent/io/tls_keeper.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/certificate.h"
#include "tests/support/files.h"

namespace ght::io {
namespace {

using test::Certificate;
using test::make_certificate;

struct TlsKeeperTest : ::testing::Test {
  TlsKeeperTest() { write(make_certificate({}, nullptr)); }
  void write(const Certificate& made) {
    config.cert_file = put("cert.pem", made.pem);
    config.key_file = put("key.pem", made.key);
  }
  // As tools do it: another file takes the name.
  std::string put(const std::string& name, const std::string& content) {
    std::filesystem::rename(dir.write(name + ".new", content), dir.file(name));
    return dir.file(name);
  }

  test::TempDir dir;
  TlsServerConfig config;
  TlsKeeper keeper;
};

TEST_F(TlsKeeperTest, WithoutTlsThereIsNothing) {
  ASSERT_TRUE(keeper.use(std::nullopt, false).ok());
  keeper.look();
  keeper.reload();
  EXPECT_EQ(keeper.identity(), nullptr);
  EXPECT_EQ(keeper.error(), "");
}

TEST_F(TlsKeeperTest, FilesThatDoNotChangeAreReadOnce) {
  ASSERT_TRUE(keeper.use(config, false).ok());
  const auto first = keeper.identity();
  ASSERT_NE(first, nullptr);
  for (int i = 0; i < 5; ++i) keeper.look();
  EXPECT_EQ(keeper.identity(), first);
  EXPECT_EQ(keeper.changes(), 1U);
}

TEST_F(TlsKeeperTest, ANewPairIsTakenOnceItIsAtRest) {
  ASSERT_TRUE(keeper.use(config, false).ok());
  const auto first = keeper.identity();
  const Certificate next = make_certificate({}, nullptr);
  put("cert.pem", next.pem);
  keeper.look();
  put("key.pem", next.key);
  keeper.look();
  EXPECT_EQ(keeper.identity(), first);
  EXPECT_EQ(keeper.error(), "") << "half of a pair is not told as damage";
  keeper.look();
  EXPECT_NE(keeper.identity(), first);
  EXPECT_EQ(keeper.error(), "");
  EXPECT_EQ(keeper.changes(), 2U);
}

TEST_F(TlsKeeperTest, ABrokenPairKeepsTheOldOneAndIsToldOnce) {
  ASSERT_TRUE(keeper.use(config, false).ok());
  const auto first = keeper.identity();
  put("key.pem", make_certificate({}, nullptr).key);
  for (int i = 0; i < 5; ++i) keeper.look();
  EXPECT_EQ(keeper.identity(), first);
  EXPECT_EQ(keeper.error(),
            config.key_file + ": is not the key of the certificate in " + config.cert_file);
  EXPECT_EQ(keeper.changes(), 2U);
  std::filesystem::remove(config.cert_file);
  for (int i = 0; i < 5; ++i) keeper.look();
  EXPECT_EQ(keeper.identity(), first);
  EXPECT_TRUE(keeper.error().contains("No such file")) << keeper.error();
  write(make_certificate({}, nullptr));
  for (int i = 0; i < 2; ++i) keeper.look();
  EXPECT_NE(keeper.identity(), first);
  EXPECT_EQ(keeper.error(), "");
}

TEST_F(TlsKeeperTest, AskedToItReadsAtOnce) {
  ASSERT_TRUE(keeper.use(config, false).ok());
  const auto first = keeper.identity();
  write(make_certificate({}, nullptr));
  keeper.reload();
  EXPECT_NE(keeper.identity(), first);
  for (int i = 0; i < 3; ++i) keeper.look();
  EXPECT_EQ(keeper.changes(), 2U);
}

TEST_F(TlsKeeperTest, TheClientsAuthoritiesAreWatchedToo) {
  config.client_auth = ClientAuth::require_and_verify;
  config.client_ca_file = put("ca.pem", make_certificate({}, nullptr).pem);
  ASSERT_TRUE(keeper.use(config, false).ok());
  const auto first = keeper.identity();
  put("ca.pem", make_certificate({}, nullptr).pem);
  for (int i = 0; i < 2; ++i) keeper.look();
  EXPECT_NE(keeper.identity(), first);
  put("ca.pem", "damage");
  for (int i = 0; i < 2; ++i) keeper.look();
  EXPECT_TRUE(keeper.error().starts_with(config.client_ca_file)) << keeper.error();
}

TEST_F(TlsKeeperTest, AnotherConfigurationIsTakenWholeOrNotAtAll) {
  ASSERT_TRUE(keeper.use(config, false).ok());
  const auto first = keeper.identity();
  TlsServerConfig other = config;
  other.key_file = "/nowhere/key.pem";
  EXPECT_FALSE(keeper.use(other, false).ok());
  EXPECT_EQ(keeper.identity(), first);
  EXPECT_EQ(keeper.error(), "");
  for (int i = 0; i < 3; ++i) keeper.look();
  EXPECT_EQ(keeper.identity(), first) << "the files of before are still the ones that are watched";
  ASSERT_TRUE(keeper.use(std::nullopt, false).ok());
  EXPECT_EQ(keeper.identity(), nullptr);
}

}  // namespace
}  // namespace ght::io
