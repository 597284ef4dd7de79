#include <cmath>

#include "agent/config/config.h"
#include "agent/config/tables.h"
#include "agent/config/validate.h"

namespace ght {
namespace config {
namespace {

Node number_as_written(double value) {
  Node node = number_node(value);
  if (std::trunc(value) == value) {
    node.kind = Node::Kind::integer;
    node.integer = static_cast<std::int64_t>(value);
  }
  return node;
}

void add_bounds(Node& schema, const Field& field, std::string_view min, std::string_view max) {
  if (std::isfinite(field.min)) schema.add(min, number_as_written(field.min));
  if (std::isfinite(field.max)) schema.add(max, number_as_written(field.max));
}

Node typed(std::string_view type) {
  Node schema = object_node();
  schema.add("type", text_node(type));
  return schema;
}

class SchemaWriter {
 public:
  explicit SchemaWriter(const Tables& tables) : tables_(tables) {}
  Node object(std::span<const Field> fields) const;

 private:
  Node value(const Field& field) const;
  Node list(const Field& field) const;
  Node field(const Field& field) const;
  Node check() const;
  Node collector_rule(const Collector& collector) const;

  const Tables& tables_;
};

// Only what draft 2020-12 can say: the agent refuses more (bytes, not characters; limits of
// durations), never less.
Node SchemaWriter::value(const Field& field) const {
  switch (field.kind) {
    case FieldKind::boolean:
      return typed("boolean");
    case FieldKind::integer:
    case FieldKind::number: {
      Node schema = typed(field.kind == FieldKind::integer ? "integer" : "number");
      add_bounds(schema, field, "minimum", "maximum");
      return schema;
    }
    case FieldKind::duration: {
      Node schema = typed("string");
      schema.add("pattern", text_node("^[0-9]+(ms|s|m|h|d)$"));
      return schema;
    }
    case FieldKind::path: {
      Node schema = typed("string");
      schema.add("pattern", text_node("^/"));
      return schema;
    }
    case FieldKind::text: {
      Node schema = typed("string");
      if (field.min > 0) schema.add("minLength", number_as_written(1));
      if (std::isfinite(field.max)) schema.add("maxLength", number_as_written(field.max));
      return schema;
    }
    case FieldKind::choice: {
      Node schema = object_node();
      Node& choices = schema.add("enum", array_node({}));
      for (std::string_view choice : field.choices) choices.children.push_back(text_node(choice));
      return schema;
    }
    case FieldKind::text_map: {
      Node schema = typed("object");
      schema.add("additionalProperties", typed("string"));
      return schema;
    }
    case FieldKind::object:
      return &field == &tables_.settings() ? typed("object") : object(field.inner);
    case FieldKind::text_list:
    case FieldKind::integer_list:
    case FieldKind::object_list:
      break;
  }
  return list(field);
}

Node SchemaWriter::list(const Field& field) const {
  Node schema = typed("array");
  if (field.kind == FieldKind::integer_list) {
    add_bounds(schema.add("items", typed("integer")), field, "minimum", "maximum");
    return schema;
  }
  const bool checks = field.inner.data() == tables_.check().data();
  schema.add("items", field.kind == FieldKind::text_list ? typed("string")
                      : checks                           ? check()
                                                         : object(field.inner));
  add_bounds(schema, field, "minItems", "maxItems");
  return schema;
}

Node SchemaWriter::field(const Field& field) const {
  Node schema = object_node();
  if (!field.help.empty()) schema.add("description", text_node(field.help));
  if (!field.fallback.empty()) schema.add("default", fallback_node(field));
  Node own = value(field);
  for (Node& part : own.children) schema.children.push_back(std::move(part));
  return schema;
}

Node SchemaWriter::object(std::span<const Field> fields) const {
  Node schema = typed("object");
  Node properties = object_node();
  Node required = array_node({});
  for (const Field& each : fields) {
    properties.add(each.key, field(each));
    if (each.need == Need::required && each.fallback.empty()) {
      required.children.push_back(text_node(each.key));
    }
  }
  schema.add("properties", std::move(properties));
  if (!required.children.empty()) schema.add("required", std::move(required));
  schema.add("additionalProperties", boolean_node(false));
  return schema;
}

// If collector is X then settings are as X's table says.
Node SchemaWriter::collector_rule(const Collector& collector) const {
  Node named = object_node();
  named.add("properties", object_node())
      .add("collector", object_node())
      .add("const", text_node(collector.name));
  Node settings = object(collector.settings);
  const bool required = settings.find("required") != nullptr;
  Node then = object_node();
  then.add("properties", object_node()).add("settings", std::move(settings));
  if (required) then.add("required", array_node({text_node("settings")}));
  Node rule = object_node();
  rule.add("if", std::move(named));
  rule.add("then", std::move(then));
  return rule;
}

// A check's settings are any object here; the rules say more.
Node SchemaWriter::check() const {
  Node schema = object(tables_.check());
  Node rules = array_node({});
  for (const Collector* collector : tables_.collectors()) {
    rules.children.push_back(collector_rule(*collector));
  }
  if (!rules.children.empty()) schema.add("allOf", std::move(rules));
  return schema;
}

}  // namespace
}  // namespace config

std::string config_schema(std::span<const Collector* const> collectors) {
  using namespace config;
  const Tables tables(collectors);
  Node schema = object_node();
  schema.add("$schema", text_node("https://json-schema.org/draft/2020-12/schema"));
  schema.add("title", text_node("Configuration of ght-agent"));
  Node root = SchemaWriter(tables).object(tables.root());
  for (Node& part : root.children) {
    schema.children.push_back(std::move(part));
  }
  return to_json(schema, JsonStyle::pretty);
}

}  // namespace ght
