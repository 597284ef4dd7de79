#include "agent/exposition/status_json_history.h"

#include <string>

#include "agent/core/text.h"
#include "agent/exposition/history_words.h"
#include "agent/exposition/maintenance_state.h"

namespace ght {
namespace {

using Json = nlohmann::ordered_json;

Json seconds_of(const std::optional<WallDuration>& time) {
  return time ? Json(to_seconds(Duration(*time))) : Json();
}

Json time_of(const std::optional<WallTime>& time) {
  return time ? Json(format_rfc3339(*time)) : Json();
}

Json text_of(const std::string& text) {
  return text.empty() ? Json() : Json(text);
}

Json month_json(const std::optional<MonthFigures>& month) {
  if (!month) return nullptr;
  const std::optional<Figures>& figures = month->figures;
  return {{"from", format_rfc3339(month->from)},
          {"to", format_rfc3339(month->to)},
          {"complete", month->complete},
          {"seconds", seconds_json(month->times)},
          {"lower", figures ? Json(figures->lower) : Json()},
          {"upper", figures ? Json(figures->upper) : Json()},
          {"coverage", figures ? Json(figures->coverage) : Json()},
          {"verdict", month->verdict ? Json(name(*month->verdict)) : Json()},
          {"budget_seconds", seconds_of(month->budget)},
          {"budget_remaining_seconds", seconds_of(month->budget_remaining)}};
}

Json outage_json(const Outage& outage, const Collector* collector) {
  Json reason;
  if (!outage.reason.empty()) {
    reason = {{"code", outage.reason},
              {"fr", say_code(outage.reason, collector, Language::fr)},
              {"en", say_code(outage.reason, collector, Language::en)}};
  }
  return {{"from", format_rfc3339(outage.from)},
          {"to", outage.open ? Json() : Json(format_rfc3339(outage.to))},
          {"open", outage.open},
          {"duration_seconds", to_seconds(Duration(outage.duration()))},
          {"bad_seconds", to_seconds(Duration(outage.bad))},
          {"unknown_seconds", to_seconds(Duration(outage.unknown))},
          {"reason", std::move(reason)}};
}

Json scope_json(const MaintenanceScope& scope) {
  Json activities = Json::array();
  for (const Activity activity : scope.activities) activities.push_back(slug(activity));
  return {{"all", scope.all}, {"checks", scope.checks}, {"activities", std::move(activities)}};
}

}  // namespace

Json seconds_json(const StateTimes& times) {
  Json out = Json::object();
  for (const State state : all_states) {
    out[std::string(name(state))] = to_seconds(Duration(times[state]));
  }
  return out;
}

Json history_json(const CheckView& item) {
  if (!item.history) return nullptr;
  Json outages = Json::array();
  for (const Outage& outage : item.history->outages) {
    outages.push_back(outage_json(outage, item.check->collector));
  }
  return {{"current", month_json(item.history->current)},
          {"previous", month_json(item.history->previous)},
          {"outages", std::move(outages)}};
}

Json chain_json(const View& view) {
  const bool read = view.chain_records != 0 || !view.chain_head.empty();
  return {{"records", read ? Json(view.chain_records) : Json()},
          {"head", text_of(view.chain_head)}};
}

Json maintenance_json(const View& view) {
  Json out = Json::array();
  for (const MaintenanceWindow& window : view.maintenance) {
    const MaintenancePlan& plan = window.plan;
    out.push_back({{"id", window.id},
                   {"scope", scope_json(plan.scope)},
                   {"from", time_of(plan.from)},
                   {"to", time_of(window.effective_to())},
                   {"recurring", text_of(plan.recurring)},
                   {"reason", plan.reason},
                   {"author", plan.author},
                   {"approver", text_of(plan.approver)},
                   {"retroactive", window.retroactive()},
                   {"active", active(view, window)}});
  }
  return out;
}

}  // namespace ght
