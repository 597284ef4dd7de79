// Everything the agent can be asked to do to a host or a network, as data. This is a closed set:
// whoever must allow the agent on a server reads this header. No step writes, locks or changes
// anything on the host it looks at; a helper runs without a shell, in its own process group, with
// a fixed environment, an output cap and a deadline.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "agent/core/limits.h"

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

// One HTTP/1.1 exchange, redirects included. `url` is http or https without user information.
// The server certificate is verified against `ca_file` (PEM), or the system's CAs when empty.
struct HttpExchange {
  std::string url;
  std::string method = "GET";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::string ca_file;
  bool verify_certificate = true;
  int max_redirects = 0;                            // 0: a redirect is the answer
  std::size_t max_body = limits::probe_body_bytes;  // read further bytes are not kept
};

using Step = std::variant<RunHelper, HttpExchange>;
using Plan = std::vector<Step>;

}  // namespace ght
