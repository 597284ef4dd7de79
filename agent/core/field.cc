#include "agent/core/field.h"

namespace ght {

using Values = std::map<std::string, Settings::Value, std::less<>>;

Settings::Settings() = default;
Settings::~Settings() = default;
Settings::Settings(Settings&&) noexcept = default;
Settings& Settings::operator=(Settings&&) noexcept = default;

Settings::Settings(const Settings& other)
    : values_(other.values_ ? std::make_unique<Values>(*other.values_) : nullptr) {}

Settings& Settings::operator=(const Settings& other) {
  if (this != &other) values_ = other.values_ ? std::make_unique<Values>(*other.values_) : nullptr;
  return *this;
}

Values& Settings::values() {
  if (!values_) values_ = std::make_unique<Values>();
  return *values_;
}

void Settings::set(std::string key, Value value) {
  values().insert_or_assign(std::move(key), std::move(value));
}

const Settings::Value* Settings::find_value(std::string_view key) const {
  if (!values_) return nullptr;
  const auto found = values_->find(key);
  return found == values_->end() ? nullptr : &found->second;
}

}  // namespace ght
