#include "agent/config/read_web.h"

#include <algorithm>
#include <set>

#include "agent/config/address.h"
#include "agent/config/expectation.h"
#include "agent/config/read_check.h"
#include "agent/core/limits.h"

namespace ght::config {
namespace {

constexpr std::string_view whole = "/web";

std::optional<ClientAuth> client_auth(std::string_view name) {
  if (name == "NoClientCert") return ClientAuth::none;
  if (name == "RequestClientCert") return ClientAuth::request;
  if (name == "RequireAnyClientCert") return ClientAuth::require_any;
  if (name == "VerifyClientCertIfGiven") return ClientAuth::verify_if_given;
  if (name == "RequireAndVerifyClientCert") return ClientAuth::require_and_verify;
  return std::nullopt;
}

bool verifies(ClientAuth auth) {
  return auth == ClientAuth::verify_if_given || auth == ClientAuth::require_and_verify;
}

template <class T>
T value_or_empty(const Settings& keys, std::string_view key) {
  const T* value = keys.find<T>(key);
  return value == nullptr ? T() : *value;
}

void judge_client_auth(const Node& node, const TlsServerConfig& tls, const std::string& type,
                       Problems& problems) {
  const std::string pointer = pointer_to(whole, "tls_server_config");
  const Spot ca = spot_of(node, pointer, "client_ca_file");
  if (verifies(tls.client_auth) && node.find("client_ca_file") == nullptr) {
    const Spot spot = spot_of(node, pointer, "client_auth_type");
    problems.error(spot.offset, spot.pointer,
                   quoted(type) + " verifies certificates: expected the key \"client_ca_file\"");
  } else if (tls.client_auth == ClientAuth::none && !tls.client_ca_file.empty()) {
    problems.error(ca.offset, ca.pointer,
                   "no client is asked for a certificate: expected the key \"client_auth_type\", "
                   "such as \"RequireAndVerifyClientCert\"");
  } else if (!verifies(tls.client_auth) && !tls.client_ca_file.empty()) {
    problems.warning(ca.offset, ca.pointer,
                     "not looked at: " + quoted(type) + " takes certificates of any issuer");
  }
}

TlsServerConfig read_tls(const Node& node, const Settings& keys, Problems& problems) {
  const auto type = value_or_empty<std::string>(keys, "client_auth_type");
  TlsServerConfig tls{.cert_file = value_or_empty<std::string>(keys, "cert_file"),
                      .key_file = value_or_empty<std::string>(keys, "key_file"),
                      .client_auth = client_auth(type).value_or(ClientAuth::none),
                      .client_ca_file = value_or_empty<std::string>(keys, "client_ca_file"),
                      .only_tls13 = value_or_empty<std::string>(keys, "min_version") == "TLS13"};
  if (client_auth(type)) judge_client_auth(node, tls, type, problems);
  return tls;
}

// The cost of "$2y$10$..." with its 53 characters of salt and hash; absent: no such hash.
std::optional<int> bcrypt_cost(std::string_view hash) {
  constexpr std::size_t length = 60;
  constexpr std::size_t head = 7;
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto letter = [&](char c) {
    return digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '.' || c == '/';
  };
  const bool shaped = hash.size() == length && hash.starts_with("$2") &&
                      (hash[2] == 'a' || hash[2] == 'b' || hash[2] == 'y') && hash[3] == '$' &&
                      digit(hash[4]) && digit(hash[5]) && hash[6] == '$' &&
                      std::ranges::all_of(hash.substr(head), letter);
  if (!shaped) return std::nullopt;
  return (hash[4] - '0') * 10 + (hash[5] - '0');
}

void judge_user(const Node& node, const std::string& pointer, Problems& problems) {
  constexpr int lowest = 4;  // of bcrypt itself
  constexpr int weak = 10;
  constexpr int highest = 14;  // over a second; each step doubles it
  if (node.key.contains(':') || node.key.size() > limits::password_bytes / 2) {
    problems.error(node.key_offset, pointer,
                   "expected a user name of at most 128 bytes without \":\"");
  }
  const std::optional<int> cost = bcrypt_cost(node.text);
  if (!cost) {
    problems.error(node.offset, pointer,
                   "expected a bcrypt hash, as `htpasswd -nB USER` makes it (\"$2y$...\", 60 "
                   "characters); found something else, which is not shown here");
  } else if (*cost < lowest || *cost > highest) {
    problems.error(node.offset, pointer,
                   "expected a bcrypt hash of cost 4 to 14, found " + std::to_string(*cost));
  } else if (*cost < weak) {
    problems.warning(node.offset, pointer,
                     "a bcrypt hash of cost " + std::to_string(*cost) +
                         " is quickly guessed: 10 or more (`htpasswd -nBC 10 USER`)");
  }
}

void judge_users(const Node& node, Problems& problems) {
  const std::string pointer = pointer_to(whole, "basic_auth_users");
  if (node.children.empty() || node.children.size() > limits::web_users) {
    problems.error(node.offset, pointer,
                   "expected 1 to " + std::to_string(limits::web_users) + " users, found " +
                       std::to_string(node.children.size()));
  }
  for (const Node& user : node.children) {
    // What is no text has been told already.
    if (user.kind == Node::Kind::text) judge_user(user, pointer_to(pointer, user.key), problems);
  }
}

void judge_open_paths(const Node& list, const WebConfig& web, Problems& problems) {
  const std::string pointer = pointer_to(whole, "auth_excluded_paths");
  for (std::size_t i = 0; i < web.open_paths.size(); ++i) {
    const std::string& path = web.open_paths[i];
    const std::size_t star = path.find('*');
    const bool stars =
        star == std::string::npos || (path.ends_with("/*") && star + 1 == path.size());
    if (path.starts_with('/') && !path.contains('?') && stars) continue;
    problems.error(
        list.children[i].offset, pointer_to(pointer, i),
        "expected a path such as \"/-/healthy\" or \"/runbooks/*\", found " + quoted(path));
  }
  if (!web.open_paths.empty() && !web.authenticates()) {
    problems.warning(list.offset, pointer,
                     "without effect: neither passwords nor client certificates are asked for");
  }
}

void judge_reporters(const Node& list, const WebConfig& web, Problems& problems) {
  for (std::size_t i = 0; i < web.backup_reporters.size(); ++i) {
    if (web.users.contains(web.backup_reporters[i])) continue;
    problems.error(
        list.children[i].offset, pointer_to(pointer_to(whole, "backup_reporters"), i),
        "expected a user of \"basic_auth_users\", found " + quoted(web.backup_reporters[i]));
  }
}

void judge_listen(const Node& list, const WebConfig& web, Problems& problems) {
  std::set<std::string, std::less<>> seen;
  for (std::size_t i = 0; i < web.listen.size(); ++i) {
    const std::string& text = web.listen[i];
    const std::size_t offset = list.children[i].offset;
    const std::string pointer = pointer_to(pointer_to(whole, "listen"), i);
    const auto address = parse_listen_address(text);
    if (!address) {
      problems.error(offset, pointer,
                     "expected a numeric address and a port such as \"127.0.0.1:19787\" or "
                     "\"[::1]:19787\", found " +
                         quoted(text));
      continue;
    }
    if (!address->loopback && !web.authenticates()) {
      problems.warning(offset, pointer,
                       quoted(text) + " can be reached from the network, without authentication");
    } else if (!address->loopback && !web.tls) {
      problems.warning(offset, pointer,
                       quoted(text) +
                           " can be reached from the network: without "
                           "\"tls_server_config\" passwords cross it in clear text");
    }
    if (!address->any_port && !seen.insert(text).second) {
      problems.error(offset, pointer, quoted(text) + " is listed twice");
    }
  }
}

}  // namespace

WebConfig read_web(const Node* node, const Settings& keys, Problems& problems) {
  WebConfig web{
      .listen = value_or_empty<std::vector<std::string>>(keys, "listen"),
      .tls = std::nullopt,
      .users = value_or_empty<std::map<std::string, std::string>>(keys, "basic_auth_users"),
      .open_paths = value_or_empty<std::vector<std::string>>(keys, "auth_excluded_paths"),
      .backup_reporters = value_or_empty<std::vector<std::string>>(keys, "backup_reporters")};
  if (node == nullptr) return web;
  const Node* tls = node->find("tls_server_config");
  const auto* tls_keys = keys.find<Settings>("tls_server_config");
  if (tls != nullptr && tls_keys != nullptr) web.tls = read_tls(*tls, *tls_keys, problems);
  const Node* users = node->find("basic_auth_users");
  if (users != nullptr && users->kind == Node::Kind::object) judge_users(*users, problems);
  if (const Node* list = node->find("auth_excluded_paths")) {
    judge_open_paths(*list, web, problems);
  }
  if (const Node* list = node->find("backup_reporters")) judge_reporters(*list, web, problems);
  if (const Node* list = node->find("listen")) judge_listen(*list, web, problems);
  return web;
}

}  // namespace ght::config
