#include <gtest/gtest.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>

#include "agent/core/reasons.h"
#include "agent/io/dns_message.h"
#include "agent/io/local_server_test.h"
#include "tests/support/files.h"

namespace ght::io {
namespace {

using namespace std::chrono_literals;
using test::LocalDns;
using test::LocalServer;
using test::probe;
using test::Tcp;

DnsLookup ask(std::uint16_t port, const std::string& name, const std::string& type = "A") {
  return {.name = name, .type = type, .server = "127.0.0.1", .port = port};
}

TEST(DnsProbe, AsksOneServerAndReadsItsAnswer) {
  LocalDns dns({{"pacs.example", {.v4 = {"192.0.2.7", "192.0.2.3"}, .v6 = {"2001:db8::7"}}}});
  const DnsResult result = probe(ask(dns.port(), "pacs.example"));
  EXPECT_EQ(result.failure, "") << result.failure_detail;
  EXPECT_EQ(result.rcode, "NOERROR");
  EXPECT_EQ(result.answers, (std::vector<std::string>{"192.0.2.3", "192.0.2.7"}));
  EXPECT_EQ(result.address, "127.0.0.1:" + std::to_string(dns.port()));
  EXPECT_TRUE(result.phases.processing);
  EXPECT_EQ(probe(ask(dns.port(), "pacs.example", "AAAA")).answers,
            std::vector<std::string>{"2001:db8::7"});
}

TEST(DnsProbe, TellsTheKindsOfNoApart) {
  LocalDns dns({{"broken.example", {.rcode = 2}},
                {"silent.example", {.silent = true}},
                {"empty.example", {}}});
  EXPECT_EQ(probe(ask(dns.port(), "absent.example")).rcode, "NXDOMAIN");
  EXPECT_EQ(probe(ask(dns.port(), "broken.example")).rcode, "SERVFAIL");
  const DnsResult empty = probe(ask(dns.port(), "empty.example"));
  EXPECT_EQ(empty.rcode, "NOERROR");
  EXPECT_TRUE(empty.answers.empty());
  const int before = dns.questions();
  const DnsResult silent = probe(ask(dns.port(), "silent.example"), 600ms);
  EXPECT_EQ(silent.failure, reasons::dns_timeout);
  EXPECT_EQ(dns.questions() - before, 3) << "a lost packet is asked for again";
  EXPECT_EQ(probe(ask(test::closed_port(), "x.example")).failure, reasons::connect_refused);
}

TEST(DnsProbe, TheSystemsServerIsAskedWhenNoneIsNamed) {
  LocalDns dns({{"host.example", {.v4 = {"192.0.2.1"}}}});
  ght::test::TempDir folder;
  ProberOptions options;
  options.resolver.resolv_conf = folder.write("resolv.conf", "nameserver 127.0.0.1\n");
  DnsLookup step{.name = "host.example", .port = dns.port()};
  EXPECT_EQ(probe(step, 5s, options).answers, std::vector<std::string>{"192.0.2.1"});
}

// Over TCP a server answers with `bytes` after reading one question.
std::function<void(Tcp::socket&)> over_tcp(std::function<std::string(const std::string&)> answer) {
  return [answer](Tcp::socket& socket) {
    boost::system::error_code error;
    std::string question(2, '\0');
    boost::asio::read(socket, boost::asio::buffer(question), error);
    const auto size = static_cast<std::size_t>(static_cast<unsigned char>(question[0]) << 8U |
                                               static_cast<unsigned char>(question[1]));
    question.assign(size, '\0');
    boost::asio::read(socket, boost::asio::buffer(question), error);
    test::send_text(socket, answer(question));
  };
}

std::string framed(const std::string& bytes) {
  return std::string{static_cast<char>(bytes.size() >> 8U),
                     static_cast<char>(bytes.size() & 0xFFU)} +
         bytes;
}

// NXDOMAIN to whatever is asked; EDNS left out.
std::string no_such_name(std::string question) {
  question[2] = '\x81';
  question[3] = '\x83';
  question[11] = '\0';
  return question.substr(0, question.find('\0', 12) + 5);
}

TEST(DnsProbe, SpeaksTcp) {
  LocalServer server(
      over_tcp([](const std::string& question) { return framed(no_such_name(question)); }));
  DnsLookup step = ask(server.port(), "absent.example");
  step.tcp = true;
  const DnsResult result = probe(step);
  EXPECT_EQ(result.failure, "") << result.failure_detail;
  EXPECT_EQ(result.rcode, "NXDOMAIN");
}

TEST(DnsProbe, TcpThatEndsEarlyOrAnswersAnotherIsNoAnswer) {
  DnsLookup step = ask(0, "absent.example");
  step.tcp = true;
  LocalServer half(over_tcp(
      [](const std::string& question) { return framed(no_such_name(question)).substr(0, 20); }));
  step.port = half.port();
  EXPECT_EQ(probe(step).failure, reasons::connection_closed);
  LocalServer other(over_tcp([](std::string question) {
    question[0] = static_cast<char>(question[0] + 1);
    return framed(no_such_name(question));
  }));
  step.port = other.port();
  EXPECT_EQ(probe(step).failure, reasons::dns_error);
  LocalServer silent([](Tcp::socket& socket) { test::wait_for_close(socket); });
  step.port = silent.port();
  EXPECT_EQ(probe(step, 200ms).failure, reasons::dns_timeout);
}

}  // namespace
}  // namespace ght::io
