// What psql says when it fails: SQLSTATE of the server (with VERBOSITY=verbose, in any language),
// and words of libpq, which are English under LC_ALL=C. What a server says before it has let us in
// has no SQLSTATE there, and is in the server's language: English or French are understood.
#include <algorithm>
#include <array>

#include "agent/core/limits.h"
#include "agent/core/text.h"
#include "collectors/backup/bacula/bacula_read.h"

namespace ght::collectors::bacula {
namespace {

struct Words {
  std::string_view text;
  std::string_view code;
  std::string_view also = {};  // in the same line
};

// In this order: a password file that is passed over ends as "no password supplied".
constexpr auto words = std::to_array<Words>({
    {"WARNING: password file", "bacula_password_file"},
    {"no password supplied", "bacula_password_file"},
    {"password authentication failed", "bacula_wrong_password"},
    {"authentification par mot de passe", "bacula_wrong_password"},
    {"no pg_hba.conf entry", "bacula_access_denied"},
    {"dans pg_hba.conf pour", "bacula_access_denied"},
    {"eer authentication failed", "bacula_access_denied"},
    {"authentification peer", "bacula_access_denied"},
    {"FATAL:  role \"", "bacula_access_denied"},
    {"FATAL:  le r", "bacula_access_denied", "n'existe pas"},
    {"SSL was required", "bacula_access_denied"},
    {"certificate verify failed", "bacula_access_denied"},
    {"42501:", "bacula_access_denied"},
    {"FATAL:  database \"", "bacula_no_catalogue", "does not exist"},
    {"FATAL:  la base de donn", "bacula_no_catalogue", "n'existe pas"},
    {"42P01:", "bacula_no_catalogue"},
    {"42703:", "bacula_no_catalogue"},
    {"57014:", "bacula_busy"},
    {"55P03:", "bacula_busy"},
    {"too many c", "bacula_busy"},
    {"remaining connection slots", "bacula_busy"},
    {"trop de c", "bacula_busy"},
    {"Connection refused", "bacula_unreachable"},
    {"Connection timed out", "bacula_unreachable"},
    {"timeout expired", "bacula_unreachable"},
    {"could not translate host name", "bacula_unreachable"},
    {"No route to host", "bacula_unreachable"},
    {"Network is unreachable", "bacula_unreachable"},
    {"server closed the connection", "bacula_unreachable"},
    {"the database system is", "bacula_unreachable"},
    {"bases de donn", "bacula_unreachable", "FATAL:"},
    {"57P0", "bacula_unreachable"},
    {"connection to server on socket", "bacula_unreachable"},
    {"invalid connection option", "bacula_connection"},
    {"invalid sslmode value", "bacula_connection"},
    {"definition of service", "bacula_connection"},
    {"service file", "bacula_connection"},
});

std::vector<std::string_view> lines(std::string_view text) {
  std::vector<std::string_view> list;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) list.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return list;
}

}  // namespace

std::optional<Reason> failure_reason(const HelperResult& result) {
  // Until its deadline psql waits for the server; what it said by then is why.
  const bool failed = result.end == HelperEnd::exited && result.code != 0;
  if (!failed && result.end != HelperEnd::timed_out) return std::nullopt;
  const auto said = lines(result.err);
  for (const Words& each : words) {
    for (const std::string_view line : said) {
      if (line.contains(each.text) && line.contains(each.also)) {
        return Reason{.code = each.code, .value = clean_text(line, limits::reason_value_bytes)};
      }
    }
  }
  return std::nullopt;
}

}  // namespace ght::collectors::bacula
