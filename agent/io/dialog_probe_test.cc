// Dialogs with real servers on the loopback, well-behaved and not.
#include <gtest/gtest.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include "agent/core/limits.h"
#include "agent/core/reasons.h"
#include "agent/io/local_server_test.h"
#include "tests/support/files.h"

namespace ght::io {
namespace {

using namespace std::chrono_literals;
using ght::test::TempDir;
using test::Certificate;
using test::CertificateSpec;
using test::LocalServer;
using test::make_certificate;
using test::probe;
using test::send_text;
using test::Tcp;
using test::wait_for_close;

using Kind = DialogTurn::Kind;

bool has_line(const std::string& text) {
  return text.ends_with('\n');
}

// Greeting, a question, its answer: words[0] is the question.
DialogTurn ask_once(const std::vector<std::string>& words, const std::vector<std::string>& heard) {
  if (!has_line(heard.back())) return {Kind::listen};
  if (heard.size() == 1) return {Kind::say, words.at(0)};
  return {Kind::finish};
}

// As above, but over TLS from the greeting on.
DialogTurn ask_over_tls(const std::vector<std::string>& words,
                        const std::vector<std::string>& heard) {
  if (heard.size() == 1) return has_line(heard[0]) ? DialogTurn{Kind::start_tls} : DialogTurn{};
  if (heard.size() == 2) return {Kind::say, words.at(0)};
  return has_line(heard[2]) ? DialogTurn{Kind::finish} : DialogTurn{};
}

DialogTurn say_then_linger(const std::vector<std::string>&, const std::vector<std::string>& heard) {
  return heard.size() == 1 ? DialogTurn{Kind::say, "bye\n"} : DialogTurn{Kind::linger};
}

Dialog to(const LocalServer& server, DialogScript script = ask_once) {
  return {.host = "127.0.0.1", .port = server.port(), .script = script, .words = {"how?\n"}};
}

std::string read_line(Tcp::socket& socket) {
  std::string line;
  char c = 0;
  boost::system::error_code error;
  while (!has_line(line) && socket.read_some(boost::asio::buffer(&c, 1), error) == 1) line += c;
  return line;
}

TEST(Dialog, GoesTurnByTurn) {
  LocalServer server([](Tcp::socket& socket) {
    send_text(socket, "hello\n");
    const std::string question = read_line(socket);
    send_text(socket, "you ask ");
    send_text(socket, question);
  });
  const DialogResult result = probe(to(server));
  EXPECT_EQ(result.failure, "") << result.failure_detail;
  EXPECT_EQ(result.heard, (std::vector<std::string>{"hello\n", "you ask how?\n"}));
  EXPECT_EQ(result.address, "127.0.0.1:" + std::to_string(server.port()));
  EXPECT_TRUE(result.phases.connect && result.phases.processing && result.phases.transfer);
  EXPECT_FALSE(result.phases.resolve || result.phases.tls);
}

TEST(Dialog, AConnectionThatEndsEarlyIsAFailureAndWhatWasHeardIsKept) {
  LocalServer server([](Tcp::socket& socket) {
    send_text(socket, "hello\n");
    read_line(socket);
    send_text(socket, "half");
  });
  const DialogResult result = probe(to(server));
  EXPECT_EQ(result.failure, reasons::connection_closed);
  EXPECT_EQ(result.heard, (std::vector<std::string>{"hello\n", "half"}));
  EXPECT_TRUE(result.phases.processing);
  EXPECT_FALSE(result.phases.transfer);
}

TEST(Dialog, SilenceAndDripsEndAtTheDeadline) {
  LocalServer silent([](Tcp::socket& socket) { wait_for_close(socket); });
  const DialogResult none = probe(to(silent), 300ms);
  EXPECT_EQ(none.failure, reasons::answer_timeout);
  EXPECT_EQ(none.failure_detail, none.address);
  EXPECT_GE(none.elapsed, 300ms);
  LocalServer drips([](Tcp::socket& socket) {
    boost::asio::steady_timer drip(socket.get_executor());
    while (send_text(socket, "x")) {
      drip.expires_after(20ms);
      drip.wait();
    }
  });
  const DialogResult drip = probe(to(drips), 300ms);
  EXPECT_EQ(drip.failure, reasons::answer_timeout);
  EXPECT_LT(drip.heard.back().size(), 100U);
}

TEST(Dialog, AFloodEndsAtTheLimit) {
  LocalServer flood([](Tcp::socket& socket) {
    while (send_text(socket, std::string(8192, 'x'))) {
    }
  });
  const DialogResult result = probe(to(flood));
  EXPECT_EQ(result.failure, reasons::answer_limit);
  EXPECT_LE(result.heard.back().size(), limits::dialog_heard_bytes + 4096);
}

TEST(Dialog, AFarewellNeedNotCome) {
  LocalServer closes([](Tcp::socket& socket) { read_line(socket); });
  EXPECT_EQ(probe(to(closes, say_then_linger)).failure, "");
  LocalServer stays([](Tcp::socket& socket) { wait_for_close(socket); });
  EXPECT_EQ(probe(to(stays, say_then_linger), 200ms).failure, "");
}

TEST(Dialog, AScriptWithoutEndIsStopped) {
  LocalServer server([](Tcp::socket& socket) { wait_for_close(socket); });
  const auto chatter = [](const std::vector<std::string>&, const std::vector<std::string>&) {
    return DialogTurn{Kind::say, "x"};
  };
  const DialogResult result = probe(to(server, chatter));
  EXPECT_EQ(result.failure, reasons::probe_not_made);
  EXPECT_EQ(result.heard.size(), limits::dialog_turns + 1);
}

TEST(Dialog, NobodyThere) {
  Dialog step{.host = "127.0.0.1", .port = test::closed_port(), .script = ask_once};
  EXPECT_EQ(probe(step).failure, reasons::connect_refused);
}

class TlsDialog : public testing::Test {
 protected:
  TlsDialog() {
    CertificateSpec spec;
    spec.common_name = "Test CA";
    spec.authority = true;
    ca_ = make_certificate(spec, nullptr);
    trust_.ca_file = folder_.write("ca.pem", ca_.pem);
  }

