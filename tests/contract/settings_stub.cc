// Only until agent/config reads settings (tests/CMakeLists.txt drops it by itself then).
#include <nlohmann/json.hpp>

#include "agent/config/config.h"
#include "agent/core/text.h"

namespace ght {
namespace {

Settings::Value value_of(const nlohmann::json& json, const Field& field);

Settings object_of(const nlohmann::json& json, std::span<const Field> fields) {
  Settings settings;
  for (const Field& field : fields) {
    const std::string key(field.key);
    if (json.contains(key)) {
      settings.set(key, value_of(json[key], field));
    } else if (!field.fallback.empty()) {
      settings.set(key, value_of(nlohmann::json::parse(field.fallback), field));
    }
  }
  return settings;
}

Settings::Value value_of(const nlohmann::json& json, const Field& field) {
  switch (field.kind) {
    case FieldKind::boolean:
      return json.get<bool>();
    case FieldKind::integer:
      return json.get<std::int64_t>();
    case FieldKind::number:
      return json.get<double>();
    case FieldKind::duration:
      return parse_duration(json.get<std::string>()).value();
    case FieldKind::text:
    case FieldKind::choice:
    case FieldKind::path:
      return json.get<std::string>();
    case FieldKind::text_list:
      return json.get<std::vector<std::string>>();
    case FieldKind::integer_list:
      return json.get<std::vector<std::int64_t>>();
    case FieldKind::text_map:
      return json.get<std::map<std::string, std::string>>();
    case FieldKind::object:
      return object_of(json, field.inner);
    case FieldKind::object_list:
      break;
  }
  std::vector<Settings> list;
  for (const auto& each : json) list.push_back(object_of(each, field.inner));
  return list;
}

}  // namespace

std::string ConfigProblem::text() const {
  return message;
}

SettingsOutcome parse_settings(std::string_view json_object, std::span<const Field> fields) {
  return {object_of(nlohmann::json::parse(json_object), fields), {}};
}

}  // namespace ght
