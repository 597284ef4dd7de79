#include "agent/io/resolver.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <fstream>

#include "agent/core/reasons.h"
#include "agent/io/clock.h"
#include "agent/io/local_server_test.h"
#include "agent/io/resolver_channel.h"
#include "tests/support/files.h"

namespace ght::io {
namespace {

using namespace std::chrono_literals;
using ght::test::TempDir;
using test::DnsEntry;
using test::LocalDns;

DnsEntry addresses(std::vector<std::string> v4, std::vector<std::string> v6 = {}) {
  DnsEntry entry;
  entry.v4 = std::move(v4);
  entry.v6 = std::move(v6);
  return entry;
}
DnsEntry with_rcode(int rcode) {
  DnsEntry entry;
  entry.rcode = rcode;
  return entry;
}
DnsEntry silent() {
  DnsEntry entry;
  entry.silent = true;
  return entry;
}

struct Answer {
  std::string addresses;  // separated by spaces
  std::string_view failure;
  std::string detail;
  Duration took{};
};

// A resolver of its own resolv.conf, on a loop of its own.
class ResolverTest : public testing::Test {
 protected:
  void servers(std::uint16_t port, const std::string& conf = "nameserver 127.0.0.1\n") {
    ResolverOptions options;
    options.resolv_conf = folder_.write("resolv.conf", conf);
    options.port = port;
    options.attempt_timeout = 100ms;
    resolver_ = std::make_unique<Resolver>(context_.get_executor(), options);
  }

  void start(const std::string& name, Answer& into, Duration deadline = 3s) {
    const MonoTime begin = mono_now();
    boost::asio::co_spawn(context_, resolver_->resolve(name, begin + deadline),
                          [&into, begin](const std::exception_ptr& thrown, Resolved resolved) {
                            EXPECT_EQ(thrown, nullptr);
                            into = {"", resolved.failure, resolved.detail, mono_now() - begin};
                            for (const auto& address : resolved.addresses) {
                              into.addresses += (into.addresses.empty() ? "" : " ");
                              into.addresses += address.to_string();
                            }
                          });
  }

  void run() {
    context_.restart();
    context_.run();
  }

  Answer resolve(const std::string& name, Duration deadline = 3s) {
    Answer answer;
    start(name, answer, deadline);
    run();
    return answer;
  }