  // Greets in the clear, then speaks TLS as this certificate.
  std::function<void(Tcp::socket&)> upgrading(
      const CertificateSpec& spec,
      const std::function<void(boost::asio::ssl::context&)>& configure = {}) {
    const auto secure = test::serving_tls(
        make_certificate(spec, &ca_),
        [](test::ServerTlsStream& stream) {
          std::array<char, 64> buffer{};
          boost::system::error_code error;
          stream.read_some(boost::asio::buffer(buffer), error);
          boost::asio::write(stream, boost::asio::buffer("fine\n", 5), error);
        },
        configure);
    return [secure](Tcp::socket& socket) {
      send_text(socket, "go ahead\n");
      secure(socket);
    };
  }

  DialogResult ask(const LocalServer& server) {
    Dialog step = to(server, ask_over_tls);
    step.host = "localhost";
    step.tls = trust_;
    return probe(step);
  }

  TempDir folder_;
  Certificate ca_;
  TlsClient trust_;
};

TEST_F(TlsDialog, GoesOverToTls) {
  LocalServer server(upgrading({}));
  const DialogResult result = ask(server);
  EXPECT_EQ(result.failure, "") << result.failure_detail;
  EXPECT_EQ(result.heard, (std::vector<std::string>{"go ahead\n", "", "fine\n"}));
  EXPECT_EQ(result.tls_version, "TLSv1.3");
  EXPECT_TRUE(result.tls_not_after && result.phases.tls);
}

TEST_F(TlsDialog, AnExpiredCertificateIsRefusedAndItsDateKnown) {
  LocalServer server(upgrading({.not_before = -7200, .not_after = -3600}));
  const DialogResult result = ask(server);
  EXPECT_EQ(result.failure, reasons::tls_expired);
  EXPECT_TRUE(result.tls_not_after);
}

TEST_F(TlsDialog, AnotherNameCanBeAskedFor) {
  LocalServer server(upgrading({.alternative_names = "DNS:ldap.example"}));
  EXPECT_EQ(ask(server).failure, reasons::tls_hostname);
  trust_.server_name = "ldap.example";
  EXPECT_EQ(ask(server).failure, "");
}

TEST_F(TlsDialog, AClientCertificateIsShown) {
  const Certificate own = make_certificate({.common_name = "ght-agent"}, &ca_);
  LocalServer server(upgrading({}, [this](boost::asio::ssl::context& context) {
    context.set_verify_mode(boost::asio::ssl::verify_peer |
                            boost::asio::ssl::verify_fail_if_no_peer_cert);
    context.add_certificate_authority(boost::asio::buffer(ca_.pem));
  }));
  EXPECT_NE(ask(server).failure, "");
  trust_.cert_file = folder_.write("own.pem", own.pem);
  trust_.key_file = folder_.write("own.key", own.key);
  const DialogResult shown = ask(server);
  EXPECT_EQ(shown.failure, "") << shown.failure_detail;
}

TEST_F(TlsDialog, AClientCertificateThatCannotBeUsedIsNotTheServersFault) {
  LocalServer server(upgrading({}));
  const Certificate own = make_certificate({}, &ca_);
  trust_.cert_file = folder_.write("own.pem", own.pem);
  trust_.key_file = folder_.file("absent.key");
  DialogResult result = ask(server);
  EXPECT_EQ(result.failure, reasons::credential_unreadable);
  EXPECT_EQ(result.failure_detail, trust_.key_file + ": No such file or directory");
  trust_.key_file = folder_.write("locked.key", test::encrypted_key(own, "s3cret"));
  EXPECT_EQ(ask(server).failure, reasons::credential_unreadable) << "and no terminal is asked";
  trust_.key_file = folder_.write("other.key", make_certificate({}, nullptr).key);
  result = ask(server);
  EXPECT_EQ(result.failure, reasons::credential_unreadable) << result.failure_detail;
}

}  // namespace
}  // namespace ght::io
