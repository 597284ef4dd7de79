// restic's exit statuses (0.17 and later) and words (every version; 0.14 has status 1 for all).
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "agent/core/limits.h"
#include "agent/core/text.h"
#include "collectors/backup/restic/restic_read.h"

namespace ght::collectors::restic {
namespace {

struct Words {
  std::string_view lower_case;
  std::string_view code;
  std::string_view also = {};  // in the same line
};

// In this order: an address that does not answer and a folder that may not be read are reported
// as "unable to open config file" too.
constexpr std::array words = std::to_array<Words>({
    {"wrong password or no key found", "restic_wrong_password"},
    {"resolving password failed", "restic_password_file"},
    {"an empty password is not", "restic_password_file"},
    {"repository is already locked", "restic_locked"},
    {"permission denied", "restic_permission"},
    {"access denied", "restic_permission"},
    {"accessdenied", "restic_permission"},
    {"403 forbidden", "restic_permission"},
    {"401 unauthorized", "restic_permission"},
    {"connection refused", "restic_unreachable"},
    {"connection reset", "restic_unreachable"},
    {"connection timed out", "restic_unreachable"},
    {"could not resolve hostname", "restic_unreachable"},
    {"host key verification failed", "restic_unreachable"},
    {"i/o timeout", "restic_unreachable"},
    {"network is unreachable", "restic_unreachable"},
    {"no route to host", "restic_unreachable"},
    {"no such host", "restic_unreachable"},
    {"server misbehaving", "restic_unreachable"},
    {"tls handshake", "restic_unreachable"},
    {"unable to start the sftp session", "restic_unreachable"},
    {"x509:", "restic_unreachable"},
    {"repository does not exist", "restic_no_repository"},
    {"unable to open config file", "restic_no_repository", "no such file"},
    {"unable to open config file", "restic_no_repository", "does not exist"},
    {"unable to open config file", "restic_no_repository", "not found"},
    {"not found in repository", "restic_damaged"},
    {"invalid data returned", "restic_damaged"},
    // A pack that ends early; a link that breaks is an "unexpected EOF".
    {"load(<data/", "restic_damaged", ": eof"},
    {"ciphertext verification failed", "restic_damaged"},
    {"config file has zero size", "restic_damaged"},
});

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

std::vector<std::string_view> lines(std::string_view text) {
  std::vector<std::string_view> list;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (end > 0) list.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return list;
}

// With --json, newer versions wrap their last words: {"message_type":"exit_error","message":...}.
std::string unwrapped(std::string_view line) {
  if (!line.starts_with('{')) return std::string(line);
  const auto json = nlohmann::json::parse(line, nullptr, false);
  if (!json.is_object()) return std::string(line);
  const auto message = json.find("message");
  if (message == json.end() || !message->is_string()) return std::string(line);
  return message->get<std::string>();
}

Reason reason(std::string_view code, std::string_view line) {
  return {.code = code, .value = clean_text(line, limits::reason_value_bytes)};
}

// The first line that says it, in the order of the table.
std::optional<Reason> by_words(const std::vector<std::string>& said) {
  for (const Words& each : words) {
    for (const std::string& line : said) {
      const std::string text = lower(line);
      if (text.contains(each.lower_case) && text.contains(each.also)) {
        return reason(each.code, line);
      }
    }
  }
  return std::nullopt;
}

// In an answer that ended with 0. What ssh prints at login, and attempts that failed: when the last
// attempt fails too, a line of its own says what could not be loaded.
bool is_harmless(std::string_view line) {
  return line.starts_with("subprocess ssh: ") || line.contains(", retrying after ") ||
         line.contains("operation successful after ");
}

std::optional<std::string_view> by_status(int status) {
  switch (status) {
    case 10:
      return "restic_no_repository";
    case 11:
      return "restic_locked";
    case 12:
      return "restic_wrong_password";
    default:
      return std::nullopt;
  }
}

}  // namespace

std::optional<Reason> failure_reason(const HelperResult& result) {
  const bool failed = result.end == HelperEnd::exited && result.code != 0;
  // restic tries again for many minutes; what it said until its deadline is why it did not end.
  if (!failed && result.end != HelperEnd::timed_out) return std::nullopt;
  std::vector<std::string> said;
  for (std::string_view line : lines(result.err)) said.push_back(unwrapped(line));
  if (failed) {
    if (const auto code = by_status(result.code)) {
      return reason(*code,
                    said.empty() ? "exit status " + std::to_string(result.code) : said.front());
    }
  }
  return by_words(said);
}

std::string warning(const HelperResult& result) {
  for (std::string_view line : lines(result.err)) {
    if (!is_harmless(line)) return std::string(line);
  }
  if (result.err.size() >= limits::helper_error_output) return "more messages than are kept";
  return "";
}

}  // namespace ght::collectors::restic