  TempDir folder_;
  boost::asio::io_context context_{1};
  std::unique_ptr<Resolver> resolver_;
};

TEST_F(ResolverTest, AlternatesTheFamiliesIpv6First) {
  const LocalDns dns({{"dpi.test", addresses({"192.0.2.1", "192.0.2.2"}, {"2001:db8::1"})}});
  servers(dns.port());
  const Answer answer = resolve("dpi.test");
  EXPECT_EQ(answer.addresses, "2001:db8::1 192.0.2.1 192.0.2.2") << answer.detail;
  EXPECT_EQ(answer.failure, "");
}

TEST_F(ResolverTest, OneFamilyIsEnough) {
  const LocalDns dns(
      {{"four.test", addresses({"192.0.2.1"})}, {"six.test", addresses({}, {"2001:db8::1"})}});
  servers(dns.port());
  EXPECT_EQ(resolve("four.test").addresses, "192.0.2.1");
  EXPECT_EQ(resolve("six.test").addresses, "2001:db8::1");
}

TEST_F(ResolverTest, TellsTheFailuresApart) {
  const LocalDns dns({{"none.test", addresses({})},
                      {"servfail.test", with_rcode(2)},
                      {"refused.test", with_rcode(5)},
                      {"silent.test", silent()}});
  servers(dns.port());
  const auto failure = [&](const char* name) { return resolve(name, 1s).failure; };
  EXPECT_EQ(failure("absent.test"), reasons::dns_nxdomain);
  EXPECT_EQ(failure("none.test"), reasons::dns_no_address);
  EXPECT_EQ(failure("servfail.test"), reasons::dns_error);
  EXPECT_EQ(failure("refused.test"), reasons::dns_error);
  EXPECT_EQ(failure("silent.test"), reasons::dns_timeout);
  EXPECT_EQ(resolve("absent.test").detail, "absent.test");
  EXPECT_EQ(resolve("servfail.test").detail, "servfail.test: no name server gave a usable answer");
}

TEST_F(ResolverTest, AServerThatIsNotThereIsAnErrorNotAnAbsentName) {
  servers(test::closed_port());
  const Answer answer = resolve("dpi.test", 2s);
  EXPECT_TRUE(answer.failure == reasons::dns_error || answer.failure == reasons::dns_timeout)
      << answer.failure;
}

TEST_F(ResolverTest, ASilentNameEndsAtTheDeadlineAndDelaysNoOther) {
  const LocalDns dns({{"silent.test", silent()}, {"dpi.test", addresses({"192.0.2.1"})}});
  servers(dns.port());
  Answer silent_name, other, literal;
  start("silent.test", silent_name, 400ms);
  start("dpi.test", other);
  start("2001:db8::7", literal);
  run();
  EXPECT_EQ(silent_name.failure, reasons::dns_timeout);
  EXPECT_GE(silent_name.took, 400ms);
  EXPECT_LT(silent_name.took, 2s);
  EXPECT_EQ(other.addresses, "192.0.2.1");
  EXPECT_LT(other.took, silent_name.took);
  EXPECT_EQ(literal.addresses, "2001:db8::7");
  EXPECT_LT(literal.took, silent_name.took);
}

TEST_F(ResolverTest, LiteralsAndLocalhostAskNobody) {
  const LocalDns dns({});
  servers(dns.port());
  EXPECT_EQ(resolve("192.0.2.7").addresses, "192.0.2.7");
  const std::string local = resolve("localhost").addresses;
  EXPECT_NE((" " + local + " ").find(" 127.0.0.1 "), std::string::npos) << local;
  EXPECT_EQ(dns.questions(), 0);
}

TEST_F(ResolverTest, AFamilyThatIsNotAnsweredDelaysOnlyShortly) {
  DnsEntry half = addresses({"192.0.2.1"});
  half.silent_v6 = true;
  const LocalDns dns({{"half.test", half}});
  servers(dns.port());
  const Answer answer = resolve("half.test");
  EXPECT_EQ(answer.addresses, "192.0.2.1");
  EXPECT_LT(answer.took, 1s);
}

TEST_F(ResolverTest, TheNextServerStandsIn) {
  const LocalDns dead({{"dpi.test", silent()}});
  const LocalDns alive({{"dpi.test", addresses({"192.0.2.1"})}}, "127.0.0.2", dead.port());
  servers(dead.port(), "nameserver 127.0.0.1\nnameserver 127.0.0.2\n");
  EXPECT_EQ(resolve("dpi.test").addresses, "192.0.2.1");
  EXPECT_GE(dead.questions(), 1);
}

TEST_F(ResolverTest, AServerThatFailsIsNotTheLastWord) {
  const LocalDns failing({{"dpi.test", with_rcode(2)}});
  const LocalDns alive({{"dpi.test", addresses({"192.0.2.1"})}}, "127.0.0.2", failing.port());
  servers(failing.port(), "nameserver 127.0.0.1\nnameserver 127.0.0.2\n");
  EXPECT_EQ(resolve("dpi.test").addresses, "192.0.2.1");
}

TEST_F(ResolverTest, UsesSearchDomains) {
  const LocalDns dns({{"dpi.ch.test", addresses({"192.0.2.1"})}});
  servers(dns.port(), "nameserver 127.0.0.1\nsearch ch.test\n");
  EXPECT_EQ(resolve("dpi").addresses, "192.0.2.1");
}

TEST_F(ResolverTest, ReadsResolvConfAgainWhenItChanges) {
  const LocalDns before({{"dpi.test", addresses({"192.0.2.1"})}});
  const LocalDns after({{"dpi.test", addresses({"192.0.2.2"})}}, "127.0.0.2", before.port());
  servers(before.port());
  EXPECT_EQ(resolve("dpi.test").addresses, "192.0.2.1");
  folder_.write("resolv.conf", "nameserver 127.0.0.2\n# changed\n");
  EXPECT_EQ(resolve("dpi.test").addresses, "192.0.2.2");
}

TEST_F(ResolverTest, AChangeDoesNotLoseTheQuestionsUnderWay) {
  const LocalDns dns({{"silent.test", silent()}, {"dpi.test", addresses({"192.0.2.1"})}});
  servers(dns.port());
  Answer first, second;
  start("silent.test", first, 300ms);
  start("dpi.test", second);
  context_.restart();
  context_.run_one();
  folder_.write("resolv.conf", "nameserver 127.0.0.1\n# changed\n");
  run();
  EXPECT_EQ(first.failure, reasons::dns_timeout);
  EXPECT_EQ(second.addresses, "192.0.2.1");
}

TEST_F(ResolverTest, CanBeDestroyedWithQuestionsOpen) {
  const LocalDns dns({{"silent.test", silent()}});
  servers(dns.port());
  Answer answer;
  start("silent.test", answer, 100ms);
  run();  // the question was given up, c-ares still holds it
  EXPECT_EQ(answer.failure, reasons::dns_timeout);
  resolver_.reset();
  context_.restart();
  EXPECT_GE(context_.run(), 0U);
}

TEST_F(ResolverTest, ManyNamesAtOnce) {
  std::map<std::string, DnsEntry> names;
  constexpr int count = 200;
  for (int i = 0; i < count; ++i) {
    names["h" + std::to_string(i) + ".test"] = addresses({"192.0.2." + std::to_string(i)});
  }
  const LocalDns dns(names);
  servers(dns.port());
  std::vector<Answer> answers(count);
  for (int i = 0; i < count; ++i) {
    start("h" + std::to_string(i) + ".test", answers[static_cast<std::size_t>(i)]);
  }
  run();
  for (int i = 0; i < count; ++i) {
    EXPECT_EQ(answers[static_cast<std::size_t>(i)].addresses, "192.0.2." + std::to_string(i));
  }
}

}  // namespace
}  // namespace ght::io
