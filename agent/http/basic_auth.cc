#include "agent/http/basic_auth.h"

#include <algorithm>
#include <cstdint>

#include "agent/core/limits.h"

namespace ght::http {
namespace {

std::optional<std::uint32_t> base64_digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  if (c == '/') return 63;
  return std::nullopt;
}

// Whole groups of four, padded; one text has one encoding.
std::optional<std::string> decode_base64(std::string_view text) {
  constexpr std::size_t group = 4;
  if (text.empty() || text.size() % group != 0) return std::nullopt;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  text.remove_suffix(padding);
  std::string out;
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const char c : text) {
    const auto digit = base64_digit(c);
    if (!digit) return std::nullopt;
    bits = (bits << 6U) | *digit;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    out += static_cast<char>((bits >> held) & 0xFFU);
    bits &= (1U << held) - 1;
  }
  if (bits != 0) return std::nullopt;
  return out;
}

bool equal_but_case(std::string_view a, std::string_view lower) {
  return std::ranges::equal(a, lower, [](char x, char y) {
    return (x >= 'A' && x <= 'Z' ? static_cast<char>(x | 0x20) : x) == y;
  });
}

}  // namespace

std::optional<Credentials> parse_basic(std::string_view field) {
  constexpr std::string_view scheme = "basic ";
  if (field.size() <= scheme.size()) return std::nullopt;
  if (!equal_but_case(field.substr(0, scheme.size()), scheme)) return std::nullopt;
  field.remove_prefix(scheme.size());
  while (field.starts_with(' ')) field.remove_prefix(1);
  if (field.size() > (limits::password_bytes + 2) / 3 * 4) return std::nullopt;
  const auto text = decode_base64(field);
  if (!text || text->size() > limits::password_bytes) return std::nullopt;
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  const std::size_t colon = text->find(':');
  if (colon == std::string::npos || std::ranges::any_of(*text, control)) return std::nullopt;
  return Credentials{.name = text->substr(0, colon), .password = text->substr(colon + 1)};
}

}  // namespace ght::http
