#include "agent/config/document.h"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "agent/config/syntax.h"
#include "agent/core/limits.h"
#include "agent/core/text.h"

namespace ght::config {
namespace {

constexpr std::size_t max_entries = limits::checks;
constexpr std::size_t pointer_key_bytes = 64;

// Feeds the reader and tells how far it has read. After the text comes one line feed: so the
// reader has always read exactly one character beyond a number, at the end of the text too.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = char;

  CountingIterator(std::string_view text, std::size_t at, std::size_t* read)
      : text_(text), at_(at), read_(read) {}

  char operator*() const { return at_ < text_.size() ? text_[at_] : '\n'; }
  CountingIterator& operator++() {
    *read_ = ++at_;
    return *this;
  }
  CountingIterator operator++(int) {
    CountingIterator before = *this;
    ++*this;
    return before;
  }
  bool operator==(const CountingIterator& other) const { return at_ == other.at_; }

 private:
  std::string_view text_;
  std::size_t at_;
  std::size_t* read_;
};

// Receives the reader's events. `understood_` is the end of the last good token, so the next one
// begins at the first byte behind it that is neither blank nor comment, comma or colon.
class Builder : public nlohmann::json_sax<nlohmann::json> {
 public:
  Builder(std::string_view text, Problems& problems) : text_(text), problems_(problems) {}

  std::size_t* read() { return &read_; }
  Node take() { return std::move(root_); }

  bool null() override { return value(Node{}, read_); }
  bool boolean(bool given) override { return value(boolean_node(given), read_); }
  bool number_integer(number_integer_t given) override {
    Node node = number_node(static_cast<double>(given));
    node.kind = Node::Kind::integer;
    node.integer = given;
    return number(std::move(node));
  }
  bool number_unsigned(number_unsigned_t given) override {
    if (std::in_range<std::int64_t>(given)) {
      return number_integer(static_cast<std::int64_t>(given));
    }
    return number(number_node(static_cast<double>(given)));
  }
  bool number_float(number_float_t given, const string_t& /*text*/) override {
    return number(number_node(given));
  }
  bool string(string_t& given) override { return value(text_node(given), read_); }
  bool binary(binary_t& /*given*/) override { return false; }  // there is none in JSON text

  bool start_object(std::size_t /*unknown*/) override {
    return open(object_node(), Place::object_opened);
  }
  bool start_array(std::size_t /*unknown*/) override {
    return open(array_node({}), Place::array_opened);
  }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& given) override;
  bool parse_error(std::size_t position, const std::string& last_token,
                   const nlohmann::detail::exception& error) override;

 private:
  bool number(Node node) {
    const std::size_t end = read_ - 1;
    const std::size_t start = next_token(text_, understood_);
    node.text = text_.substr(start, end - start);
    return value(std::move(node), end);
  }
  Node* place(Node node, std::size_t end);
  bool value(Node node, std::size_t end);
  bool open(Node node, Place inside);
  bool close();
  bool refuse(std::size_t offset, std::string message);
  std::string pointer() const;
  void after_value();

  std::string_view text_;
  Problems& problems_;
  std::size_t read_ = 0;
  std::size_t understood_ = 0;
  Place place_ = Place::start;
  Node root_;
  std::vector<Node*> open_;  // from the root; each the last child of the one before
  std::string key_;          // of the value that comes next
  std::size_t key_offset_ = 0;
  bool key_repeated_ = false;
  std::vector<std::size_t> repeated_;  // offsets of the keys that are given a second time
};

std::string Builder::pointer() const {
  std::string path;
  for (std::size_t i = 0; i + 1 < open_.size(); ++i) {
    const Node& parent = *open_[i];
    path = parent.kind == Node::Kind::array ? pointer_to(path, parent.children.size() - 1)
                                            : pointer_to(path, parent.children.back().key);
  }
  return path;
}

bool Builder::refuse(std::size_t offset, std::string message) {
  problems_.error(offset, pointer(), std::move(message));
  return false;
}

void Builder::after_value() {
  if (open_.empty()) {
    place_ = Place::end;
  } else {
    place_ = open_.back()->kind == Node::Kind::object ? Place::member : Place::element;
  }
}

Node* Builder::place(Node node, std::size_t end) {
  node.offset = next_token(text_, understood_);
  understood_ = end;
  if (open_.empty()) {
    root_ = std::move(node);
    return &root_;
  }
  Node& parent = *open_.back();
  if (parent.children.size() == max_entries) {
    refuse(node.offset, "more than " + std::to_string(max_entries) + " entries");
    return nullptr;
  }
  if (parent.kind == Node::Kind::object) {
    node.key = std::move(key_);
    node.key_offset = key_offset_;
    if (key_repeated_) repeated_.push_back(key_offset_);
  }
  parent.children.push_back(std::move(node));
  return &parent.children.back();
}

bool Builder::value(Node node, std::size_t end) {
  if (place(std::move(node), end) == nullptr) return false;
  after_value();
  return true;
}

bool Builder::open(Node node, Place inside) {
  if (open_.size() == limits::config_depth) {
    return refuse(next_token(text_, understood_),
                  "nested deeper than " + std::to_string(limits::config_depth) + " levels");
  }
  Node* placed = place(std::move(node), read_);
  if (placed == nullptr) return false;
  open_.push_back(placed);
  place_ = inside;
  return true;
}

