#include "collectors/patch/dnf/version.h"

#include <algorithm>
#include <utility>

namespace ght::collectors::dnf {
namespace {

// Not those of <cctype>: the bytes are foreign, and no locale is asked.
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_separator(char c) {
  return !is_digit(c) && !is_letter(c) && c != '~' && c != '^';
}

int sign_of(bool less, bool greater) {
  return less ? -1 : (greater ? 1 : 0);
}

std::string_view take_while(std::string_view& text, bool (*matches)(char)) {
  const auto end = std::ranges::find_if_not(text, matches);
  const auto length = static_cast<std::size_t>(end - text.begin());
  const std::string_view taken = text.substr(0, length);
  text.remove_prefix(length);
  return taken;
}

int compare_numbers(std::string_view left, std::string_view right) {
  left.remove_prefix(std::min(left.find_first_not_of('0'), left.size()));
  right.remove_prefix(std::min(right.find_first_not_of('0'), right.size()));
  if (left.size() != right.size()) return sign_of(left.size() < right.size(), true);
  return sign_of(left<right, left> right);
}

bool starts(std::string_view text, char c) {
  return !text.empty() && text.front() == c;
}

// A version or a release: runs of digits and of letters, a tilde before the end, a caret after it.
int compare_part(std::string_view left, std::string_view right) {
  for (;;) {
    take_while(left, is_separator);
    take_while(right, is_separator);
    if (starts(left, '~') || starts(right, '~')) {
      if (!starts(left, '~') || !starts(right, '~')) return starts(left, '~') ? -1 : 1;
    } else if (starts(left, '^') || starts(right, '^')) {
      if (!starts(left, '^')) return left.empty() ? -1 : 1;
      if (!starts(right, '^')) return right.empty() ? 1 : -1;
    } else {
      if (left.empty() || right.empty()) return sign_of(left.size() < right.size(), !left.empty());
      const bool digits = is_digit(left.front());
      if (digits != is_digit(right.front())) return digits ? 1 : -1;
      const auto a = take_while(left, digits ? is_digit : is_letter);
      const auto b = take_while(right, digits ? is_digit : is_letter);
      const int order = digits ? compare_numbers(a, b) : sign_of(a<b, a> b);
      if (order != 0) return order;
      continue;
    }
    left.remove_prefix(1);
    right.remove_prefix(1);
  }
}

struct Parts {
  std::string_view epoch = "0", version, release;
};

Parts parts_of(std::string_view evr) {
  Parts parts;
  if (const auto colon = evr.find(':'); colon != std::string_view::npos) {
    if (colon > 0) parts.epoch = evr.substr(0, colon);
    evr.remove_prefix(colon + 1);
  }
  const auto dash = evr.rfind('-');
  parts.version = evr.substr(0, dash);
  if (dash != std::string_view::npos) parts.release = evr.substr(dash + 1);
  return parts;
}

}  // namespace

std::optional<Nevra> read_nevra(std::string_view text) {
  const auto dot = text.rfind('.');
  if (dot == std::string_view::npos || dot + 1 == text.size()) return std::nullopt;
  const std::string_view architecture = text.substr(dot + 1);
  const std::string_view rest = text.substr(0, dot);
  const auto release = rest.rfind('-');
  if (release == std::string_view::npos || release == 0) return std::nullopt;
  const auto version = rest.rfind('-', release - 1);
  if (version == std::string_view::npos || version == 0) return std::nullopt;
  std::string evr(rest.substr(version + 1));
  if (evr.find(':') == std::string::npos) evr = "0:" + evr;
  return Nevra{.package = std::string(rest.substr(0, version)) + "." + std::string(architecture),
               .evr = std::move(evr)};
}

int compare_evr(std::string_view left, std::string_view right) {
  const Parts a = parts_of(left);
  const Parts b = parts_of(right);
  if (const int order = compare_part(a.epoch, b.epoch); order != 0) return order;
  if (const int order = compare_part(a.version, b.version); order != 0) return order;
  return compare_part(a.release, b.release);
}

}  // namespace ght::collectors::dnf
