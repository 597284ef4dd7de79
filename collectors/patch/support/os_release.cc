#include "collectors/patch/support/os_release.h"

#include <algorithm>

#include "agent/core/text.h"

namespace ght::collectors::support {
namespace {

constexpr std::size_t longest_value = 200;

std::string_view trimmed(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

// The value of an assignment; fails on an open quote and on what a shell would not take as one
// word.
Result<std::string> unquoted(std::string_view text, const std::string& at) {
  std::string value;
  char quote = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\' && quote != '\'') {
      if (++i == text.size()) return Error{at, "ends in a backslash"};
      value += text[i];
    } else if (quote != 0) {
      if (c == quote) {
        quote = 0;
      } else {
        value += c;
      }
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == ' ' || c == '\t') {
      return Error{at, "has a blank outside quotes"};
    } else {
      value += c;
    }
  }
  if (quote != 0) return Error{at, "has a quote that is not closed (cut short?)"};
  return value;
}

bool is_key(std::string_view key) {
  return !key.empty() && std::ranges::all_of(key, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

void keep(std::string_view key, const std::string& value, OsRelease& release) {
  const std::string clean = clean_text(value, longest_value);
  if (key == "ID") release.id = clean;
  if (key == "VERSION_ID") release.version = clean;
  if (key == "NAME") release.name = clean;
  if (key == "PRETTY_NAME") release.title = clean;
}

}  // namespace

Result<OsRelease> parse_os_release(std::string_view bytes) {
  OsRelease release;
  if (bytes.find('\0') != std::string_view::npos) return Error{"", "has a NUL byte (damaged)"};
  for (std::size_t number = 1; !bytes.empty(); ++number) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    const std::string_view line = trimmed(bytes.substr(0, end));
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
    if (line.empty() || line.front() == '#') continue;
    const std::string at = "line " + std::to_string(number);
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos || !is_key(line.substr(0, equals))) {
      return Error{at, "expected KEY=value"};
    }
    GHT_TRY(const std::string value, unquoted(line.substr(equals + 1), at));
    keep(line.substr(0, equals), value, release);
  }
  if (release.id.empty()) return Error{"", "names no ID"};
  if (release.title.empty()) release.title = release.name.empty() ? release.id : release.name;
  return release;
}

}  // namespace ght::collectors::support
