#include "collectors/availability/tls/starttls.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace ght::collectors::starttls {
namespace {

using Heard = std::vector<std::string>;
using Kind = DialogTurn::Kind;

Standing next(Kind kind, std::string_view bytes = {}) {
  return {.turn = {.kind = kind, .bytes = std::string(bytes)}};
}

Standing ended(std::string_view trouble, std::string_view word) {
  return {.turn = {.kind = Kind::finish}, .trouble = trouble, .word = std::string(word)};
}

// Whatever stands behind the word that TLS may begin was said in the clear, by the peer or by
// somebody on the way. A client that keeps it takes it for what came under TLS (CVE-2011-0411,
// CVE-2021-23222).
Standing go_ahead(std::size_t reply_bytes, std::string_view heard) {
  if (heard.size() == reply_bytes) return next(Kind::start_tls);
  return ended(injection, heard.substr(reply_bytes));
}

// --- SMTP, RFC 5321 4.2 and RFC 3207

struct Reply {
  enum class State { incomplete, malformed, whole };
  State state = State::incomplete;
  std::string_view code;                // its three digits
  std::vector<std::string_view> lines;  // without code and line end
  std::string_view last_line;           // as it came, without its end
  std::size_t bytes = 0;
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

Reply read_reply(std::string_view heard) {
  Reply reply;
  for (;;) {
    const auto end = heard.find("\r\n", reply.bytes);
    if (end == std::string_view::npos) return reply;
    const std::string_view line = heard.substr(reply.bytes, end - reply.bytes);
    reply.last_line = line;
    reply.bytes = end + 2;
    const bool coded = line.size() >= 3 && std::ranges::all_of(line.substr(0, 3), is_digit) &&
                       (line.size() == 3 || line[3] == ' ' || line[3] == '-');
    if (!coded || (!reply.code.empty() && reply.code != line.substr(0, 3))) {
      reply.state = Reply::State::malformed;
      return reply;
    }
    reply.code = line.substr(0, 3);
    reply.lines.push_back(line.substr(std::min<std::size_t>(4, line.size())));
    if (line.size() == 3 || line[3] == ' ') {
      reply.state = Reply::State::whole;
      return reply;
    }
  }
}

// Nothing when the reply is whole and has the code that lets the dialog go on.
std::optional<Standing> not_yet(const Reply& reply, std::string_view wanted) {
  if (reply.state == Reply::State::incomplete) return next(Kind::listen);
  if (reply.state == Reply::State::malformed) return ended(malformed, reply.last_line);
  if (reply.code != wanted) return ended(refused, reply.last_line);
  return std::nullopt;
}

// Keywords are written in capitals and understood in any case (RFC 5321 2.4).
bool is_starttls(std::string_view keyword) {
  constexpr std::string_view name = "STARTTLS";
  return std::ranges::equal(keyword, name, [](char a, char b) {
    return (a >= 'a' && a <= 'z' ? static_cast<char>(a - 'a' + 'A') : a) == b;
  });
}

// The first line of an answer to EHLO is a greeting, each further one a keyword.
bool offers_starttls(const Reply& reply) {
  return std::any_of(reply.lines.begin() + 1, reply.lines.end(), is_starttls);
}

Standing smtp(const Heard& heard) {
  const Reply greeting = read_reply(heard[0]);
  if (auto wait = not_yet(greeting, "220")) return *std::move(wait);
  if (greeting.bytes < heard[0].size()) {
    return ended(malformed, std::string_view(heard[0]).substr(greeting.bytes));
  }
  if (heard.size() == 1) return next(Kind::say, "EHLO localhost\r\n");
  const Reply offer = read_reply(heard[1]);
  if (auto wait = not_yet(offer, "250")) return *std::move(wait);
  if (offer.bytes < heard[1].size()) {
    return ended(malformed, std::string_view(heard[1]).substr(offer.bytes));
  }
  if (!offers_starttls(offer)) return ended(not_offered, {});
  if (heard.size() == 2) return next(Kind::say, "STARTTLS\r\n");
  const Reply answer = read_reply(heard[2]);
  if (auto wait = not_yet(answer, "220")) return *std::move(wait);
  Standing begin = go_ahead(answer.bytes, heard[2]);
  if (heard.size() == 3 || !begin.trouble.empty()) return begin;
  // A server writes a warning for each client that goes without a word.
  return heard.size() == 4 ? next(Kind::say, "QUIT\r\n") : next(Kind::finish);
}

// --- LDAP, RFC 4511 4.12 and 4.14

// Reads the parts of a BER value one after the other. Lengths are definite (RFC 4511 5.1).
class Ber {
 public:
  explicit Ber(std::string_view bytes) : rest_(bytes) {}

  struct Part {
    unsigned char tag = 0;
    std::string_view content;
  };

