// The certificate of a server: what is accepted, what is refused and why, and what is known of it
// all the same.
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <atomic>
#include <filesystem>

#include "agent/core/reasons.h"
#include "agent/io/clock.h"
#include "agent/io/local_server_test.h"
#include "agent/io/prober.h"
#include "agent/io/tls_trust.h"
#include "tests/support/files.h"

namespace ght::io {
namespace {

using namespace std::chrono_literals;
using ght::test::TempDir;
using test::answering_tls;
using test::Certificate;
using test::CertificateSpec;
using test::LocalServer;
using test::make_certificate;
using test::probe;
using test::serving_tls;
using test::Tcp;

constexpr const char* ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

CertificateSpec authority(const char* name) {
  CertificateSpec spec;
  spec.common_name = name;
  spec.authority = true;
  return spec;
}

class TlsProbe : public testing::Test {
 protected:
  TlsProbe() : ca_(make_certificate(authority("Test CA"), nullptr)) {
    ca_file_ = folder_.write("ca.pem", ca_.pem);
  }

  HttpExchange step(const LocalServer& server, const std::string& host = "localhost") {
    HttpExchange step;
    step.url = "https://" + host + ":" + std::to_string(server.port()) + "/";
    step.tls.ca_file = ca_file_;
    return step;
  }

  // What a probe says of a server that shows this certificate.
  HttpResult with(const CertificateSpec& spec, const std::string& host = "localhost") {
    LocalServer server(serving_tls(make_certificate(spec, &ca_), answering_tls(ok)));
    return probe(step(server, host));
  }

