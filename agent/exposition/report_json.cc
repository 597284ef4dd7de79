// The shape is documented in README.md beside this file; tests/golden/report.json shows it whole.
#include <nlohmann/json.hpp>

#include "agent/core/text.h"
#include "agent/exposition/people.h"
#include "agent/exposition/report_render.h"
#include "agent/exposition/report_words.h"
#include "agent/exposition/summary.h"

namespace ght {
namespace {

using Json = nlohmann::ordered_json;

constexpr int version = 1;

double seconds(WallDuration duration) {
  return to_seconds(Duration(duration));
}

template <typename T, typename Make>
Json or_null(const std::optional<T>& value, Make make) {
  return value ? Json(make(*value)) : Json();
}

Json or_null(const std::string& text) {
  return text.empty() ? Json() : Json(text);
}

Json both(Text key) {
  return {{"fr", fill(text(key, Language::fr), {}, Language::fr)}, {"en", text(key, Language::en)}};
}

void add_states(Json& out, const StateTimes& times) {
  for (const State state : all_states) out[std::string(name(state))] = seconds(times[state]);
}

void add_figures(Json& out, const std::optional<Figures>& figures,
                 const std::optional<LevelVerdict>& verdict) {
  out["lower"] = or_null(figures, [](const Figures& all) { return all.lower; });
  out["upper"] = or_null(figures, [](const Figures& all) { return all.upper; });
  out["coverage"] = or_null(figures, [](const Figures& all) { return all.coverage; });
  out["verdict"] = or_null(verdict, [](LevelVerdict all) { return name(all); });
}

void add_terms(Json& out, const Terms& terms) {
  const ServiceLevel& sla = terms.sla;
  const auto same = [](double level) { return level; };
  out["title"] = terms.title;
  out["collector"] = terms.collector;
  out["indicator"] = "availability";
  out["announced"] = or_null(sla.announced, same);
  out["guaranteed"] = or_null(sla.guaranteed, same);
  out["measurement_interval"] = to_seconds(terms.interval);
  out["measurement_period"] = "calendar_month";
  out["penalties"] = sla.penalties;
  out["service_hours"] = sla.service_hours;
  out["holidays"] = name(terms.holidays);
  out["max_outage"] = or_null(sla.max_outage, [](Duration limit) { return to_seconds(limit); });
  out["stale_after"] = to_seconds(terms.stale_after);
  out["confirm_bad"] = terms.confirm_bad;
  out["time_zone"] = terms.time_zone;
}

void add_gross(Json& out, const std::optional<GrossFigures>& gross) {
  out["gross_lower"] = or_null(gross, [](const GrossFigures& all) { return all.lower; });
  out["gross_upper"] = or_null(gross, [](const GrossFigures& all) { return all.upper; });
}

void add_budget(Json& out, const std::optional<Budget>& budget) {
  out["budget_seconds"] = or_null(budget, [](const Budget& all) { return seconds(all.allowed); });
  out["budget_remaining_seconds"] =
      or_null(budget, [](const Budget& all) { return seconds(all.remaining); });
}

Json period_json(const ReportPeriod& period) {
  Json out = {{"from", format_rfc3339(period.from)}, {"to", format_rfc3339(period.to)}};
  add_terms(out, period.terms);
  add_states(out, period.tally.times);
  add_figures(out, period.figures, period.verdict);
  add_gross(out, period.gross);
  add_budget(out, budget_of(period));
  return out;
}

Json outage_json(const Outage& outage) {
  return {{"from", format_rfc3339(outage.from)},
          {"to", format_rfc3339(outage.to)},
          {"open", outage.open},
          {"duration", seconds(outage.duration())},
          {"bad", seconds(outage.bad)},
          {"unknown", seconds(outage.unknown)},
          {"reason", or_null(outage.reason)}};
}

Json restore_json(const CheckReport& check) {
  const RestoreFigures& restore = check.restore;
  // Without a limit nothing can exceed it: absent, not 0.
  const bool agreed = check.terms.sla.max_outage.has_value();
  const auto over = [&](std::size_t count) { return agreed ? Json(count) : Json(); };
  return {{"outages", restore.outages},
          {"longest", seconds(restore.longest)},
          {"over_limit", over(restore.over_limit)},
          {"recurrences", restore.recurrences},
          {"longest_with_recurrence", seconds(restore.longest_with_recurrence)},
          {"over_limit_with_recurrence", over(restore.over_limit_with_recurrence)}};
}

Json check_json(const CheckReport& check) {
  Json out = {{"activity", slug(check.terms.activity)},
              {"check", check.check},
              {"removed", check.removed},
              {"from", format_rfc3339(check.from)}};
  add_terms(out, check.terms);
  add_states(out, check.tally.times);
  add_figures(out, check.figures, check.verdict);
  add_gross(out, check.gross);
  add_budget(out, budget_of(check));
  Json& periods = out["periods"] = Json::array();
  for (const ReportPeriod& period : check.periods) periods.push_back(period_json(period));
  Json& outages = out["outages"] = Json::array();
  for (const Outage& outage : check.outages) outages.push_back(outage_json(outage));
  out["restore"] = restore_json(check);
  Json& retroactive = out["retroactive"] = Json::object();
  add_states(retroactive, check.retroactive);
  return out;
}

Json activity_json(const Report& report, Activity activity) {
  const ActivityReport row = activity_of(report, activity);
  Json out = {
      {"activity", slug(activity)},
      {"number", number(activity, report.numbering)},
      {"label", {{"fr", label(activity, Language::fr)}, {"en", label(activity, Language::en)}}},
      {"demonstrated", row.checks > 0},
      {"checks", row.checks}};
  add_states(out, row.times);
  add_figures(out, row.figures, row.verdict);
  return out;
}

Json scope_json(const MaintenanceScope& scope) {
  Json activities = Json::array();
  for (const Activity activity : scope.activities) activities.push_back(slug(activity));
  return {{"all", scope.all}, {"checks", scope.checks}, {"activities", std::move(activities)}};
}

Json window_json(const WindowReport& report) {
  const MaintenanceWindow& window = report.window;
  const MaintenancePlan& plan = window.plan;
  Json occurrences = Json::array();
  for (const auto& [from, to] : report.occurrences) {
    occurrences.push_back({{"from", format_rfc3339(from)}, {"to", format_rfc3339(to)}});
  }
  return {{"id", window.id},
          {"scope", scope_json(plan.scope)},
          {"from", or_null(plan.from, format_rfc3339)},
          {"to", or_null(plan.to, format_rfc3339)},
          {"recurring", or_null(plan.recurring)},
          {"reason", plan.reason},
          {"author", plan.author},
          {"approver", or_null(plan.approver)},
          {"configured", window.configured},
          {"declared_at", format_rfc3339(window.declared_at)},
          {"retroactive", plan.from && window.retroactive()},
          {"ended_at", or_null(window.ended_at, format_rfc3339)},
          {"ended_by", or_null(window.ended_by)},
          {"occurrences", std::move(occurrences)},
          {"total", seconds(report.total)}};
}

Json test_json(const RestoreTest& test) {
  return {{"at", format_rfc3339(test.at)},
          {"backup", test.backup},
          {"success", test.success},
          {"backup_date", or_null(test.backup_date, format_rfc3339)},
          {"duration", or_null(test.duration, [](Duration all) { return to_seconds(all); })},
          {"files", test.files},
          {"operator", test.operator_name},
          {"requester", test.requester},
          {"remark", or_null(test.remark)}};
}

Json head_json(const Report& report) {
  const Identity& id = report.identity;
  return {{"version", version},
          {"agent_version", report.agent_version},
          {"identity",
           {{"ght", id.ght},
            {"establishment", id.establishment},
            {"site", id.site},
            {"host", id.host}}},
          {"month", month_key(report.from, report.time_zone)},
          {"from", format_rfc3339(report.from)},
          {"to", format_rfc3339(report.to)},
          {"complete", report.complete},
          {"generated", format_rfc3339(report.generated)},
          {"known_until", format_rfc3339(report.known_until)},
          {"time_zone", report.time_zone},
          {"numbering", report.numbering == Numbering::csp ? "csp" : "asip-2018"},
          {"chain", {{"records", report.chain_records}, {"head", or_null(report.chain_head)}}}};
}

}  // namespace

std::string render_report_json(const Report& report) {
  Json out = head_json(report);
  Json& activities = out["activities"] = Json::array();
  for (const Activity activity : in_order(report.numbering)) {
    activities.push_back(activity_json(report, activity));
  }
  Json& checks = out["checks"] = Json::array();
  for (const CheckReport& check : report.checks) checks.push_back(check_json(check));
  Json& maintenance = out["maintenance"] = Json::array();
  for (const WindowReport& window : report.windows) maintenance.push_back(window_json(window));
  Json& tests = out["restore_tests"] = Json::array();
  for (const RestoreTest& test : report.restore_tests) tests.push_back(test_json(test));
  Json& events = out["events"] = Json::array();
  for (const LedgerEvent& event : report.events) {
    events.push_back(
        {{"at", format_rfc3339(event.at)}, {"kind", event.kind}, {"detail", event.detail}});
  }
  out["note"] = both(Text::report_note);
  // Foreign bytes become U+FFFD: the report never fails for one bad name.
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace ght
