// What the server speaks over TLS, whom it refuses, and what it withstands.
#include <gtest/gtest.h>

#include <memory>
#include <mutex>
#include <vector>

#include "agent/http/tls_client_test.h"
#include "tests/support/poll.h"

namespace ght::http::test {
namespace {

using ght::test::eventually;
using Offer = TlsClient::Offer;

Handler pages() {
  auto big = std::make_shared<const std::string>(8 << 20, 'x');
  return [big](const Request& request) {
    if (request.path == "/big") return Reply{200, "text/plain", "", big};
    std::string text = std::string(request.path) + "|" + request.peer.to_string() + "|" +
                       (request.certified ? "certified" : "stranger");
    return Reply{200, "text/plain", "", std::make_shared<const std::string>(std::move(text))};
  };
}

struct TlsServerTest : ::testing::Test {
  void start(ServerLimits limits = {}, bool certificate_later = false) {
    server = std::make_unique<RunningServer>(pages(), limits);
    use(world.load(certificate_later));
  }
  void use(std::shared_ptr<const io::TlsIdentity> identity) {
    server->on_loop([&](Server& one) {
      one.use_tls(identity);
      one.on_refused_handshake([this](const std::string&, const std::string& reason) {
        const std::lock_guard lock(mutex);
        refusals.push_back(reason);
      });
    });
  }
  std::string refusal() {
    std::string last;
    EXPECT_TRUE(eventually([&] {
      const std::lock_guard lock(mutex);
      if (!refusals.empty()) last = refusals.back();
      refusals.clear();
      return !last.empty();
    }));
    return last;
  }
  unsigned status(const Offer& offer = {}) {
    TlsClient client(server->address, offer);
    return client.failure().empty() ? client.get("/") : 0;
  }

