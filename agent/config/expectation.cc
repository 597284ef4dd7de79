#include "agent/config/expectation.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdio>

#include "agent/core/text.h"

namespace ght::config {
namespace {

constexpr std::size_t shown_bytes = 60;

std::string limit_text(double limit, FieldKind kind) {
  if (kind != FieldKind::duration) return number_text(limit);
  return format_duration(std::chrono::milliseconds(std::llround(limit * 1000)));
}

// " from 1 to 10", " of at least 1", ""; `from` is the first word when there are both limits.
std::string range(const Field& field, std::string_view from = "from") {
  const bool low = std::isfinite(field.min);
  const bool high = std::isfinite(field.max);
  const std::string min = low ? limit_text(field.min, field.kind) : "";
  const std::string max = high ? limit_text(field.max, field.kind) : "";
  if (low && high) return " " + std::string(from) + " " + min + " to " + max;
  if (low) return " of at least " + min;
  if (high) return " of at most " + max;
  return "";
}

// " of 1 to 64 bytes", " of texts"
std::string counted(const Field& field, std::string_view unit) {
  const std::string bounds = range(field, "of");
  return (bounds.empty() ? " of " : bounds + " ") + std::string(unit);
}

bool same_but_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) {
    return std::tolower(static_cast<unsigned char>(x)) ==
           std::tolower(static_cast<unsigned char>(y));
  });
}

}  // namespace

std::string quoted(std::string_view text) {
  return "\"" + clean_text(text, shown_bytes) + "\"";
}

std::string quoted_list(std::span<const std::string_view> words) {
  std::string list;
  for (std::string_view word : words) {
    if (!list.empty()) list += ", ";
    list += quoted(word);
  }
  return list;
}

std::optional<std::string_view> meant_word(std::string_view word,
                                           std::span<const std::string_view> candidates) {
  // A word of this length is near to no key, and the distance costs length times length.
  constexpr std::size_t longest = 64;
  if (word.size() > longest) return std::nullopt;
  for (std::string_view candidate : candidates) {
    if (same_but_case(word, candidate)) return candidate;
  }
  return nearest(word, candidates);
}

std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates) {
  const auto meant = meant_word(word, candidates);
  return meant ? "; did you mean " + quoted(*meant) + "?" : "";
}

std::string number_text(double number) {
  constexpr double exact = 1e15;  // %g would write it as 1e+15
  if (std::trunc(number) == number && std::abs(number) <= exact) {
    return std::to_string(static_cast<std::int64_t>(number));
  }
  std::array<char, 40> text{};
  const int length = std::snprintf(text.data(), text.size(), "%.15g", number);
  return {text.data(), static_cast<std::size_t>(length)};
}

std::string found_text(const Node& node) {
  switch (node.kind) {
    case Node::Kind::null:
      return "null";
    case Node::Kind::boolean:
      return node.boolean ? "true" : "false";
    case Node::Kind::integer:
    case Node::Kind::number:
      return "the number " + clean_text(node.text, shown_bytes);
    case Node::Kind::text:
      return node.text.empty() ? "an empty text" : "the text " + quoted(node.text);
    case Node::Kind::array:
      return "an array";
    case Node::Kind::object:
      return "an object";
  }
  return "";
}

std::string found_kind(const Node& node) {
  switch (node.kind) {
    case Node::Kind::integer:
    case Node::Kind::number:
      return "a number";
    case Node::Kind::text:
      return "a text";
    default:
      return found_text(node);
  }
}

std::string expectation(const Field& field) {
  switch (field.kind) {
    case FieldKind::boolean:
      return "true or false";
    case FieldKind::integer:
      return "a whole number" + range(field);
    case FieldKind::number:
      return "a number" + range(field);
    case FieldKind::duration: {
      const std::string bounds = range(field);
      return bounds.empty() ? R"(a duration such as "15s", "10m", "26h" or "7d")"
                            : "a duration" + bounds;
    }
    case FieldKind::text:
      return range(field).empty() ? "text" : "text" + counted(field, "bytes");
    case FieldKind::choice:
      return "one of " + quoted_list(field.choices);
    case FieldKind::path:
      return "an absolute path (it begins with \"/\")";
    case FieldKind::text_list:
      return "an array" + counted(field, "texts");
    case FieldKind::integer_list:
      return "an array of whole numbers" + range(field);
    case FieldKind::text_map:
      return "an object whose values are texts";
    case FieldKind::object:
      return "an object";
    case FieldKind::object_list:
      return "an array" + counted(field, "objects");
  }
  return "";
}

}  // namespace ght::config
