// What pgBackRest says when it fails, on stderr for a run ("ERROR: [041]: ...") and in the message
// of a repository ("[FileOpenError] ...").
#include <array>

#include "agent/core/limits.h"
#include "agent/core/text.h"
#include "collectors/backup/pgbackrest/pgbackrest_read.h"

namespace ght::collectors::pgbackrest {
namespace {

struct Words {
  std::string_view words;
  std::string_view code;
};

// In this order: a file that may not be opened is reported as one that cannot be loaded.
constexpr auto words = std::to_array<Words>({
    {"Permission denied", "pgbackrest_permission"},
    {"AccessDenied", "pgbackrest_permission"},
    {"AccessError", "pgbackrest_permission"},
    {"Connection refused", "pgbackrest_unreachable"},
    {"terminated unexpectedly", "pgbackrest_unreachable"},
    {"HostConnectError", "pgbackrest_unreachable"},
    {"ServiceError", "pgbackrest_unreachable"},
    {"ProtocolError", "pgbackrest_unreachable"},
    {"unable to get address", "pgbackrest_unreachable"},
    {"timeout", "pgbackrest_unreachable"},
    {"unable to load cert file", "pgbackrest_unreachable"},
    {"unable to load key file", "pgbackrest_unreachable"},
    {"unable to load info file", "pgbackrest_damaged"},
    {"unable to load backup manifest file", "pgbackrest_damaged"},
    {"ChecksumError", "pgbackrest_damaged"},
    {"FormatError", "pgbackrest_damaged"},
    {"CryptoError", "pgbackrest_damaged"},
});

// The exit statuses that speak of pgBackRest's own configuration: config, command-required,
// option-invalid, option-invalid-value, option-required and file-missing (of the file itself).
bool is_configuration(int status) {
  return status == 27 || (status >= 30 && status <= 37) || status == 55;
}

// Later lines repeat it for the second copy of the file, quote what was found in it, and give
// hints.
std::string_view first_line(std::string_view text) {
  return text.substr(0, text.find('\n'));
}

std::optional<std::string_view> by_words(std::string_view text) {
  for (const Words& each : words) {
    if (text.contains(each.words)) return each.code;
  }
  return std::nullopt;
}

// The line of the error itself, without the warnings before it.
std::string_view error_line(std::string_view err) {
  std::string_view rest = err;
  while (!rest.empty()) {
    const std::string_view line = first_line(rest);
    if (line.starts_with("ERROR: ")) return line;
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
  }
  return first_line(err);
}

}  // namespace

std::optional<Reason> failure_reason(const HelperResult& result) {
  if (result.end != HelperEnd::exited || result.code == 0) return std::nullopt;
  const std::string_view line = error_line(result.err);
  if (line.empty()) return std::nullopt;
  Reason reason{.code = "pgbackrest_failed", .value = clean_text(line, limits::reason_value_bytes)};
  if (const auto code = by_words(line)) {
    reason.code = *code;
  } else if (is_configuration(result.code)) {
    reason.code = "pgbackrest_configuration";
  }
  return reason;
}

std::optional<Reason> repo_reason(const Repo& repo) {
  switch (repo.code) {
    case Code::ok:
    case Code::no_backup:
      return std::nullopt;
    case Code::missing_stanza_path:
      return Reason{.code = "pgbackrest_no_stanza", .value = repo.message};
    case Code::missing_stanza_data:
      return Reason{.code = "pgbackrest_no_stanza_data", .value = repo.message};
    case Code::backup_missing:
    case Code::other:
      break;
  }
  const auto code = by_words(repo.message);
  Reason reason{.code = code.value_or("pgbackrest_failed"),
                .value = clean_text(first_line(repo.message), limits::reason_value_bytes)};
  // With another key, a whole file looks like a damaged one.
  if (reason.code == "pgbackrest_damaged" && repo.message.contains("FileMissingError")) {
    reason.code = "pgbackrest_no_stanza_data";
  } else if (reason.code == "pgbackrest_damaged" &&
             (repo.encrypted || repo.message.contains("Salted__"))) {
    reason.code = "pgbackrest_not_decrypted";
  }
  return reason;
}

}  // namespace ght::collectors::pgbackrest