  TlsWorld world;
  std::mutex mutex;  // both are used by the server's thread, and outlive it
  std::vector<std::string> refusals;
  std::unique_ptr<RunningServer> server;
};

TEST_F(TlsServerTest, AnswersOneRequestAfterTheOtherAndSaysGoodbye) {
  start();
  TlsClient client(server->address, {});
  ASSERT_EQ(client.failure(), "");
  EXPECT_EQ(client.version(), "TLSv1.3");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(client.get("/a"), 200U);
  EXPECT_EQ(client.body, "/a|127.0.0.1|stranger");
  EXPECT_EQ(client.get("/", "Connection: close\r\n"), 200U);
  EXPECT_TRUE(client.ended_well());
  EXPECT_FALSE(client.resumable()) << "a session would outlive the authority that vouched for it";
}

TEST_F(TlsServerTest, LargeAnswersAndPipelinedRequestsAreWhole) {
  start();
  TlsClient client(server->address, {});
  std::string all;
  for (int i = 0; i < 200; ++i) {
    all += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
  }
  client.send(all);
  for (int i = 0; i < 200; ++i) {
    ASSERT_EQ(client.answer(), 200U);
    ASSERT_TRUE(client.body.starts_with("/" + std::to_string(i) + "|"));
  }
  EXPECT_EQ(client.get("/big"), 200U);
  EXPECT_EQ(client.body, std::string(8 << 20, 'x'));
}

TEST_F(TlsServerTest, SpeaksTls12And13WithForwardSecrecyOnly) {
  start();
  Offer old;
  old.highest = TLS1_2_VERSION;
  TlsClient client(server->address, old);
  EXPECT_EQ(client.version(), "TLSv1.2");
  EXPECT_TRUE(client.cipher().starts_with("ECDHE-")) << client.cipher();
  EXPECT_EQ(client.get("/"), 200U);
  EXPECT_FALSE(client.resumable());
  for (const char* weak : {"AES128-SHA", "AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-SHA",
                           "ECDHE-ECDSA-AES256-SHA384", "ALL:!ECDHE", "aNULL", "NULL"}) {
    Offer offer = old;
    offer.ciphers = weak;
    offer.ciphers += ":@SECLEVEL=0";
    EXPECT_EQ(status(offer), 0U) << weak;
    EXPECT_EQ(refusal(), "no shared cipher") << weak;
  }
}

TEST_F(TlsServerTest, RefusesOlderVersions) {
  start();
  for (const int version : {TLS1_VERSION, TLS1_1_VERSION}) {
    Offer offer{.lowest = version, .highest = version};
    offer.ciphers = "ALL:@SECLEVEL=0";
    EXPECT_EQ(status(offer), 0U) << version;
    EXPECT_EQ(refusal(), "unsupported protocol");
  }
  world.config.only_tls13 = true;
  use(world.load());
  EXPECT_EQ(status({.highest = TLS1_2_VERSION}), 0U);
  EXPECT_EQ(refusal(), "unsupported protocol");
  EXPECT_EQ(status(), 200U);
}

TEST_F(TlsServerTest, ChoosesHttp11OfWhatIsOffered) {
  start();
  Offer go;
  go.protocols = "\x02h2\x08http/1.1";
  EXPECT_EQ(status(go), 200U);
  go.protocols = "\x02h2";
  EXPECT_EQ(status(go), 0U);
  EXPECT_EQ(refusal(), "no application protocol");
}

TEST_F(TlsServerTest, DemandsACertificateOfItsAuthorities) {
  const Certificate stranger = make_certificate({}, nullptr);
  CertificateSpec old;
  old.not_before = -7200;
  old.not_after = -3600;
  const Certificate expired = make_certificate(old, &world.ca);
  world.config.client_auth = ClientAuth::require_and_verify;
  start();
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    Offer offer{.highest = version};
    EXPECT_EQ(status(offer), 0U);
    EXPECT_EQ(refusal(), "peer did not return a certificate");
    offer.own = &stranger;
    EXPECT_EQ(status(offer), 0U);
    EXPECT_TRUE(refusal().starts_with("certificate verify failed: ")) << version;
    offer.own = &expired;
    EXPECT_EQ(status(offer), 0U);
    EXPECT_EQ(refusal(), "certificate verify failed: certificate has expired");
    offer.own = &world.client;
    TlsClient client(server->address, offer);
    EXPECT_EQ(client.get("/"), 200U);
    EXPECT_EQ(client.body, "/|127.0.0.1|certified");
  }
}

TEST_F(TlsServerTest, TheOtherDemandsAreGosOwn) {
  const Certificate stranger = make_certificate({}, nullptr);
  struct Row {
    ClientAuth demand;
    unsigned none, strange, known;
  };
  for (const Row& row :
       {Row{ClientAuth::none, 200, 200, 200}, Row{ClientAuth::request, 200, 200, 200},
        Row{ClientAuth::require_any, 0, 200, 200}, Row{ClientAuth::verify_if_given, 200, 0, 200},
        Row{ClientAuth::require_and_verify, 0, 0, 200}}) {
    world.config.client_auth = row.demand;
    start();
    Offer offer;
    EXPECT_EQ(status(offer), row.none) << static_cast<int>(row.demand);
    offer.own = &stranger;
    EXPECT_EQ(status(offer), row.strange) << static_cast<int>(row.demand);
    offer.own = &world.client;
    TlsClient client(server->address, offer);
    EXPECT_EQ(client.get("/"), row.known);
    const bool verified =
        row.demand == ClientAuth::verify_if_given || row.demand == ClientAuth::require_and_verify;
    EXPECT_EQ(client.body.ends_with("|certified"), verified) << static_cast<int>(row.demand);
  }
}

TEST_F(TlsServerTest, WithOpenPagesAMissingCertificateIsForThePagesToRefuse) {
  world.config.client_auth = ClientAuth::require_and_verify;
  start({}, true);
  TlsClient client(server->address, {});
  EXPECT_EQ(client.get("/"), 200U);
  EXPECT_TRUE(client.body.ends_with("|stranger"));
  const Certificate stranger = make_certificate({}, nullptr);
  EXPECT_EQ(status({.own = &stranger}), 0U) << "a false one is still refused";
}

TEST_F(TlsServerTest, AnotherCertificateEndsConnectionsAfterTheirNextAnswer) {
  start();
  TlsClient client(server->address, {});
  EXPECT_EQ(client.get("/"), 200U);
  const Certificate next = make_certificate({}, &world.ca);
  world.dir.write("cert.pem", next.pem);
  world.dir.write("key.pem", next.key);
  use(world.load());
  EXPECT_EQ(client.get("/"), 200U);
  EXPECT_TRUE(client.header.contains("Connection: close"));
  EXPECT_TRUE(client.ended_well());
  EXPECT_EQ(status(), 200U);
  use(nullptr);
  EXPECT_EQ(server->get("/").status, 200U) << "plain HTTP when TLS is taken out";
}

TEST_F(TlsServerTest, PlainHttpIsToldSo) {
  start();
  const Answer answer = server->get("/metrics");
  EXPECT_EQ(answer.status, 400U);
  EXPECT_EQ(answer.body, "this address speaks TLS: ask with https://\n");
}

TEST_F(TlsServerTest, GarbageIsRefusedAndClosed) {
  start();
  const std::string hello("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11);
  for (const std::string& bytes : {std::string(5000, '\0'), std::string("\r\n\r\n\r\n"),
                                   std::string("SSH-2.0-OpenSSH_9.2\r\n"),
                                   hello + std::string(600, '\xff'), std::string(100000, '\x16')}) {
    Client client(server->address);
    client.connect().send(bytes);
    EXPECT_TRUE(client.closed()) << bytes.substr(0, 20);
    EXPECT_NE(refusal(), "");
  }
  EXPECT_EQ(status(), 200U);
}

TEST_F(TlsServerTest, AHandshakeThatTricklesEndsAtItsDeadline) {
  start({.handshake_deadline = 300ms});
  Client silent(server->address);
  EXPECT_TRUE(silent.connect().closed());
  Client slow(server->address);
  slow.connect();
  const std::string hello("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11);
  const auto begin = std::chrono::steady_clock::now();
  std::size_t sent = 0;
  ASSERT_TRUE(eventually([&] {
    if (sent < hello.size()) slow.send({&hello[sent++], 1});
    return slow.closed(10ms);
  }));
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 250ms);
  EXPECT_TRUE(eventually([&] { return status() == 200; }));
}

TEST_F(TlsServerTest, UnfinishedHandshakesKeepNobodyOut) {
  start({.connections = 16, .request_deadline = 1h, .idle_deadline = 1h, .handshake_deadline = 1h});
  TlsClient idle(server->address, {});
  EXPECT_EQ(idle.get("/"), 200U);
  std::vector<std::unique_ptr<Client>> slow;
  for (int i = 0; i < 100; ++i) {
    slow.push_back(std::make_unique<Client>(server->address));
    slow.back()->connect().send("\x16\x03\x01");
  }
  for (int i = 0; i < 10; ++i) ASSERT_EQ(status(), 200U);
  EXPECT_TRUE(eventually([&] {
    std::size_t open = 0;
    for (const auto& client : slow) open += client->closed(1ms) ? 0 : 1;
    return open <= 16;
  }));
}

TEST_F(TlsServerTest, AClientThatNeverReadsIsCutOffAndHarmsNobody) {
  start({.request_deadline = 500ms});
  TlsClient deaf(server->address, {});
  const int small = 4096;
  setsockopt(deaf.socket().native_handle(), SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
  for (int i = 0; i < 8; ++i) deaf.ask("/big");
  for (int i = 0; i < 10; ++i) EXPECT_EQ(status(), 200U);
  EXPECT_TRUE(eventually([&] { return deaf.answer() == 0; }));
}

// Every way in which a connection may vanish, at every moment of it: nothing may be used after it
// is gone, which is what the build with AddressSanitizer looks at.
TEST_F(TlsServerTest, ConnectionsVanishAtEveryMoment) {
  start({.request_deadline = 50ms, .idle_deadline = 50ms, .handshake_deadline = 50ms});
  for (int i = 0; i < 40; ++i) {
    Client started(server->address);
    started.connect().send(std::string("\x16\x03\x01\x02\x00\x01", 6));
    if (i % 2 == 0) started.socket().set_option(boost::asio::socket_base::linger(true, 0));
    TlsClient greeted(server->address, {});
    if (i % 2 == 0) greeted.socket().set_option(boost::asio::socket_base::linger(true, 0));
    TlsClient asking(server->address, {});
    asking.ask("/big");
    if (i % 3 == 0) asking.socket().set_option(boost::asio::socket_base::linger(true, 0));
    boost::system::error_code gone;  // the server may have been faster
    if (i % 3 == 1) asking.socket().shutdown(tcp::socket::shutdown_send, gone);
  }
  EXPECT_TRUE(eventually([&] { return status() == 200; }));
}

TEST_F(TlsServerTest, StopWaitsForNoHandshake) {
  start();
  TlsClient idle(server->address, {});
  EXPECT_EQ(idle.get("/"), 200U);
  Client greeting(server->address);
  greeting.connect().send("\x16");
  const auto begin = std::chrono::steady_clock::now();
  server->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
  EXPECT_TRUE(greeting.closed());
}

}  // namespace
}  // namespace ght::http::test
