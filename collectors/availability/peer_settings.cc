#include "collectors/availability/peer_settings.h"

#include <string_view>

namespace ght::collectors {
namespace {

Error setting_error(std::string_view key, std::string message) {
  return {"settings." + std::string(key), std::move(message)};
}

std::string text_or_empty(const Settings& given, std::string_view key) {
  const auto* text = given.find<std::string>(key);
  return text == nullptr ? "" : *text;
}

bool flag(const Settings& given, std::string_view key) {
  const auto* on = given.find<bool>(key);
  return on != nullptr && *on;
}

// Letters of other alphabets are left to the DNS; what can only be a slip of the pen is not.
Result<std::string> host_of(const Settings& given, std::string_view key) {
  const std::string& host = given.get<std::string>(key);
  const auto wrong = host.find_first_of(" /[]@\"'");
  if (wrong != std::string::npos) {
    return setting_error(key, "\"" + host + "\": expected a host name or an IP address without \"" +
                                  host[wrong] + "\"");
  }
  const auto colons = std::count(host.begin(), host.end(), ':');
  if (colons == 1) {
    return setting_error(key,
                         "\"" + host + "\": expected the host alone; the port has its own key");
  }
  return host;
}

}  // namespace

Result<Peer> peer_of(const Settings& given) {
  GHT_TRY(std::string host, host_of(given, "host"));
  return Peer{std::move(host), static_cast<std::uint16_t>(given.get<std::int64_t>("port"))};
}

Result<TlsClient> tls_client_of(const Settings& given) {
  TlsClient tls;
  tls.verify = !flag(given, "insecure_skip_verify");
  tls.ca_file = text_or_empty(given, "ca_file");
  if (!tls.verify && !tls.ca_file.empty()) {
    return setting_error("ca_file", "has no effect beside insecure_skip_verify");
  }
  if (given.find<std::string>("server_name") != nullptr) {
    GHT_TRY(tls.server_name, host_of(given, "server_name"));
  }
  tls.cert_file = text_or_empty(given, "cert_file");
  tls.key_file = text_or_empty(given, "key_file");
  if (tls.cert_file.empty() != tls.key_file.empty()) {
    const bool no_key = tls.key_file.empty();
    return setting_error(
        no_key ? "cert_file" : "key_file",
        std::string("expected ") + (no_key ? "key_file" : "cert_file") + " beside it");
  }
  return tls;
}

Result<std::optional<TlsClient>> optional_tls_of(const Settings& given) {
  if (given.get<bool>("tls")) {
    GHT_TRY(TlsClient tls, tls_client_of(given));
    return std::optional<TlsClient>(std::move(tls));
  }
  for (const Field& field : trust_fields) {
    if (given.find<std::string>(field.key) != nullptr) {
      return setting_error(field.key, "has no effect without \"tls\": true");
    }
  }
  if (flag(given, "insecure_skip_verify")) {
    return setting_error("insecure_skip_verify", "has no effect without \"tls\": true");
  }
  return std::optional<TlsClient>();
}

}  // namespace ght::collectors