  std::optional<Part> part() {
    constexpr std::size_t long_form = 0x80;
    constexpr std::size_t longest = 16 << 10;  // an answer here has a few dozen bytes
    cut_ = rest_.size() < 2;
    if (cut_) return std::nullopt;
    std::size_t length = byte(1);
    std::size_t head = 2;
    if (length >= long_form) {
      const std::size_t octets = length - long_form;
      if (octets == 0 || octets > 4) return std::nullopt;
      head += octets;
      cut_ = rest_.size() < head;
      if (cut_) return std::nullopt;
      length = 0;
      for (std::size_t i = 2; i < head; ++i) length = length << 8U | byte(i);
    }
    if (length > longest) return std::nullopt;
    cut_ = rest_.size() - head < length;
    if (cut_) return std::nullopt;
    const Part found{.tag = byte(0), .content = rest_.substr(head, length)};
    rest_.remove_prefix(head + length);
    return found;
  }

  // A number as message ids and result codes are: from 0 to 2^31 - 1.
  std::optional<std::uint32_t> number(unsigned char tag) {
    const auto found = part();
    if (!found || found->tag != tag) return std::nullopt;
    const std::string_view octets = found->content;
    if (octets.empty() || octets.size() > 4) return std::nullopt;
    if (static_cast<unsigned char>(octets.front()) >= 0x80) return std::nullopt;  // negative
    std::uint32_t value = 0;
    for (char octet : octets) value = value << 8U | static_cast<unsigned char>(octet);
    return value;
  }

  // The last part was not there because the bytes ended before it did.
  bool cut() const { return cut_; }
  std::size_t left() const { return rest_.size(); }

 private:
  unsigned char byte(std::size_t at) const { return static_cast<unsigned char>(rest_[at]); }

  std::string_view rest_;
  bool cut_ = false;
};

struct ExtendedResponse {
  std::uint32_t message = 0;
  std::uint32_t result = 0;
  std::string_view diagnostic;
};

std::optional<ExtendedResponse> extended_response(std::string_view content) {
  constexpr unsigned char integer = 0x02, octet_string = 0x04, enumerated = 0x0a, extended = 0x78;
  Ber message(content);
  const auto id = message.number(integer);
  const auto operation = id ? message.part() : std::nullopt;
  if (!operation || operation->tag != extended) return std::nullopt;
  Ber fields(operation->content);
  const auto result = fields.number(enumerated);
  const auto matched = result ? fields.part() : std::nullopt;
  const auto diagnostic = matched ? fields.part() : std::nullopt;
  if (!diagnostic || matched->tag != octet_string || diagnostic->tag != octet_string) {
    return std::nullopt;
  }
  return ExtendedResponse{*id, *result, diagnostic->content};
}

// LDAPMessage 1, ExtendedRequest "1.3.6.1.4.1.1466.20037".
constexpr std::string_view ldap_request(
    "\x30\x1d\x02\x01\x01\x77\x18\x80\x16"
    "1.3.6.1.4.1.1466.20037");
// LDAPMessage 2, UnbindRequest.
constexpr std::string_view ldap_unbind("\x30\x05\x02\x01\x02\x42\x00", 7);

Standing ldap(const Heard& heard) {
  constexpr unsigned char sequence = 0x30;
  constexpr std::uint32_t ours = 1;
  if (heard.size() == 1) return next(Kind::say, ldap_request);
  const std::string_view answer = heard[1];
  if (!answer.empty() && static_cast<unsigned char>(answer.front()) != sequence) {
    return ended(malformed, answer);
  }
  Ber whole(answer);
  const auto envelope = whole.part();
  if (!envelope && whole.cut()) return next(Kind::listen);
  const auto response = envelope ? extended_response(envelope->content) : std::nullopt;
  if (!response) return ended(malformed, "LDAPMessage");
  // A message of the number 0 is the server's farewell (RFC 4511 4.4.1).
  if (response->result != 0 || response->message == 0) {
    return ended(refused, "LDAP resultCode " + std::to_string(response->result) +
                              (response->diagnostic.empty() ? "" : ": ") +
                              std::string(response->diagnostic));
  }
  if (response->message != ours)
    return ended(malformed, "messageID " + std::to_string(response->message));
  Standing begin = go_ahead(answer.size() - whole.left(), answer);
  if (heard.size() == 2 || !begin.trouble.empty()) return begin;
  return heard.size() == 3 ? next(Kind::say, ldap_unbind) : next(Kind::finish);
}

// --- PostgreSQL, SSLRequest: length 8, code 80877103

constexpr std::string_view ssl_request("\x00\x00\x00\x08\x04\xd2\x16\x2f", 8);

Standing postgresql(const Heard& heard) {
  if (heard.size() == 1) return next(Kind::say, ssl_request);
  const std::string_view answer = heard[1];
  if (answer.empty()) return next(Kind::listen);
  // An error ('E') may come in place of both; its text is not under TLS and is not shown.
  if (answer.front() == 'N' || answer.front() == 'E') return ended(refused, answer.substr(0, 1));
  if (answer.front() != 'S') return ended(malformed, answer);
  const Standing begin = go_ahead(1, answer);
  return heard.size() == 2 || !begin.trouble.empty() ? begin : next(Kind::finish);
}

}  // namespace

Standing standing(std::string_view protocol, const std::vector<std::string>& heard) {
  if (heard.empty()) return next(Kind::listen);
  if (protocol == "smtp") return smtp(heard);
  if (protocol == "ldap") return ldap(heard);
  if (protocol == "postgresql") return postgresql(heard);
  return next(Kind::finish);  // TLS from the first byte on, and nothing to say in it
}

}  // namespace ght::collectors::starttls
