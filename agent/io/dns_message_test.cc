#include "agent/io/dns_message.h"

#include <gtest/gtest.h>

namespace ght::io {
namespace {

void put16(std::string& out, unsigned value) {
  out += static_cast<char>(value >> 8U);
  out += static_cast<char>(value & 0xFFU);
}

std::string wire_name(std::string_view name) {
  std::string out;
  while (!name.empty()) {
    const std::size_t dot = std::min(name.find('.'), name.size());
    out += static_cast<char>(dot);
    out += name.substr(0, dot);
    name.remove_prefix(std::min(dot + 1, name.size()));
  }
  return out + '\0';
}

struct Record {
  unsigned type;
  std::string data;
};

// A message as a server makes it; records are about the question's own name (a pointer to it).
std::string message(const DnsQuestion& question, unsigned flags,
                    const std::vector<Record>& records) {
  std::string out;
  put16(out, question.id);
  put16(out, flags);
  put16(out, 1);
  put16(out, static_cast<unsigned>(records.size()));
  out += std::string(4, '\0') + wire_name(question.name);
  put16(out, dns_type(question.type));
  put16(out, 1);
  for (const Record& record : records) {
    put16(out, 0xC00C);
    put16(out, record.type);
    put16(out, 1);
    out += std::string("\0\0\0\x3C", 4);
    put16(out, static_cast<unsigned>(record.data.size()));
    out += record.data;
  }
  return out;
}

constexpr unsigned answer_flags = 0x8180;

std::vector<std::string> answers(const std::string& type, const std::vector<Record>& records) {
  const DnsQuestion question{7, "example.org", type};
  const auto reply = dns_reply(question, message(question, answer_flags, records));
  EXPECT_TRUE(reply) << reply.error().why;
  return reply ? reply->answers : std::vector<std::string>{};
}

using Texts = std::vector<std::string>;

TEST(DnsMessage, AQueryNamesItsQuestionOnce) {
  const auto query = dns_query({0x1234, "example.org", "AAAA"});
  ASSERT_TRUE(query.ok()) << query.error().text();
  EXPECT_EQ(query.value().substr(0, 4), std::string("\x12\x34\x01\x00", 4));
  EXPECT_NE(query.value().find(wire_name("example.org") + std::string("\0\x1C\0\x01", 4)),
            std::string::npos);
  EXPECT_FALSE(dns_query({1, "example.org", "ANY"}).ok());
  EXPECT_FALSE(dns_query({1, std::string(64, 'a') + ".org", "A"}).ok());
}

TEST(DnsMessage, EveryTypeHasItsWords) {
  EXPECT_EQ(answers("A", {{1, "\xC0\x01\x02\x03"}, {1, std::string("\x0A\0\0\x01", 4)}}),
            (Texts{"10.0.0.1", "192.1.2.3"}));
  EXPECT_EQ(
      answers("AAAA", {{28, std::string("\x20\x01\x0d\xb8", 4) + std::string(11, '\0') + '\x01'}}),
      (Texts{"2001:db8::1"}));
  const std::string two_names = wire_name("ns.example.org") + wire_name("admin.example.org");
  EXPECT_EQ(answers("SOA", {{6, two_names + std::string("\0\0\x01\0", 4) + std::string(16, '\0')}}),
            (Texts{"ns.example.org admin.example.org 256"}));
  EXPECT_EQ(answers("MX", {{15, std::string("\0\x0A", 2) + wire_name("mx.example.org")}}),
            (Texts{"10 mx.example.org"}));
  EXPECT_EQ(
      answers("SRV", {{33, std::string("\0\0\0\x05\x01\x85", 6) + wire_name("dc1.example.org")}}),
      (Texts{"0 5 389 dc1.example.org"}));
  EXPECT_EQ(answers("TXT", {{16, "\x03v=s\x02pf"}}), (Texts{"v=spf"}));
  EXPECT_EQ(answers("CNAME", {{5, "\x03www\xC0\x0C"}}), (Texts{"www.example.org"}));
}

TEST(DnsMessage, ACnameOnTheWayIsNoAnswer) {
  EXPECT_EQ(answers("A", {{5, "\xC0\x0C"}, {1, "\x7F\x01\x01\x01"}}), (Texts{"127.1.1.1"}));
  EXPECT_EQ(answers("A", {{5, "\xC0\x0C"}}), Texts{});
}

TEST(DnsMessage, RcodesAndTruncationAreRead) {
  const DnsQuestion question{7, "example.org", "A"};
  const auto of = [&](unsigned flags) { return dns_reply(question, message(question, flags, {})); };
  EXPECT_EQ(of(0x8183)->rcode, "NXDOMAIN");
  EXPECT_EQ(of(0x8182)->rcode, "SERVFAIL");
  EXPECT_EQ(of(0x8185)->rcode, "REFUSED");
  EXPECT_EQ(of(0x818F)->rcode, "RCODE15");
  EXPECT_FALSE(of(0x8180)->truncated);
  EXPECT_TRUE(of(0x8380)->truncated);
}

TEST(DnsMessage, AnotherQuestionsAnswerIsForeign) {
  const DnsQuestion question{7, "example.org", "A"};
  const auto foreign = [&](const DnsQuestion& other, unsigned flags = answer_flags) {
    const auto reply = dns_reply(question, message(other, flags, {}));
    return !reply && reply.error().foreign;
  };
  EXPECT_TRUE(foreign({8, "example.org", "A"}));
  EXPECT_TRUE(foreign({7, "example.com", "A"}));
  EXPECT_TRUE(foreign({7, "example.org", "AAAA"}));
  EXPECT_TRUE(foreign(question, 0x0100)) << "a question is no answer";
  EXPECT_FALSE(foreign({7, "EXAMPLE.org", "A"})) << "0x20 is the same name";
}

TEST(DnsMessage, WhatIsCutIsNoAnswer) {
  const DnsQuestion question{7, "example.org", "MX"};
  const std::string whole = message(question, answer_flags,
                                    {{15, std::string("\0\x0A", 2) + wire_name("mx.example.org")}});
  EXPECT_TRUE(dns_reply(question, whole));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(dns_reply(question, whole.substr(0, size))) << size;
  }
}

TEST(DnsMessage, RecordsThatLieAboutTheirSizeAreMalformed) {
  const DnsQuestion question{7, "example.org", "A"};
  for (const auto& [type, data] :
       std::vector<std::pair<std::string, std::string>>{{"A", "\x01\x02\x03"},
                                                        {"AAAA", "\x01"},
                                                        {"MX", "\x01"},
                                                        {"TXT", "\x09xy"},
                                                        {"SRV", "\x01\x02\x03"},
                                                        {"CNAME", "\x20xy"},
                                                        {"SOA", "\x03xyz"}}) {
    const DnsQuestion asked{7, "example.org", type};
    const auto reply = dns_reply(asked, message(asked, answer_flags, {{dns_type(type), data}}));
    EXPECT_FALSE(reply) << type;
    EXPECT_FALSE(reply.error().foreign) << type;
  }
}

}  // namespace
}  // namespace ght::io
