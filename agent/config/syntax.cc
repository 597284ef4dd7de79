#include "agent/config/syntax.h"

#include <array>
#include <cstdint>
#include <cstdio>

#include "agent/core/text.h"

namespace ght::config {
namespace {

constexpr std::size_t shown_bytes = 40;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_word(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' ||
         c == '+' || c == '.';
}

std::string_view word_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_word(text[end])) ++end;
  return text.substr(at, end - at);
}

std::string quoted(std::string_view text) {
  return "\"" + clean_text(text, shown_bytes) + "\"";
}

// A character outside ASCII is named by its code point too: a no-break space or a typographic
// quote looks harmless in an editor.
std::string foreign_character(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const std::size_t length = byte(0) >= 0xF0 ? 4 : byte(0) >= 0xE0 ? 3 : 2;
  std::uint32_t code = byte(0) & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) code = (code << 6U) | (byte(i) & 0x3FU);
  std::array<char, 16> name{};
  const int size = std::snprintf(name.data(), name.size(), "U+%04X", code);
  return "the character " + std::string(name.data(), static_cast<std::size_t>(size));
}

std::string found(std::string_view text, std::size_t at) {
  if (at >= text.size()) return "the end of the file";
  const char c = text[at];
  if (static_cast<unsigned char>(c) >= 0x80) return foreign_character(text, at);
  if (c == '"') {
    const std::size_t end = text.find_first_of("\"\n", at + 1);
    return quoted(text.substr(at + 1, end == text.npos ? end : end - at - 1));
  }
  const std::string_view word = word_at(text, at);
  return quoted(word.empty() ? text.substr(at, 1) : word);
}

// `at` is a quote that opens a string which is not one.
SyntaxFault explain_string(std::string_view text, std::size_t at) {
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') return {at, "the string is not closed before the end of its line"};
    if (static_cast<unsigned char>(c) < 0x20) {
      return {i, "a control character in a string; write a tab as \\t"};
    }
    if (c == '"') return {at, "the string holds half of a \\uD800-\\uDFFF surrogate pair"};
    if (c != '\\') continue;
    if (++i == text.size()) break;
    if (text[i] == 'u') {
      const std::size_t bad = text.find_first_not_of("0123456789abcdefABCDEF", i + 1);
      if (bad == text.npos && text.size() < i + 5) break;
      if (bad != text.npos && bad < i + 5) return {i - 1, "expected four hex digits after \\u"};
    } else if (std::string_view("\"\\/bfnrt").find(text[i]) == std::string_view::npos) {
      return {i - 1,
              "unknown escape " + quoted(text.substr(i - 1, 2)) +
                  R"(; a backslash is written \\, known are \" \\ \/ \b \f \n \r \t \uXXXX)"};
    }
  }
  return {text.size(), "the file ends in the middle of a string"};
}

SyntaxFault explain_value(std::string_view text, std::size_t at, std::string_view expected) {
  const char c = text[at];
  if (c == '"') return explain_string(text, at);
  if (c == '\'') return {at, "text stands in double quotes, not in single quotes"};
  const std::string_view word = word_at(text, at);
  if (is_digit(c) || c == '-' || c == '+' || c == '.') {
    return {at, quoted(word) + " is not a JSON number"};
  }
  if (word.empty()) {
    return {at, "expected " + std::string(expected) + ", found " + found(text, at)};
  }
  constexpr std::array<std::string_view, 3> literals = {"true", "false", "null"};
  std::string lower(word);
  for (char& letter : lower) letter = static_cast<char>(letter | ((letter >= 'A') ? 0x20 : 0));
  const auto near = nearest(lower, literals);
  return {at, "expected " + std::string(expected) + ", found " + quoted(word) +
                  (near ? "; did you mean " + std::string(*near) + "?"
                        : "; text stands in double quotes")};
}

SyntaxFault ends_early(std::string_view text, std::string_view expected) {
  return {text.size(), "the file ends too early: expected " + std::string(expected)};
}

// At a place where a key (or the end of the object) or a value (or the end of the array) stands.
SyntaxFault explain_item(std::string_view text, std::size_t at, bool in_object, bool first) {
  const std::string_view expected =
      in_object ? first ? "a key in double quotes or \"}\"" : "a key in double quotes"
      : first   ? "a value or \"]\""
                : "a value";
  if (at >= text.size()) return ends_early(text, expected);
  if (!in_object) return explain_value(text, at, expected);
  if (text[at] == '"') return explain_string(text, at);
  return {at, "expected " + std::string(expected) + ", found " + found(text, at)};
}

