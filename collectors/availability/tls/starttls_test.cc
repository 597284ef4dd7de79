#include "collectors/availability/tls/starttls.h"

#include <gtest/gtest.h>

namespace ght::collectors::starttls {
namespace {

using Heard = std::vector<std::string>;
using Kind = DialogTurn::Kind;

std::string bytes(std::initializer_list<unsigned char> octets) {
  return {octets.begin(), octets.end()};
}

// What slapd 2.5 answers to StartTLS.
const std::string ldap_yes =
    bytes({0x30, 0x0c, 0x02, 0x01, 0x01, 0x78, 0x07, 0x0a, 0x01, 0x00, 0x04, 0x00, 0x04, 0x00});

const Heard smtp_yes = {"220-mx.example\r\n220 ESMTP\r\n",
                        "250-mx.example\r\n250-SIZE 1000\r\n250 starttls\r\n", "220 Go\r\n"};

// Every proper prefix of each answer is waited for, and never leads to a turn of ours.
void expect_patience(std::string_view protocol, const Heard& conversation, std::size_t first) {
  for (std::size_t turn = first; turn < conversation.size(); ++turn) {
    Heard heard(conversation.begin(), conversation.begin() + static_cast<std::ptrdiff_t>(turn + 1));
    for (std::size_t length = 0; length < conversation[turn].size(); ++length) {
      heard[turn] = conversation[turn].substr(0, length);
      EXPECT_EQ(standing(protocol, heard).turn.kind, Kind::listen) << protocol << length;
    }
  }
}

TEST(StartTls, NothingIsSaidBeforeOrInBareTls) {
  EXPECT_EQ(standing("none", {""}).turn.kind, Kind::finish);
  EXPECT_EQ(standing("none", {""}).trouble, "");
}

TEST(StartTls, SmtpAsRfc3207HasIt) {
  const Standing hello = standing("smtp", {smtp_yes[0]});
  EXPECT_EQ(hello.turn.kind, Kind::say);
  EXPECT_EQ(hello.turn.bytes, "EHLO localhost\r\n");
  EXPECT_EQ(standing("smtp", {smtp_yes[0], smtp_yes[1]}).turn.bytes, "STARTTLS\r\n");
  EXPECT_EQ(standing("smtp", smtp_yes).turn.kind, Kind::start_tls);
  Heard secure = smtp_yes;
  secure.emplace_back();
  EXPECT_EQ(standing("smtp", secure).turn.bytes, "QUIT\r\n");
  secure.emplace_back("221 Bye\r\n");
  EXPECT_EQ(standing("smtp", secure).turn.kind, Kind::finish);
  EXPECT_EQ(standing("smtp", secure).trouble, "");
  expect_patience("smtp", smtp_yes, 0);
}

TEST(StartTls, SmtpThatSaysNo) {
  Standing end = standing("smtp", {"554-no\r\n554 not you\r\n"});
  EXPECT_EQ(end.trouble, refused);
  EXPECT_EQ(end.word, "554 not you");
  EXPECT_EQ(standing("smtp", {smtp_yes[0], "502 what?\r\n"}).trouble, refused);
  // The greeting's own words are no keyword, nor is a keyword that begins alike.
  EXPECT_EQ(standing("smtp", {smtp_yes[0], "250 STARTTLS\r\n"}).trouble, not_offered);
  EXPECT_EQ(standing("smtp", {smtp_yes[0], "250-mx\r\n250 STARTTLSX\r\n"}).trouble, not_offered);
  end = standing("smtp", {smtp_yes[0], smtp_yes[1], "454 TLS not available\r\n"});
  EXPECT_EQ(end.trouble, refused);
  EXPECT_EQ(end.word, "454 TLS not available");
}

TEST(StartTls, SmtpThatIsNone) {
  for (const char* line : {"SSH-2.0-OpenSSH_9.2\r\n", "\r\n", "22\r\n", "220x\r\n", "2a0 x\r\n",
                           "220-a\r\n221 b\r\n", "220 a\r\n250 b\r\n"}) {
    const Standing end = standing("smtp", {line});
    EXPECT_EQ(end.turn.kind, Kind::finish) << line;
    EXPECT_EQ(end.trouble, malformed) << line;
  }
  EXPECT_EQ(standing("smtp", {smtp_yes[0], smtp_yes[1] + "250 x\r\n"}).trouble, malformed);
  EXPECT_EQ(standing("smtp", {"220\r\n"}).turn.kind, Kind::say) << "a code alone is a reply";
}

TEST(StartTls, NothingMayFollowTheGoAhead) {
  Standing end = standing("smtp", {smtp_yes[0], smtp_yes[1], "220 Go\r\n250 QUEUED\r\n"});
  EXPECT_EQ(end.turn.kind, Kind::finish);
  EXPECT_EQ(end.trouble, injection);
  EXPECT_EQ(end.word, "250 QUEUED\r\n");
  EXPECT_EQ(standing("ldap", {"", ldap_yes + "0"}).trouble, injection);
  EXPECT_EQ(standing("postgresql", {"", "SR"}).trouble, injection);
  // Also when it is looked at again afterwards.
  EXPECT_EQ(standing("postgresql", {"", "SR", ""}).trouble, injection);
  EXPECT_EQ(standing("ldap", {"", ldap_yes + "0", "", ""}).trouble, injection);
}

TEST(StartTls, LdapAsRfc4511HasIt) {
  const Standing ask = standing("ldap", {""});
  EXPECT_EQ(ask.turn.kind, Kind::say);
  EXPECT_EQ(ask.turn.bytes.size(), 31U);
  EXPECT_EQ(ask.turn.bytes.substr(9), "1.3.6.1.4.1.1466.20037");
  EXPECT_EQ(standing("ldap", {"", ldap_yes}).turn.kind, Kind::start_tls);
  EXPECT_EQ(standing("ldap", {"", ldap_yes, ""}).turn.bytes.size(), 7U);
  EXPECT_EQ(standing("ldap", {"", ldap_yes, "", ""}).turn.kind, Kind::finish);
  expect_patience("ldap", {"", ldap_yes}, 1);
  // Active Directory writes lengths in four octets, and the name of the operation.
  const std::string long_form =
      bytes({0x30, 0x84, 0,    0,    0,    0x28, 0x02, 0x01, 0x01, 0x78, 0x84, 0,
             0,    0,    0x1f, 0x0a, 0x01, 0x00, 0x04, 0x00, 0x04, 0x00, 0x8a, 0x16}) +
      "1.3.6.1.4.1.1466.20037";
  EXPECT_EQ(standing("ldap", {"", long_form}).turn.kind, Kind::start_tls);
  expect_patience("ldap", {"", long_form}, 1);
}

TEST(StartTls, LdapThatSaysNo) {
  const std::string no = bytes({0x30, 0x0e, 0x02, 0x01, 0x01, 0x78, 0x09, 0x0a, 0x01, 0x34, 0x04,
                                0x00, 0x04, 0x02, 'n', 'o'});
  Standing end = standing("ldap", {"", no});
  EXPECT_EQ(end.trouble, refused);
  EXPECT_EQ(end.word, "LDAP resultCode 52: no");
  std::string farewell = ldap_yes;
  farewell[4] = 0;
  EXPECT_EQ(standing("ldap", {"", farewell}).trouble, refused);
  std::string foreign = ldap_yes;
  foreign[4] = 2;
  EXPECT_EQ(standing("ldap", {"", foreign}).trouble, malformed);
}

TEST(StartTls, LdapWithinItsBounds) {
  const auto trouble = [](std::initializer_list<unsigned char> octets) {
    return standing("ldap", {"", bytes(octets)}).trouble;
  };
  EXPECT_EQ(standing("ldap", {"", "HTTP/1.1 400"}).trouble, malformed);
  EXPECT_EQ(trouble({0x30, 0x80}), malformed) << "no length";
  EXPECT_EQ(trouble({0x30, 0x85, 0, 0, 0, 0, 1}), malformed) << "five octets of length";
  EXPECT_EQ(trouble({0x30, 0x84, 0xff, 0xff, 0xff, 0xff}), malformed) << "4 GiB";
  EXPECT_EQ(trouble({0x30, 0x00}), malformed) << "empty";
  for (std::size_t at = 1; at < ldap_yes.size(); ++at) {
    for (int octet = 0; octet < 256; ++octet) {
      std::string spoilt = ldap_yes;
      spoilt[at] = static_cast<char>(octet);
      // The result is known by its one octet: whatever else changed, 0 stands where it stood.
      if (standing("ldap", {"", spoilt}).turn.kind != Kind::start_tls) continue;
      EXPECT_EQ(spoilt, ldap_yes) << "octet " << at << " = " << octet;
    }
  }
}

TEST(StartTls, PostgresqlAsItsProtocolHasIt) {
  EXPECT_EQ(standing("postgresql", {""}).turn.bytes, bytes({0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f}));
  EXPECT_EQ(standing("postgresql", {"", ""}).turn.kind, Kind::listen);
  EXPECT_EQ(standing("postgresql", {"", "S"}).turn.kind, Kind::start_tls);
  EXPECT_EQ(standing("postgresql", {"", "S", ""}).turn.kind, Kind::finish);
  EXPECT_EQ(standing("postgresql", {"", "N"}).trouble, refused);
  const Standing error = standing("postgresql", {"", "E\0\0\0\x10SFATAL"});
  EXPECT_EQ(error.trouble, refused);
  EXPECT_EQ(error.word, "E") << "plain text of an error is not shown";
  EXPECT_EQ(standing("postgresql", {"", "HTTP"}).trouble, malformed);
}

}  // namespace
}  // namespace ght::collectors::starttls
