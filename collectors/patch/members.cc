#include "collectors/patch/members.h"

#include <utility>

namespace ght::collectors::patch {
namespace {

using nlohmann::json;

constexpr std::int64_t year_3000 = 32503680000;

}  // namespace

Error expected(const std::string& where, const std::string& what) {
  return {.about = where, .message = "expected " + what};
}

Result<json> member(const json& object, const std::string& at, const char* key) {
  if (!object.is_object()) return expected(at, "an object");
  const auto found = object.find(key);
  if (found == object.end()) return expected(at + "/" + key, "a member of that name");
  return json(*found);
}

Result<std::string> text_member(const json& object, const std::string& at, const char* key) {
  GHT_TRY(const json value, member(object, at, key));
  if (!value.is_string()) return expected(at + "/" + key, "a text");
  return value.get<std::string>();
}

Result<std::string> name_member(const json& object, const std::string& at, const char* key) {
  GHT_TRY(std::string value, text_member(object, at, key));
  if (value.empty()) return expected(at + "/" + key, "a text that is not empty");
  return value;
}

Result<bool> boolean_member(const json& object, const std::string& at, const char* key) {
  GHT_TRY(const json value, member(object, at, key));
  if (!value.is_boolean()) return expected(at + "/" + key, "true or false");
  return value.get<bool>();
}

Result<std::int64_t> count_member(const json& object, const std::string& at, const char* key) {
  GHT_TRY(const json value, member(object, at, key));
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() > year_3000) {
    return expected(at + "/" + key, "a whole number");
  }
  return value.get<std::int64_t>();
}

Result<std::optional<WallTime>> time_member(const json& object, const std::string& at,
                                            const char* key) {
  GHT_TRY(const json value, member(object, at, key));
  if (value.is_null()) return std::optional<WallTime>();
  GHT_TRY(const std::int64_t seconds, count_member(object, at, key));
  return std::optional(WallTime(std::chrono::seconds(seconds)));
}

Result<json> array_member(const json& object, const std::string& at, const char* key) {
  GHT_TRY(json value, member(object, at, key));
  if (!value.is_array()) return expected(at + "/" + key, "an array");
  return value;
}

Result<std::vector<std::string>> names_member(const json& object, const std::string& at,
                                              const char* key) {
  GHT_TRY(const json list, array_member(object, at, key));
  std::vector<std::string> names;
  for (const json& each : list) {
    if (!each.is_string()) return expected(at + "/" + key, "texts");
    names.push_back(each.get<std::string>());
  }
  return names;
}

}  // namespace ght::collectors::patch