SyntaxFault explain_after_item(std::string_view text, std::size_t understood, bool in_object) {
  const std::size_t at = skip_blank(text, understood);
  const std::string_view expected = in_object ? "\",\" or \"}\"" : "\",\" or \"]\"";
  if (at >= text.size()) return ends_early(text, expected);
  if (at == understood && is_word(text[at]) && is_word(text[at - 1])) {  // 15s, 01
    std::size_t begin = at;
    while (begin > 0 && is_word(text[begin - 1])) --begin;
    return {begin,
            quoted(word_at(text, begin)) + " is not a JSON number; text stands in double quotes"};
  }
  if (text[at] != ',') {
    return {at, "expected " + std::string(expected) + " after the value, found " + found(text, at)};
  }
  const std::size_t next = skip_blank(text, at + 1);
  if (next < text.size() && (text[next] == '}' || text[next] == ']')) {
    return {at, "a comma before " + quoted(text.substr(next, 1)) +
                    ": the last entry has none, remove it"};
  }
  return explain_item(text, next, in_object, false);
}

SyntaxFault explain_after_key(std::string_view text, std::size_t at, std::string_view key) {
  const std::string name = quoted(key);
  if (at >= text.size()) return ends_early(text, "\":\" after the key " + name);
  if (text[at] != ':') {
    return {at, "expected \":\" after the key " + name + ", found " + found(text, at)};
  }
  const std::size_t next = skip_blank(text, at + 1);
  const std::string expected = "a value for the key " + name;
  if (next >= text.size()) return ends_early(text, expected);
  return explain_value(text, next, expected);
}

// The end of the comment that begins at `at`, or `at` when there is no complete one.
std::size_t comment_end(std::string_view text, std::size_t at) {
  const std::string_view head = text.substr(at, 2);
  if (head == "//") {
    const std::size_t end = text.find('\n', at);
    return end == text.npos ? text.size() : end;
  }
  if (head != "/*") return at;
  const std::size_t end = text.find("*/", at + 2);
  return end == text.npos ? at : end + 2;
}

// Where explaining stops at a "/" that opens no complete comment.
std::size_t bad_comment(std::string_view text, std::size_t from) {
  std::size_t at = skip_blank(text, from);
  if (at < text.size() && (text[at] == ',' || text[at] == ':')) at = skip_blank(text, at + 1);
  return at < text.size() && text[at] == '/' ? at : text.npos;
}

}  // namespace

std::size_t skip_blank(std::string_view text, std::size_t from) {
  std::size_t at = from;
  while (at < text.size()) {
    const char c = text[at];
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
      ++at;
      continue;
    }
    const std::size_t end = c == '/' ? comment_end(text, at) : at;
    if (end == at) return at;
    at = end;
  }
  return text.size();
}

std::size_t next_token(std::string_view text, std::size_t from) {
  const std::size_t at = skip_blank(text, from);
  if (at < text.size() && (text[at] == ',' || text[at] == ':')) return skip_blank(text, at + 1);
  return at;
}

SyntaxFault explain_syntax(std::string_view text, std::size_t understood, Place place,
                           std::string_view last_key) {
  if (const std::size_t at = bad_comment(text, understood); at != text.npos) {
    return {at, text.substr(at, 2) == "/*"
                    ? "this comment is not closed: expected */"
                    : "a comment is // to the end of the line, or /* up to */"};
  }
  const std::size_t at = skip_blank(text, understood);
  switch (place) {
    case Place::start:
      if (at >= text.size()) return {0, "the file is empty: expected a JSON object { ... }"};
      return explain_value(text, at, "a JSON object { ... }");
    case Place::object_opened:
      return explain_item(text, at, true, true);
    case Place::array_opened:
      return explain_item(text, at, false, true);
    case Place::key:
      return explain_after_key(text, at, last_key);
    case Place::member:
      return explain_after_item(text, understood, true);
    case Place::element:
      return explain_after_item(text, understood, false);
    case Place::end:
      break;
  }
  return {at, "expected the end of the file, found " + found(text, at)};
}

}  // namespace ght::config
