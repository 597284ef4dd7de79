#include "agent/ledger/terms_json.h"

#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

namespace ght {
namespace {

using nlohmann::json;

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::int64_t milliseconds(Duration duration) {
  return std::chrono::duration_cast<WallDuration>(duration).count();
}

Duration duration(const json& value) {
  return std::chrono::milliseconds(value.get<std::int64_t>());
}

template <class T>
json or_null(const std::optional<T>& value) {
  return value ? json(*value) : json(nullptr);
}

std::optional<double> ratio(const json& value) {
  if (value.is_null()) return std::nullopt;
  return value.get<double>();
}

Activity activity(const json& value) {
  const auto found = activity_from_slug(value.get<std::string>());
  if (!found) throw std::invalid_argument("unknown activity " + value.get<std::string>());
  return *found;
}

WeeklyHours hours(const std::string& text) {
  auto parsed = parse_weekly_hours(text);
  if (!parsed.ok()) throw std::invalid_argument(parsed.error().text());
  return std::move(parsed).value();
}

Terms read_terms(const json& object) {
  Terms terms;
  terms.title = object.at("title").get<std::string>();
  terms.collector = object.at("collector").get<std::string>();
  terms.activity = activity(object.at("activity"));
  terms.interval = duration(object.at("interval_ms"));
  terms.stale_after = duration(object.at("stale_after_ms"));
  terms.confirm_bad = object.at("confirm_bad").get<int>();
  terms.sla.guaranteed = ratio(object.at("guaranteed"));
  terms.sla.announced = ratio(object.at("announced"));
  terms.sla.penalties = object.at("penalties").get<std::string>();
  terms.sla.service_hours = object.at("service_hours").get<std::string>();
  terms.sla.hours = hours(terms.sla.service_hours);
  if (const json& limit = object.at("max_outage_ms"); !limit.is_null()) {
    terms.sla.max_outage = duration(limit);
  }
  terms.time_zone = object.at("time_zone").get<std::string>();
  const auto holidays = holidays_from_name(object.at("holidays").get<std::string>());
  if (!holidays) throw std::invalid_argument("unknown holidays");
  terms.holidays = *holidays;
  return terms;
}

MaintenanceWindow read_window(const json& object) {
  MaintenanceWindow window;
  window.id = object.at("id").get<std::string>();
  MaintenancePlan& plan = window.plan;
  plan.scope.all = object.at("all").get<bool>();
  plan.scope.checks = object.at("checks").get<std::vector<std::string>>();
  for (const json& slug : object.at("activities")) {
    plan.scope.activities.push_back(activity(slug));
  }
  plan.from = wall_from_unix_ms(object.at("from_ms").get<std::int64_t>());
  if (const json& to = object.at("to_ms"); !to.is_null()) {
    plan.to = wall_from_unix_ms(to.get<std::int64_t>());
  }
  plan.recurring = object.at("recurring").get<std::string>();
  if (!plan.recurring.empty()) plan.hours = hours(plan.recurring);
  plan.reason = object.at("reason").get<std::string>();
  plan.author = object.at("author").get<std::string>();
  plan.approver = object.at("approver").get<std::string>();
  window.configured = object.at("configured").get<bool>();
  window.declared_at = wall_from_unix_ms(object.at("declared_ms").get<std::int64_t>());
  return window;
}

// nlohmann and the readers above throw; this is the one place where that becomes an Error.
template <class T>
Result<T> read(std::string_view text, std::string_view what, T (*reader)(const json&)) {
  try {
    return reader(json::parse(text));
  } catch (const std::exception& error) {
    return Error{std::string(what), std::string("cannot be read: ") + error.what()};
  }
}

}  // namespace

std::string to_json(const Terms& terms) {
  const ServiceLevel& sla = terms.sla;
  const json limit = sla.max_outage ? json(milliseconds(*sla.max_outage)) : json(nullptr);
  return dump({{"title", terms.title},
               {"collector", terms.collector},
               {"activity", slug(terms.activity)},
               {"interval_ms", milliseconds(terms.interval)},
               {"stale_after_ms", milliseconds(terms.stale_after)},
               {"confirm_bad", terms.confirm_bad},
               {"guaranteed", or_null(sla.guaranteed)},
               {"announced", or_null(sla.announced)},
               {"penalties", sla.penalties},
               {"service_hours", sla.service_hours},
               {"max_outage_ms", limit},
               {"time_zone", terms.time_zone},
               {"holidays", name(terms.holidays)}});
}

Result<Terms> terms_from_json(std::string_view json_text) {
  return read<Terms>(json_text, "terms of a check", read_terms);
}

std::string to_json(const MaintenanceWindow& window) {
  const MaintenancePlan& plan = window.plan;
  json activities = json::array();
  for (const Activity each : plan.scope.activities) activities.push_back(slug(each));
  return dump({{"id", window.id},
               {"all", plan.scope.all},
               {"checks", plan.scope.checks},
               {"activities", activities},
               {"from_ms", to_unix_ms(*plan.from)},
               {"to_ms", plan.to ? json(to_unix_ms(*plan.to)) : json(nullptr)},
               {"recurring", plan.recurring},
               {"reason", plan.reason},
               {"author", plan.author},
               {"approver", plan.approver},
               {"configured", window.configured},
               {"declared_ms", to_unix_ms(window.declared_at)}});
}

Result<MaintenanceWindow> window_from_json(std::string_view json_text) {
  return read<MaintenanceWindow>(json_text, "maintenance window", read_window);
}

}  // namespace ght
