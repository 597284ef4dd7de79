// Configuration: bytes in, a complete Config or every problem at once out. No I/O: the caller
// reads the file.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "agent/core/activity.h"
#include "agent/core/check.h"
#include "agent/core/maintenance.h"
#include "agent/core/service_hours.h"

namespace ght {

// How clients show who they are, in the words of Go's crypto/tls and Prometheus' exporter-toolkit.
enum class ClientAuth { none, request, require_any, verify_if_given, require_and_verify };

struct TlsServerConfig {
  std::string cert_file;  // PEM: the server's certificate, then its issuers
  std::string key_file;
  ClientAuth client_auth = ClientAuth::none;
  std::string client_ca_file;  // empty: none
  bool only_tls13 = false;

  bool operator==(const TlsServerConfig&) const = default;
};

struct WebConfig {
  std::vector<std::string> listen;  // "address:port", numeric address, "[::1]:19787" for IPv6
  std::optional<TlsServerConfig> tls;
  std::map<std::string, std::string> users;  // name to bcrypt hash; empty: no passwords
  // Paths that need neither password nor client certificate; "/x/*" is everything below "/x/".
  std::vector<std::string> open_paths;
  std::vector<std::string> backup_reporters;  // those of `users` whose reports are believed

  bool needs_certificate() const {
    return tls && tls->client_auth == ClientAuth::require_and_verify;
  }
  // Somebody unknown is refused. A certificate of any issuer makes nobody known.
  bool authenticates() const { return !users.empty() || needs_certificate(); }
};

struct Config {
  Identity identity;
  std::string time_zone;  // IANA name, known to the time zone database
  Holidays holidays = Holidays::fr;
  Numbering numbering = Numbering::csp;
  std::string state_directory;
  std::string control_socket;
  int retention_months = 37;  // of the ledger
  WebConfig web;
  std::vector<Check> checks;
  std::vector<MaintenancePlan> maintenance;
};

// One line for people: `agent.json:12: /checks/0/intervall: unknown key; did you mean "interval"?`
struct ConfigProblem {
  std::string file;
  int line = 0;         // 1-based; 0: the file as a whole
  std::string pointer;  // RFC 6901; empty: the whole document
  std::string message;
  bool warning = false;  // does not refuse the configuration

  std::string text() const;
  bool operator==(const ConfigProblem&) const = default;
};

struct ConfigOutcome {
  std::variant<std::monostate, Config> config;  // monostate: refused, `problems` says why
  std::vector<ConfigProblem> problems;          // in the order of the file

  const Config* get() const { return std::get_if<Config>(&config); }
};

// `file` is only for messages, `hostname` the default of identity.host. A check's first plan is
// asked for here, so that what only the collector can judge (a URL, say) is refused here too.
ConfigOutcome parse_config(std::string_view bytes, std::string_view file, std::string_view hostname,
                           std::span<const Collector* const> collectors);

// The line of what `pointer` points to in the bytes of a valid file; 0 when it is not there.
int line_of(std::string_view bytes, std::string_view pointer);

// The JSON schema (draft 2020-12) of the whole file, from the same field tables, pretty-printed.
std::string config_schema(std::span<const Collector* const> collectors);

// Checks one object of settings as `collect COLLECTOR --set` gives it: JSON text of an object.
// Problems carry pointers below "".
struct SettingsOutcome {
  Settings settings;
  std::vector<ConfigProblem> problems;
};
SettingsOutcome parse_settings(std::string_view json_object, std::span<const Field> fields);

}  // namespace ght
