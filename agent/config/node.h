// A JSON document as it stands in the file: values in their order, each with the place of its first
// byte, so that every problem can be told with its line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ght::config {

struct Node {
  enum class Kind { null, boolean, integer, number, text, array, object };

  Kind kind = Kind::null;
  std::size_t offset = 0;      // of the value's first byte
  std::string key;             // when it is the member of an object
  std::size_t key_offset = 0;  // of the key's first byte
  bool boolean = false;
  std::int64_t integer = 0;
  double number = 0;           // for `integer` too
  std::string text;            // a text's value; a number as it is written
  std::vector<Node> children;  // of an array or object

  // The member of that key, nullptr when there is none (or this is no object).
  const Node* find(std::string_view member) const {
    for (const Node& child : children) {
      if (kind == Kind::object && child.key == member) return &child;
    }
    return nullptr;
  }

  // For building: each appends a member to this object and returns it. Nodes that are built have
  // no place in a file.
  Node& add(std::string_view member, Node value) {
    value.key = member;
    children.push_back(std::move(value));
    return children.back();
  }
};

inline Node object_node() {
  Node node;
  node.kind = Node::Kind::object;
  return node;
}

inline Node text_node(std::string_view text) {
  Node node;
  node.kind = Node::Kind::text;
  node.text = text;
  return node;
}

inline Node boolean_node(bool value) {
  Node node;
  node.kind = Node::Kind::boolean;
  node.boolean = value;
  return node;
}

inline Node number_node(double value) {
  Node node;
  node.kind = Node::Kind::number;
  node.number = value;
  return node;
}

inline Node array_node(std::vector<Node> elements) {
  Node node;
  node.kind = Node::Kind::array;
  node.children = std::move(elements);
  return node;
}

// RFC 6901: the pointer to a member or element of what `parent` points to. Keys are shortened and
// cleaned for showing.
std::string pointer_to(std::string_view parent, std::string_view key);
std::string pointer_to(std::string_view parent, std::size_t index);

// pretty: two spaces, the order as built, a final newline. canonical: one line, keys sorted.
enum class JsonStyle { pretty, canonical };
std::string to_json(const Node& node, JsonStyle style);

}  // namespace ght::config