bool Builder::close() {
  understood_ = read_;
  if (!repeated_.empty()) {
    std::erase_if(open_.back()->children, [&](const Node& child) {
      return std::ranges::binary_search(repeated_, child.key_offset);
    });
  }
  open_.pop_back();
  after_value();
  return true;
}

bool Builder::key(string_t& given) {
  key_offset_ = next_token(text_, understood_);
  key_ = given;
  const Node* first = open_.back()->find(key_);
  key_repeated_ = first != nullptr;
  if (key_repeated_) {
    problems_.error(key_offset_, pointer_to(pointer(), key_),
                    "this key is given twice, first in line " +
                        std::to_string(problems_.line(first->key_offset)));
  }
  understood_ = read_;
  place_ = Place::key;
  return true;
}

bool Builder::parse_error(std::size_t /*position*/, const std::string& /*last_token*/,
                          const nlohmann::detail::exception& error) {
  constexpr int number_overflow = 406;
  if (error.id == number_overflow) {
    const std::size_t start = next_token(text_, understood_);
    const std::string_view number = text_.substr(start, read_ - 1 - start);
    problems_.error(start, "", "the number " + clean_text(number, 40) + " is too large");
    return false;
  }
  SyntaxFault fault = explain_syntax(text_, understood_, place_, key_);
  // At the end of the file the last line with something in it is meant.
  if (fault.offset >= text_.size() && !text_.empty()) {
    const std::size_t last = text_.find_last_not_of(" \t\r\n");
    fault.offset = last == text_.npos ? 0 : last;
  }
  problems_.error(fault.offset, "", std::move(fault.message));
  return false;
}

// What no reader needs to be asked about.
bool refuse_bytes(std::string_view bytes, Problems& problems) {
  if (bytes.size() > limits::config_bytes) {
    problems.error(Problems::no_place, "",
                   "the file has " + std::to_string(bytes.size()) + " bytes, at most " +
                       std::to_string(limits::config_bytes) + " are read");
    return true;
  }
  if (bytes.starts_with("\xEF\xBB\xBF")) {
    problems.error(0, "", "the file begins with a byte order mark (BOM): save it without one");
    return true;
  }
  if (!is_utf8(bytes)) {
    std::size_t line = 0;
    while (is_utf8(bytes.substr(line, bytes.find('\n', line) - line))) {
      line = bytes.find('\n', line) + 1;
    }
    problems.error(line, "", "this line is not UTF-8: save the file in UTF-8");
    return true;
  }
  if (const std::size_t at = bytes.find('\0'); at != bytes.npos) {  // the reader stops at it
    problems.error(at, "", "a NUL byte: this is no text file");
    return true;
  }
  return false;
}

nlohmann::json to_nlohmann(const Node& node) {
  switch (node.kind) {
    case Node::Kind::null:
      return nullptr;
    case Node::Kind::boolean:
      return node.boolean;
    case Node::Kind::integer:
      return node.integer;
    case Node::Kind::number:
      return node.number;
    case Node::Kind::text:
      return node.text;
    case Node::Kind::array:
    case Node::Kind::object:
      break;
  }
  if (node.kind == Node::Kind::array) {
    nlohmann::json array = nlohmann::json::array();
    for (const Node& child : node.children) array.push_back(to_nlohmann(child));
    return array;
  }
  nlohmann::json object = nlohmann::json::object();
  for (const Node& child : node.children) object[child.key] = to_nlohmann(child);
  return object;
}

void write_pretty(const Node& node, const std::string& indent, std::string& out) {
  if (node.children.empty()) {
    out += to_nlohmann(node).dump();
    return;
  }
  const bool is_object = node.kind == Node::Kind::object;
  const std::string inner = indent + "  ";
  const char* separator = "";
  out += is_object ? "{" : "[";
  for (const Node& child : node.children) {
    out += separator;
    out += "\n" + inner;
    if (is_object) out += nlohmann::json(child.key).dump() + ": ";
    write_pretty(child, inner, out);
    separator = ",";
  }
  out += "\n" + indent + (is_object ? "}" : "]");
}

}  // namespace

std::optional<Node> parse_document(std::string_view bytes, Problems& problems) {
  if (refuse_bytes(bytes, problems)) return std::nullopt;
  Builder builder(bytes, problems);
  CountingIterator begin(bytes, 0, builder.read());
  CountingIterator end(bytes, bytes.size() + 1, builder.read());
  const bool read = nlohmann::json::sax_parse(begin, end, &builder,
                                              nlohmann::json::input_format_t::json, true, true);
  if (!read) return std::nullopt;
  return builder.take();
}

std::string pointer_to(std::string_view parent, std::string_view key) {
  std::string pointer = std::string(parent) + "/";
  for (const char c : clean_text(key, pointer_key_bytes)) {
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else {
      pointer += c;
    }
  }
  return pointer;
}

std::string pointer_to(std::string_view parent, std::size_t index) {
  return std::string(parent) + "/" + std::to_string(index);
}

std::string to_json(const Node& node, JsonStyle style) {
  if (style == JsonStyle::canonical) return to_nlohmann(node).dump();
  std::string out;
  write_pretty(node, "", out);
  return out + "\n";
}

}  // namespace ght::config
