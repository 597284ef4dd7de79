#include "agent/config/validate.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "agent/config/document.h"
#include "agent/config/expectation.h"
#include "agent/core/text.h"

namespace ght::config {
namespace {

using Kind = Node::Kind;

// A default has no place of its own: what is wrong in it is told at the object that lacks it.
void move_to(Node& node, std::size_t offset) {
  node.offset = offset;
  node.key_offset = offset;
  for (Node& child : node.children) move_to(child, offset);
}

bool has_control(std::string_view text) {
  return std::ranges::any_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

bool within(const Field& field, double value) {
  return value >= field.min && value <= field.max;
}

// `; write "15s"` when that is what a text or number may have meant.
std::string duration_hint(const Node& node) {
  if (node.kind == Kind::integer && node.integer >= 0) {
    return "; the unit is written: " + quoted(node.text + "s");
  }
  if (node.kind != Kind::text) return "";
  std::string packed;
  for (const char c : node.text) {
    if (c != ' ') packed += c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  }
  return parse_duration(packed) ? "; write " + quoted(packed) : "";
}

// Ratios are often given as percentages.
std::string ratio_hint(const Field& field, double number) {
  if (field.max != 1 || !(number > 1 && number <= 100)) return "";
  return "; a ratio, not a percentage: write " + number_text(number / 100);
}

class Reader {
 public:
  Reader(Problems& problems, const Field* unread) : problems_(problems), unread_(unread) {}

  Settings object(const Node& node, std::span<const Field> fields, const std::string& pointer);

 private:
  using Value = std::optional<Settings::Value>;

  void unknown_keys(const Node& node, std::span<const Field> fields, const std::string& pointer,
                    std::vector<std::string_view>& meant);
  Value value(const Field& field, const Node& node, const std::string& pointer);
  Value number(const Field& field, const Node& node, const std::string& pointer);
  Value duration(const Field& field, const Node& node, const std::string& pointer);
  Value text(const Field& field, const Node& node, const std::string& pointer);
  Value list(const Field& field, const Node& node, const std::string& pointer);
  Value text_map(const Field& field, const Node& node, const std::string& pointer);
  Value object_value(const Field& field, const Node& node, const std::string& pointer);

  std::nullopt_t refuse(const Field& field, const Node& node, const std::string& pointer,
                        const std::string& hint = "") {
    const std::string found = field.secret ? found_kind(node) : found_text(node);
    problems_.error(node.offset, pointer,
                    "expected " + expectation(field) + ", found " + found + hint);
    return std::nullopt;
  }

  Problems& problems_;
  const Field* unread_;
};

// `meant`: the known keys that the unknown ones probably are, which are then not missed as well.
void Reader::unknown_keys(const Node& node, std::span<const Field> fields,
                          const std::string& pointer, std::vector<std::string_view>& meant) {
  std::vector<std::string_view> known;
  for (const Field& field : fields) known.push_back(field.key);
  for (const Node& child : node.children) {
    if (std::ranges::find(known, child.key) != known.end()) continue;
    std::string hint = did_you_mean(child.key, known);
    if (const auto word = meant_word(child.key, known)) {
      meant.push_back(*word);
    } else {
      hint = known.empty() ? "; no keys are known here" : "; known are " + quoted_list(known);
    }
    problems_.error(child.key_offset, pointer_to(pointer, child.key), "unknown key" + hint);
  }
}

Settings Reader::object(const Node& node, std::span<const Field> fields,
                        const std::string& pointer) {
  Settings settings;
  std::vector<std::string_view> meant;
  unknown_keys(node, fields, pointer, meant);
  for (const Field& field : fields) {
    const std::string key(field.key);
    const std::string place = pointer_to(pointer, key);
    Node standing;  // in for what is not given
    const Node* given = node.find(key);
    if (given == nullptr && !field.fallback.empty()) {
      standing = fallback_node(field);
      move_to(standing, node.offset);
      given = &standing;
    }
    if (given != nullptr) {
      if (Value read = value(field, *given, place)) settings.set(key, std::move(*read));
    } else if (field.need == Need::required && std::ranges::find(meant, key) == meant.end()) {
      problems_.error(node.offset, pointer,
                      "missing required key " + quoted(key) + ": " + expectation(field));
    }
  }
  return settings;
}

Reader::Value Reader::value(const Field& field, const Node& node, const std::string& pointer) {
  if (&field == unread_) return std::nullopt;
  switch (field.kind) {
    case FieldKind::boolean:
      if (node.kind != Kind::boolean) return refuse(field, node, pointer);
      return node.boolean;
    case FieldKind::integer:
    case FieldKind::number:
      return number(field, node, pointer);
    case FieldKind::duration:
      return duration(field, node, pointer);
    case FieldKind::text:
    case FieldKind::choice:
    case FieldKind::path:
      return text(field, node, pointer);
    case FieldKind::text_list:
    case FieldKind::integer_list:
      return list(field, node, pointer);
    case FieldKind::text_map:
      return text_map(field, node, pointer);
    case FieldKind::object:
    case FieldKind::object_list:
      break;
  }
  return object_value(field, node, pointer);
}

Reader::Value Reader::number(const Field& field, const Node& node, const std::string& pointer) {
  const bool whole = field.kind == FieldKind::integer;
  if (node.kind != Kind::integer && (whole || node.kind != Kind::number)) {
    return refuse(field, node, pointer);
  }
  if (!within(field, node.number)) {
    return refuse(field, node, pointer, ratio_hint(field, node.number));
  }
  if (whole) return node.integer;
  return node.number;
}

Reader::Value Reader::duration(const Field& field, const Node& node, const std::string& pointer) {
  const auto parsed = node.kind == Kind::text ? parse_duration(node.text) : std::nullopt;
  if (!parsed) {
    Field form = field;  // the form first; limits are told once it is right
    form.min = -std::numeric_limits<double>::infinity();
    form.max = std::numeric_limits<double>::infinity();
    return refuse(form, node, pointer, duration_hint(node));
  }
  if (!within(field, to_seconds(*parsed))) return refuse(field, node, pointer);
  return *parsed;
}

Reader::Value Reader::text(const Field& field, const Node& node, const std::string& pointer) {
  if (node.kind != Kind::text) return refuse(field, node, pointer);
  if (has_control(node.text)) {
    problems_.error(node.offset, pointer, "expected text without control characters or line feeds");
    return std::nullopt;
  }
  if (field.kind == FieldKind::choice) {
    if (std::ranges::find(field.choices, node.text) == field.choices.end()) {
      return refuse(field, node, pointer, did_you_mean(node.text, field.choices));
    }
  } else if (field.kind == FieldKind::path) {
    if (!node.text.starts_with('/')) return refuse(field, node, pointer);
  } else if (!within(field, static_cast<double>(node.text.size()))) {
    return refuse(field, node, pointer);
  }
  return node.text;
}

Reader::Value Reader::list(const Field& field, const Node& node, const std::string& pointer) {
  if (node.kind != Kind::array) return refuse(field, node, pointer);
  const bool numbers = field.kind == FieldKind::integer_list;
  if (!numbers && !within(field, static_cast<double>(node.children.size()))) {
    problems_.error(
        node.offset, pointer,
        "expected " + expectation(field) + ", found " + std::to_string(node.children.size()));
    return std::nullopt;
  }
  // The limits of integer_list are those of its elements; those of text_list count elements.
  const Field element = {.key = field.key,
                         .kind = numbers ? FieldKind::integer : FieldKind::text,
                         .min = numbers ? field.min : -std::numeric_limits<double>::infinity(),
                         .max = numbers ? field.max : std::numeric_limits<double>::infinity()};
  std::vector<std::int64_t> integers;
  std::vector<std::string> texts;
  bool complete = true;
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    Value read = value(element, node.children[i], pointer_to(pointer, i));
    complete = complete && read.has_value();
    if (!read) continue;
    if (numbers) {
      integers.push_back(std::get<std::int64_t>(*read));
    } else {
      texts.push_back(std::get<std::string>(std::move(*read)));
    }
  }
  if (!complete) return std::nullopt;
  if (numbers) return integers;
  return texts;
}

Reader::Value Reader::text_map(const Field& field, const Node& node, const std::string& pointer) {
  if (node.kind != Kind::object) return refuse(field, node, pointer);
  std::map<std::string, std::string> map;
  bool complete = true;
  for (const Node& child : node.children) {
    if (child.key.empty() || has_control(child.key)) {
      problems_.error(child.key_offset, pointer_to(pointer, child.key),
                      "expected a key that is not empty and has no control characters");
      complete = false;
      continue;
    }
    const Field element = {.key = child.key, .kind = FieldKind::text, .secret = field.secret};
    Value read = text(element, child, pointer_to(pointer, child.key));
    complete = complete && read.has_value();
    if (read) map.emplace(child.key, std::get<std::string>(std::move(*read)));
  }
  if (!complete) return std::nullopt;
  return map;
}

Reader::Value Reader::object_value(const Field& field, const Node& node,
                                   const std::string& pointer) {
  const bool one = field.kind == FieldKind::object;
  if (node.kind != (one ? Kind::object : Kind::array)) return refuse(field, node, pointer);
  if (one) return object(node, field.inner, pointer);
  if (!within(field, static_cast<double>(node.children.size()))) {
    problems_.error(
        node.offset, pointer,
        "expected " + expectation(field) + ", found " + std::to_string(node.children.size()));
    return std::nullopt;
  }
  std::vector<Settings> list;
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    const Node& child = node.children[i];
    const std::string place = pointer_to(pointer, i);
    if (child.kind == Kind::object) {
      list.push_back(object(child, field.inner, place));
    } else {
      problems_.error(child.offset, place, "expected an object, found " + found_text(child));
      list.emplace_back();
    }
  }
  return list;
}

}  // namespace

Node fallback_node(const Field& field) {
  Problems problems(field.fallback, "");
  std::optional<Node> node = parse_document(field.fallback, problems);
  GHT_CHECK(node.has_value());
  return *std::move(node);
}

Settings validate(const Node& node, std::span<const Field> fields, const std::string& pointer,
                  Problems& problems, const Field* unread) {
  if (node.kind != Kind::object) {
    problems.error(node.offset, pointer, "expected an object, found " + found_text(node));
    return {};
  }
  return Reader(problems, unread).object(node, fields, pointer);
}

}  // namespace ght::config
