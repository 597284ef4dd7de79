#include "agent/io/dns_message.h"

#include <ares.h>
#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netinet/in.h>
#include <resolv.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <memory>
#include <optional>
#include <utility>

namespace ght::io {
namespace {

constexpr std::size_t header_bytes = 12;
// What passes everywhere without fragments (DNS flag day 2020).
constexpr int edns_bytes = 1232;

struct NamedType {
  std::string_view name;
  std::uint16_t number;
};
constexpr std::array<NamedType, 9> types = {{{"A", ns_t_a},
                                             {"AAAA", ns_t_aaaa},
                                             {"CNAME", ns_t_cname},
                                             {"MX", ns_t_mx},
                                             {"NS", ns_t_ns},
                                             {"PTR", ns_t_ptr},
                                             {"SOA", ns_t_soa},
                                             {"SRV", ns_t_srv},
                                             {"TXT", ns_t_txt}}};

std::string rcode_name(unsigned code) {
  constexpr auto names = std::to_array<std::string_view>(
      {"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET",
       "NXRRSET", "NOTAUTH", "NOTZONE"});
  return code < names.size() ? std::string(names[code]) : "RCODE" + std::to_string(code);
}

std::string without_final_dot(std::string name) {
  if (name.size() > 1 && name.ends_with('.')) name.pop_back();
  return name;
}

bool same_name(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

// A name inside a record's data; nullopt when it is none.
std::optional<std::string> name_at(const ns_msg& message, const unsigned char* at,
                                   const unsigned char* end) {
  std::array<char, NS_MAXDNAME> text{};
  const int used =
      ::ns_name_uncompress(ns_msg_base(message), ns_msg_end(message), at, text.data(), text.size());
  if (used < 0 || at + used > end) return std::nullopt;
  return without_final_dot(text.data());
}

std::string address_text(int family, const unsigned char* bytes) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(family, bytes, text.data(), text.size());
  return text.data();
}

// RFC 1035 3.3.14: several strings, which belong together.
std::optional<std::string> text_record(const unsigned char* at, const unsigned char* end) {
  std::string text;
  while (at < end) {
    const std::size_t size = *at++;
    if (size > static_cast<std::size_t>(end - at)) return std::nullopt;
    text.append(reinterpret_cast<const char*>(at), size);
    at += size;
  }
  return text;
}

// "10 mx.example.org" of `numbers` 16-bit numbers before a name.
std::optional<std::string> numbers_and_name(const ns_msg& message, const unsigned char* at,
                                            const unsigned char* end, std::size_t numbers) {
  if (static_cast<std::size_t>(end - at) < 2 * numbers) return std::nullopt;
  std::string text;
  for (std::size_t i = 0; i < numbers; ++i, at += 2) {
    text += std::to_string(ns_get16(at)) + " ";
  }
  const auto name = name_at(message, at, end);
  return name ? std::optional(text + *name) : std::nullopt;
}

// The primary server, the mailbox and the serial: what a monitoring compares.
std::optional<std::string> soa_record(const ns_msg& message, const unsigned char* at,
                                      const unsigned char* end) {
  std::string text;
  for (int i = 0; i < 2; ++i) {
    std::array<char, NS_MAXDNAME> name{};
    const int used = ::ns_name_uncompress(ns_msg_base(message), ns_msg_end(message), at,
                                          name.data(), name.size());
    if (used < 0 || at + used > end) return std::nullopt;
    text += without_final_dot(name.data()) + " ";
    at += used;
  }
  if (end - at < 4) return std::nullopt;
  return text + std::to_string(ns_get32(at));
}

std::optional<std::string> record_text(const ns_msg& message, const ns_rr& record) {
  const unsigned char* const at = ns_rr_rdata(record);
  const unsigned char* const end = at + ns_rr_rdlen(record);
  switch (ns_rr_type(record)) {
    case ns_t_a:
      return end - at == 4 ? std::optional(address_text(AF_INET, at)) : std::nullopt;
    case ns_t_aaaa:
      return end - at == 16 ? std::optional(address_text(AF_INET6, at)) : std::nullopt;
    case ns_t_txt:
      return text_record(at, end);
    case ns_t_mx:
      return numbers_and_name(message, at, end, 1);
    case ns_t_srv:
      return numbers_and_name(message, at, end, 3);
    case ns_t_soa:
      return soa_record(message, at, end);
    default:
      return name_at(message, at, end);
  }
}

std::unexpected<DnsUnreadable> unreadable(std::string why) {
  return std::unexpected(DnsUnreadable{.foreign = false, .why = std::move(why)});
}

bool asks_the_same(ns_msg& message, const DnsQuestion& question) {
  ns_rr asked{};
  return ns_msg_getflag(message, ns_f_qr) == 1 && ns_msg_count(message, ns_s_qd) == 1 &&
         ::ns_parserr(&message, ns_s_qd, 0, &asked) == 0 &&
         ns_rr_type(asked) == dns_type(question.type) &&
         same_name(without_final_dot(ns_rr_name(asked)), without_final_dot(question.name));
}

}  // namespace

std::uint16_t dns_type(std::string_view name) {
  const auto found = std::ranges::find(types, name, &NamedType::name);
  return found == types.end() ? std::uint16_t{0} : found->number;
}

Result<std::string> dns_query(const DnsQuestion& question) {
  const std::uint16_t type = dns_type(question.type);
  if (type == 0) return Error{question.type, "is no type that can be asked for"};
  unsigned char* bytes = nullptr;
  int size = 0;
  const int status = ::ares_create_query(question.name.c_str(), ns_c_in, type, question.id, 1,
                                         &bytes, &size, edns_bytes);
  if (status != ARES_SUCCESS) return Error{question.name, ::ares_strerror(status)};
  const std::unique_ptr<unsigned char, void (*)(void*)> owned(bytes, ::ares_free_string);
  return std::string(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

std::expected<DnsReply, DnsUnreadable> dns_reply(const DnsQuestion& question,
                                                 std::string_view bytes) {
  const auto* const data = reinterpret_cast<const unsigned char*>(bytes.data());
  if (bytes.size() < header_bytes || bytes.size() > NS_MAXMSG) return unreadable("no DNS message");
  if (ns_get16(data) != question.id) {
    return std::unexpected(DnsUnreadable{.foreign = true, .why = "the answer to another question"});
  }
  ns_msg message{};
  if (::ns_initparse(data, static_cast<int>(bytes.size()), &message) != 0) {
    return unreadable("no DNS message");
  }
  DnsReply reply;
  reply.rcode = rcode_name(static_cast<unsigned>(ns_msg_getflag(message, ns_f_rcode)));
  reply.truncated = ns_msg_getflag(message, ns_f_tc) == 1;
  // FORMERR and NOTIMP may come without the question (RFC 6895 is silent, servers are not).
  const bool bare = ns_msg_count(message, ns_s_qd) == 0 && reply.rcode != "NOERROR";
  if (!bare && !asks_the_same(message, question)) {
    return std::unexpected(DnsUnreadable{.foreign = true, .why = "the answer to another question"});
  }
  for (int i = 0; i < ns_msg_count(message, ns_s_an); ++i) {
    ns_rr record{};
    if (::ns_parserr(&message, ns_s_an, i, &record) != 0)
      return unreadable("a record is cut short");
    if (ns_rr_type(record) != dns_type(question.type)) continue;  // a CNAME on the way
    const auto text = record_text(message, record);
    if (!text) return unreadable("a record of type " + question.type + " is malformed");
    reply.answers.push_back(*text);
  }
  std::ranges::sort(reply.answers);
  return reply;
}

}  // namespace ght::io