  TempDir folder_;
  Certificate ca_;
  std::string ca_file_;
};

TEST_F(TlsProbe, AcceptsAGoodCertificate) {
  const WallTime now = wall_now();
  const HttpResult result = with({});
  EXPECT_EQ(result.failure, "") << result.failure_detail;
  EXPECT_EQ(result.status, 200);
  EXPECT_EQ(result.body, "ok");
  EXPECT_EQ(result.tls_version, "TLSv1.3");
  EXPECT_GT(result.phases.tls.value_or(0ns), 0ns);
  EXPECT_TRUE(result.phases.resolve.has_value());
  ASSERT_TRUE(result.tls_not_after.has_value());
  EXPECT_NEAR(to_seconds(*result.tls_not_after), to_seconds(now) + 86400, 60);
}

TEST_F(TlsProbe, AcceptsACertificateForTheAddress) {
  EXPECT_EQ(with({}, "127.0.0.1").failure, "");
}

TEST_F(TlsProbe, AnExpiredCertificateIsRefusedAndDated) {
  CertificateSpec spec;
  spec.not_before = -7200;
  spec.not_after = -3600;
  const HttpResult result = with(spec);
  EXPECT_EQ(result.failure, reasons::tls_expired);
  ASSERT_TRUE(result.tls_not_after.has_value());
  EXPECT_NEAR(to_seconds(*result.tls_not_after), to_seconds(wall_now()) - 3600, 60);
  EXPECT_EQ(result.status, 0);
  EXPECT_FALSE(result.phases.tls.has_value());
}

TEST_F(TlsProbe, ACertificateOfTomorrowIsRefused) {
  CertificateSpec spec;
  spec.not_before = 3600;
  const HttpResult result = with(spec);
  EXPECT_EQ(result.failure, reasons::tls_not_yet_valid);
  EXPECT_TRUE(result.tls_not_after.has_value());
}

TEST_F(TlsProbe, ACertificateForAnotherNameIsRefused) {
  CertificateSpec spec;
  spec.alternative_names = "DNS:other.test,IP:192.0.2.1";
  const HttpResult by_name = with(spec);
  EXPECT_EQ(by_name.failure, reasons::tls_hostname);
  EXPECT_EQ(by_name.failure_detail, "localhost");
  EXPECT_TRUE(by_name.tls_not_after.has_value());
  EXPECT_EQ(with(spec, "127.0.0.1").failure, reasons::tls_hostname);
}

TEST_F(TlsProbe, AnUnknownIssuerIsRefused) {
  const Certificate stranger = make_certificate(authority("Another CA"), nullptr);
  LocalServer issued(serving_tls(make_certificate({}, &stranger), answering_tls(ok)));
  const HttpResult result = probe(step(issued));
  EXPECT_EQ(result.failure, reasons::tls_untrusted);
  EXPECT_EQ(result.failure_detail, "unable to get local issuer certificate (/CN=localhost)");
  EXPECT_TRUE(result.tls_not_after.has_value());
  LocalServer self_signed(serving_tls(make_certificate({}, nullptr), answering_tls(ok)));
  EXPECT_EQ(probe(step(self_signed)).failure, reasons::tls_untrusted);
  HttpExchange by_system = step(self_signed);
  by_system.tls.ca_file.clear();
  EXPECT_EQ(probe(by_system).failure, reasons::tls_untrusted);
}

TEST_F(TlsProbe, AnExpiredIntermediateIsNotTheServersOwnDate) {
  CertificateSpec old = authority("Old intermediate");
  old.not_before = -7200;
  old.not_after = -3600;
  const Certificate intermediate = make_certificate(old, &ca_);
  LocalServer server(
      serving_tls(make_certificate({}, &intermediate), answering_tls(ok), {}, intermediate.pem));
  const HttpResult result = probe(step(server));
  EXPECT_EQ(result.failure, reasons::tls_untrusted);
  EXPECT_EQ(result.failure_detail, "certificate has expired (/CN=Old intermediate)");
  ASSERT_TRUE(result.tls_not_after.has_value());
  EXPECT_GT(*result.tls_not_after, wall_now());
}

TEST_F(TlsProbe, WithoutVerificationTheDateIsKnownAllTheSame) {
  CertificateSpec spec;
  spec.not_before = -7200;
  spec.not_after = -3600;
  LocalServer server(serving_tls(make_certificate(spec, nullptr), answering_tls(ok)));
  HttpExchange insecure = step(server);
  insecure.tls.ca_file.clear();
  insecure.tls.verify = false;
  const HttpResult result = probe(insecure);
  EXPECT_EQ(result.failure, "") << result.failure_detail;
  EXPECT_EQ(result.status, 200);
  ASSERT_TRUE(result.tls_not_after.has_value());
  EXPECT_LT(*result.tls_not_after, wall_now());
}

TEST_F(TlsProbe, OldProtocolsAreRefused) {
  const auto only_old = [](boost::asio::ssl::context& context) {
    SSL_CTX_set_security_level(context.native_handle(), 0);
    SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context.native_handle(), TLS1_1_VERSION);
  };
  LocalServer server(serving_tls(make_certificate({}, &ca_), answering_tls(ok), only_old));
  EXPECT_EQ(probe(step(server)).failure, reasons::tls_handshake);
}

TEST_F(TlsProbe, WhatIsNotTlsIsAFailedHandshake) {
  LocalServer plain([](Tcp::socket& socket) {
    test::send_text(socket, "HTTP/1.1 400 Bad Request\r\n\r\n");
    test::wait_for_close(socket);
  });
  const HttpResult garbage = probe(step(plain));
  EXPECT_EQ(garbage.failure, reasons::tls_handshake);
  EXPECT_NE(garbage.failure_detail.find("wrong version number"), std::string::npos)
      << garbage.failure_detail;
  LocalServer closing([](Tcp::socket&) {});
  const HttpResult closed = probe(step(closing));
  EXPECT_EQ(closed.failure, reasons::tls_handshake);
  EXPECT_EQ(closed.failure_detail, "the server closed the connection");
  EXPECT_FALSE(closed.tls_not_after.has_value());
}

TEST_F(TlsProbe, ASilentHandshakeEndsAtTheDeadline) {
  LocalServer server([](Tcp::socket& socket) { test::wait_for_close(socket); });
  const HttpResult result = probe(step(server), 300ms);
  EXPECT_EQ(result.failure, reasons::tls_timeout);
  EXPECT_GE(result.elapsed, 300ms);
  EXPECT_LT(result.elapsed, 2s);
}

TEST_F(TlsProbe, ABodyThatEndsWithoutCloseNotifyIsCutOff) {
  const auto rude = [](test::ServerTlsStream& stream) {
    test::read_request(stream);
    const std::string text = "HTTP/1.1 200 OK\r\n\r\nperhaps only half";
    boost::system::error_code gone;
    stream.write_some(boost::asio::buffer(text), gone);
  };
  LocalServer server(serving_tls(make_certificate({}, &ca_), rude));
  EXPECT_EQ(probe(step(server)).failure, reasons::connection_closed);
}

TEST_F(TlsProbe, SendsTheNameButNeverAnAddress) {
  std::string name = "nothing yet";
  const auto note = [&](test::ServerTlsStream& stream) {
    const char* sent = SSL_get_servername(stream.native_handle(), TLSEXT_NAMETYPE_host_name);
    name = sent == nullptr ? "" : sent;
    answering_tls(ok)(stream);
  };
  LocalServer server(serving_tls(make_certificate({}, &ca_), note));
  EXPECT_EQ(probe(step(server)).status, 200);
  EXPECT_EQ(name, "localhost");
  EXPECT_EQ(probe(step(server, "127.0.0.1")).status, 200);
  EXPECT_EQ(name, "");
}

TEST_F(TlsProbe, EveryRunIsAFullHandshake) {
  std::atomic<int> resumed = 0;
  const auto count = [&](test::ServerTlsStream& stream) {
    resumed += SSL_session_reused(stream.native_handle());
    answering_tls(ok)(stream);
  };
  LocalServer server(serving_tls(make_certificate({}, &ca_), count));
  EXPECT_EQ(probe(step(server)).status, 200);
  EXPECT_EQ(probe(step(server)).status, 200);
  EXPECT_EQ(server.connections(), 2);
  EXPECT_EQ(resumed, 0);
}

TEST_F(TlsProbe, AnUnusableCaFileIsThisHostsTrouble) {
  LocalServer server(serving_tls(make_certificate({}, &ca_), answering_tls(ok)));
  HttpExchange missing = step(server);
  missing.tls.ca_file = folder_.file("absent.pem");
  const HttpResult absent = probe(missing);
  EXPECT_EQ(absent.failure, reasons::ca_file_unreadable);
  EXPECT_EQ(absent.failure_detail, missing.tls.ca_file + ": No such file or directory");
  HttpExchange empty = step(server);
  empty.tls.ca_file = folder_.write("empty.pem", "no certificate\n");
  const HttpResult none = probe(empty);
  EXPECT_EQ(none.failure, reasons::ca_file_unreadable);
  EXPECT_TRUE(none.failure_detail.starts_with(empty.tls.ca_file + ": expected PEM certificates"))
      << none.failure_detail;
  EXPECT_EQ(server.connections(), 0);
}

TEST_F(TlsProbe, ContextsAreSharedUntilTheirFileChanges) {
  TlsTrust trust({.system_directory = "", .ca_files = 2});
  const auto context = [&](const std::string& path) {
    const Result<TlsTrust::Context> got = trust.file(path);
    EXPECT_TRUE(got.ok()) << (got.ok() ? "" : got.error().text());
    return got.value();
  };
  const auto first = context(ca_file_);
  EXPECT_EQ(context(ca_file_), first);
  folder_.write("ca.pem", ca_.pem + "\n");
  const auto second = context(ca_file_);
  EXPECT_NE(second, first);
  context(folder_.write("b.pem", ca_.pem));
  context(folder_.write("c.pem", ca_.pem));
  EXPECT_NE(context(ca_file_), second) << "the one not used for longest made room";
  EXPECT_EQ(trust.system().value(), trust.system().value());
  EXPECT_EQ(trust.none().value(), trust.none().value());
}

TEST_F(TlsProbe, TheSystemsAuthoritiesAreFoundByHash) {
  const TempDir hashed;
  hashed.write("ca.pem", ca_.pem);
  const std::string command = "openssl rehash " + hashed.path().string();
  ASSERT_EQ(std::system(command.c_str()), 0);
  LocalServer server(serving_tls(make_certificate({}, &ca_), answering_tls(ok)));
  HttpExchange by_system = step(server);
  by_system.tls.ca_file.clear();
  ProberOptions options;
  options.trust.system_directory = hashed.path().string();
  const HttpResult result = probe(by_system, 10s, options);
  EXPECT_EQ(result.failure, "") << result.failure_detail;
  EXPECT_EQ(result.status, 200);
}

}  // namespace
}  // namespace ght::io
