#include "collectors/patch/terms.h"

#include "agent/core/text.h"

namespace ght::collectors::patch {
namespace {

using std::chrono_literals::operator""h;

std::string optional_text(const Settings& settings, std::string_view key) {
  const auto* text = settings.find<std::string>(key);
  return text == nullptr ? "" : *text;
}

std::optional<Duration> optional_duration(const Settings& settings, std::string_view key) {
  const auto* duration = settings.find<Duration>(key);
  return duration == nullptr ? std::nullopt : std::optional(*duration);
}

// The end of the day "2026-12-31", UTC; nullopt when it is none.
std::optional<WallTime> end_of_day(const std::string& day) {
  const auto midnight = parse_rfc3339(day + "T00:00:00Z");
  return midnight ? std::optional(*midnight + 24h) : std::nullopt;
}

const std::vector<Settings>& given_waivers(const Settings& settings) {
  static const std::vector<Settings> none;
  const auto* given = settings.find<std::vector<Settings>>("waivers");
  return given == nullptr ? none : *given;
}

std::map<Severity, Duration> ages_of(const Settings& settings) {
  std::map<Severity, Duration> ages;
  const auto* given = settings.find<Settings>(severity_ages_field.key);
  if (given == nullptr) return ages;
  for (std::size_t i = 0; i < severities.size(); ++i) {
    if (const auto age = optional_duration(*given, severities[i])) {
      ages.emplace(static_cast<Severity>(i), *age);
    }
  }
  return ages;
}

}  // namespace

Rules rules_of(const Settings& settings) {
  Rules rules;
  rules.max_security_age = settings.get<Duration>("max_security_age");
  rules.by_severity = ages_of(settings);
  rules.max_exploited_age = optional_duration(settings, "max_exploited_age");
  rules.max_metadata_age = settings.get<Duration>("max_metadata_age");
  rules.max_catalogue_age = settings.get<Duration>("max_catalogue_age");
  const auto* automatic = settings.find<bool>("automatic");
  rules.automatic = automatic != nullptr && *automatic;
  rules.max_automatic_age = optional_duration(settings, "max_automatic_age");
  for (const Settings& each : given_waivers(settings)) {
    rules.waivers.push_back(
        {.package = optional_text(each, "package"),
         .advisory = optional_text(each, "advisory"),
         .reason = each.get<std::string>("reason"),
         .author = each.get<std::string>("author"),
         .end = end_of_day(each.get<std::string>("until")).value_or(WallTime{})});
  }
  return rules;
}

Result<void> check(const Settings& settings) {
  for (const Settings& each : given_waivers(settings)) {
    const std::string& until = each.get<std::string>("until");
    if (!end_of_day(until))
      return Error{"waivers", "\"" + until + "\": expected a day, as 2026-12-31"};
    const bool package = !optional_text(each, "package").empty();
    if (package == !optional_text(each, "advisory").empty()) {
      return Error{"waivers", "expected either package or advisory in each element"};
    }
  }
  if (optional_duration(settings, "max_exploited_age") &&
      optional_text(settings, "exploited_catalogue").empty()) {
    return Error{"max_exploited_age", "says nothing without exploited_catalogue"};
  }
  return {};
}

}  // namespace ght::collectors::patch
