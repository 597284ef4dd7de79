// Everything the agent can be asked to do to a host or a network, as data. This is a closed set:
// whoever must allow the agent on a server reads this header. No step writes, locks or changes
// anything on the host it looks at; a helper runs without a shell, in its own process group, with
// a fixed environment, an output cap and a deadline.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "agent/core/limits.h"
#include "agent/core/time.h"

namespace ght {

// Runs one program to its end. `program` without a slash is one of the agent's own helpers
// (libexec/ght-agent) or else a program of the fixed PATH /usr/sbin:/usr/bin:/sbin:/bin.
// The environment is LC_ALL=C, PATH, XDG_CACHE_HOME (a private directory) and `environment`.
// Secrets are named by file, never given as arguments or environment values.
//
// `privileged` (a check's own key, no collector's) has it run as root by a service of its own, only
// when root's allow-list /etc/ght-agent/privileged.conf names this very command for this check.
struct RunHelper {
  std::string program;
  std::vector<std::string> arguments = {};
  std::vector<std::pair<std::string, std::string>> environment = {};
  std::size_t max_output = limits::helper_output;
  bool privileged = false;
};

// How the peer's certificate is judged, and who we say we are. All files are PEM and read at the
// probe; one that cannot be used ends it as ca_file_unreadable or credential_unreadable.
struct TlsClient {
  std::string ca_file = {};  // the only authorities to trust; the system's when empty
  bool verify = true;
  std::string server_name = {};  // asked for (SNI) and verified; the host itself when empty
  std::string cert_file = {};    // chain to show to a peer that asks; with key_file, or neither
  std::string key_file = {};
};

// What proves who asks, by the file that holds it: its first line is the password or the token.
//
// oauth2_password (RFC 6749 4.3) asks for a token first: `user` and the password go as a form to
// `token_url`, with the exchange's own headers and trust, and no redirect is followed there. The
// token it answers is shown as a bearer token, and handed back at `logout_url`, if there is one,
// once the exchange is over, however that ends. Password and token live as long as the step:
// nothing of them reaches evidence, memory, a page or a log, and the next step asks anew. Without
// a token the exchange is not made: token_refused.
struct Credential {
  enum class Kind { none, basic, bearer, oauth2_password };
  Kind kind = Kind::none;
  std::string user = {};  // basic and oauth2_password
  std::string secret_file = {};
  std::string token_url = {};   // oauth2_password only, as is logout_url
  std::string logout_url = {};  // gets a POST with the token and no body
};

// One HTTP/1.1 exchange, redirects included. `url` is http or https without user information. The
// credential goes to the server of `url` only, wherever redirects lead. No proxy is ever used.
struct HttpExchange {
  std::string url;
  std::string method = "GET";
  std::vector<std::pair<std::string, std::string>> headers = {};
  std::string body = {};
  TlsClient tls = {};
  Credential credential = {};
  int max_redirects = 0;                            // 0: a redirect is the answer
  std::size_t max_body = limits::probe_body_bytes;  // read further bytes are not kept
};

// What a dialog does next: wait for more bytes, say something, go over to TLS, or hang up. Where
// all that matters was heard it may `linger` for a farewell, which need not come.
struct DialogTurn {
  enum class Kind { listen, linger, say, start_tls, finish };
  Kind kind = Kind::listen;
  std::string bytes = {};  // of `say`
};

// A protocol as a pure function of what was heard. `heard` has one text more than turns were taken
// (`say` and `start_tls`): heard.front() came before we did anything, heard.back() since our last
// turn. Asked at the start, after each turn and whenever more was heard. `words` are the dialog's.
using DialogScript = DialogTurn (*)(const std::vector<std::string>& words,
                                    const std::vector<std::string>& heard);

// One conversation over one TCP connection, at most limits::dialog_turns turns long. A peer that
// says more than limits::dialog_heard_bytes ends it as answer_limit.
struct Dialog {
  std::string host;  // name or address, no brackets
  std::uint16_t port = 0;
  bool tls_from_start = false;
  TlsClient tls = {};
  DialogScript script = nullptr;
  std::vector<std::string> words = {};  // what the script is about
};

enum class IpFamily { any, v4, v6 };

// ICMP echo requests (RFC 792, RFC 4443), `spacing` apart; each is waited for until the deadline
// of the run, or `patience`.
struct IcmpEcho {
  std::string host;
  IpFamily family = IpFamily::any;  // any: IPv6 first, IPv4 when that has no address
  int count = 3;
  Duration spacing{};
  Duration patience{};
  std::size_t payload_bytes = 56;
};

// One question to one name server, or to the system's. No search domain, no hosts file.
struct DnsLookup {
  std::string name;
  std::string type = "A";   // A, AAAA, CNAME, MX, NS, PTR, SOA, SRV or TXT
  std::string server = {};  // an IP address; the system's servers when empty
  std::uint16_t port = 53;
  bool tcp = false;
};

// Looks up what people and scripts told this agent about backups of these names: reported runs in
// its own state directory, restore tests in its own ledger. Nothing else of the host is read.
struct ReadRecords {
  std::vector<std::string> backups;
};

using Step = std::variant<RunHelper, HttpExchange, Dialog, IcmpEcho, DnsLookup, ReadRecords>;
using Plan = std::vector<Step>;

}  // namespace ght
