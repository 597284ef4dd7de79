#include "agent/io/credential.h"

#include <gtest/gtest.h>

#include "agent/core/limits.h"
#include "agent/core/reasons.h"
#include "agent/io/local_server_test.h"
#include "tests/support/files.h"

namespace ght::io {
namespace {

using ght::test::TempDir;

std::string error_of(const Credential& credential) {
  const auto made = authorization(credential);
  return made.ok() ? "" : made.error().text();
}

TEST(Credential, IsTheFirstLineOfItsFile) {
  TempDir folder;
  const std::string file = folder.write("secret", "open sesame\r\nnot this\n");
  EXPECT_EQ(authorization({}).value(), "");
  // RFC 7617 2
  const std::string aladdin = folder.write("aladdin", "open sesame");
  EXPECT_EQ(authorization({Credential::Kind::basic, "Aladdin", aladdin}).value(),
            "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  EXPECT_EQ(authorization({Credential::Kind::bearer, "", file}).value(), "Bearer open sesame");
}

TEST(Credential, WhatCannotBeUsedIsToldWithoutItsContent) {
  TempDir folder;
  Credential wanted{Credential::Kind::bearer, "", folder.file("absent")};
  EXPECT_EQ(error_of(wanted), wanted.secret_file + ": No such file or directory");
  wanted.secret_file = folder.write("empty", "\nsecond");
  EXPECT_EQ(error_of(wanted), wanted.secret_file + ": its first line is empty: expected a secret");
  wanted.secret_file = folder.write("long", std::string(limits::secret_bytes + 1, 's'));
  EXPECT_EQ(error_of(wanted), wanted.secret_file + ": expected at most 16384 bytes");
  wanted.secret_file = folder.write("most", std::string(limits::secret_bytes, 's') + "\n");
  EXPECT_EQ(error_of(wanted), "");
  wanted.secret_file = folder.write("control", "s3\tcret");
  EXPECT_EQ(error_of(wanted), wanted.secret_file + ": expected a line without control characters");
  wanted.secret_file = folder.path();
  EXPECT_TRUE(error_of(wanted).starts_with(wanted.secret_file + ": ")) << error_of(wanted);
}

TEST(Credential, GoesToItsServerOnly) {
  TempDir folder;
  std::string at_first, at_other;
  test::LocalServer other([&](test::Tcp::socket& socket) {
    at_other = test::read_request(socket);
    test::send_text(socket, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  });
  test::LocalServer first([&](test::Tcp::socket& socket) {
    at_first = test::read_request(socket);
    test::send_text(socket, "HTTP/1.1 302 Found\r\nLocation: " + other.url() + "\r\n\r\n");
  });
  HttpExchange step{.url = first.url(), .max_redirects = 1};
  step.credential = {Credential::Kind::bearer, "", folder.write("token", "t0ken")};
  const HttpResult result = test::probe(step);
  EXPECT_EQ(result.status, 200) << result.failure_detail;
  EXPECT_NE(at_first.find("Authorization: Bearer t0ken\r\n"), std::string::npos);
  EXPECT_EQ(at_other.find("t0ken"), std::string::npos);

  step.credential.secret_file = folder.file("absent");
  EXPECT_EQ(test::probe(step).failure, reasons::credential_unreadable);
}

}  // namespace
}  // namespace ght::io
