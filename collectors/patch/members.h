// Members of a JSON object, each of the type that is expected; the Error names the place.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "agent/core/result.h"
#include "agent/core/time.h"

namespace ght::collectors::patch {

Error expected(const std::string& where, const std::string& what);

// Of any type; an Error when there is none.
Result<nlohmann::json> member(const nlohmann::json& object, const std::string& at, const char* key);
Result<std::string> text_member(const nlohmann::json& object, const std::string& at,
                                const char* key);
// The same, and it may not be empty.
Result<std::string> name_member(const nlohmann::json& object, const std::string& at,
                                const char* key);
Result<bool> boolean_member(const nlohmann::json& object, const std::string& at, const char* key);
// From 0 up to the year 3000 as a Unix time: no date that follows overflows.
Result<std::int64_t> count_member(const nlohmann::json& object, const std::string& at,
                                  const char* key);
// Seconds since 1970, or null.
Result<std::optional<WallTime>> time_member(const nlohmann::json& object, const std::string& at,
                                            const char* key);
Result<nlohmann::json> array_member(const nlohmann::json& object, const std::string& at,
                                    const char* key);
Result<std::vector<std::string>> names_member(const nlohmann::json& object, const std::string& at,
                                              const char* key);

}  // namespace ght::collectors::patch
