#include "collectors/backup/terms.h"

namespace ght::collectors::backup {
namespace {

template <class T>
std::optional<T> given(const Settings& settings, std::string_view key) {
  const T* value = settings.find<T>(key);
  return value == nullptr ? std::nullopt : std::optional<T>(*value);
}

Place place_of(const Settings& settings) {
  return {.repository = given<std::string>(settings, "repository").value_or(""),
          .location = settings.get<std::string>("location"),
          .medium = settings.get<std::string>("medium"),
          .immutable = given<Duration>(settings, "immutable"),
          .rpo = given<Duration>(settings, "rpo")};
}

}  // namespace

Terms terms_of(const Settings& settings) {
  const auto rpo = settings.get<Duration>("rpo");
  Terms terms{
      .rpo = rpo,
      .min_size = std::nullopt,
      .unknown_is_bad_after = given<Duration>(settings, "unknown_is_bad_after").value_or(rpo),
      .max_duration = given<Duration>(settings, "max_duration"),
      .max_size_change = given<double>(settings, "max_size_change"),
      .max_duration_change = given<double>(settings, "max_duration_change"),
      .max_changed_files = given<double>(settings, "max_changed_files"),
      .restore_test_max_age = given<Duration>(settings, "restore_test_max_age"),
      .copies = {}};
  if (const auto bytes = given<std::int64_t>(settings, "min_size")) {
    terms.min_size = static_cast<std::uint64_t>(*bytes);
  }
  if (const auto* copies = settings.find<std::vector<Settings>>("copies")) {
    for (const Settings& each : *copies) terms.copies.push_back(place_of(each));
  }
  return terms;
}

std::string optional_text(const Settings& settings, std::string_view key) {
  return given<std::string>(settings, key).value_or("");
}

}  // namespace ght::collectors::backup
