// The shape is documented in README.md beside this file; tests/golden/status.json shows it whole.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "agent/core/text.h"
#include "agent/exposition/render.h"
#include "agent/exposition/status_json_history.h"
#include "agent/exposition/summary.h"

namespace ght {
namespace {

using Json = nlohmann::ordered_json;

constexpr int format_version = 1;

Json agent_json(const View& view) {
  const Identity& id = view.identity;
  return {{"version", view.version},
          {"revision", view.revision},
          {"identity",
           {{"ght", id.ght},
            {"establishment", id.establishment},
            {"site", id.site},
            {"host", id.host}}},
          {"os", view.os},
          {"kernel", view.kernel},
          {"time_zone", view.time_zone},
          {"numbering", view.numbering == Numbering::csp ? "csp" : "asip-2018"},
          {"started", format_rfc3339(view.started)},
          {"now", format_rfc3339(view.now)}};
}

Json configuration_json(const View& view) {
  Json out = {{"ok", view.reload_ok}, {"accepted", format_rfc3339(view.reload_success)}};
  if (!view.reload_ok) out["error"] = view.reload_error;
  return out;
}

Json ledger_json(const View& view) {
  Json out = {{"healthy", view.ledger_healthy}};
  if (!view.ledger_healthy) out["error"] = view.ledger_error;
  if (view.ledger_last_write) out["last_write"] = format_rfc3339(*view.ledger_last_write);
  return out;
}

Json web_json(const View& view) {
  if (!view.web_tls) return {{"tls", nullptr}};
  Json tls = {{"ok", view.web_tls->reload_error.empty()},
              {"not_after", format_rfc3339(view.web_tls->not_after)}};
  if (!view.web_tls->reload_error.empty()) tls["error"] = view.web_tls->reload_error;
  return {{"tls", std::move(tls)}};
}

Json activities_json(const View& view) {
  Json out = Json::array();
  for (const Activity activity : in_order(view.numbering)) {
    Json row = {
        {"activity", slug(activity)},
        {"number", number(activity, view.numbering)},
        {"label", {{"fr", label(activity, Language::fr)}, {"en", label(activity, Language::en)}}}};
    if (const auto worst = worst_state(view, activity)) row["state"] = name(*worst);
    out.push_back(std::move(row));
  }
  return out;
}

Json sla_json(const ServiceLevel& sla) {
  Json out = Json::object();
  if (sla.guaranteed) out["guaranteed"] = *sla.guaranteed;
  if (sla.announced) out["announced"] = *sla.announced;
  out["penalties"] = sla.penalties;
  return out;
}

// Lines of the transcript as an array: a person reads this, too.
Json lines_json(const std::string& text) {
  Json lines = Json::array();
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    lines.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return lines;
}

Json failures_json(const View& view, const CheckView& item) {
  Json out = Json::array();
  if (item.failures == nullptr) return out;
  for (const Failure& failure : *item.failures) {
    const auto sentence = [&](Language language) {
      return reason_sentence(failure.reason, item.check->collector, language, view.time_zone);
    };
    out.push_back({{"first", format_rfc3339(failure.first)},
                   {"last", format_rfc3339(failure.last)},
                   {"runs", failure.runs},
                   {"verdict", name(failure.verdict)},
                   {"reason",
                    {{"code", failure.reason.code},
                     {"fr", sentence(Language::fr)},
                     {"en", sentence(Language::en)}}},
                   {"transcript", lines_json(failure.transcript)}});
  }
  return out;
}

Json check_json(const View& view, const CheckView& item) {
  const Check& check = *item.check;
  const auto sentence = [&](Language language) {
    return reason_sentence(item.reason, check.collector, language, view.time_zone);
  };
  Json out = {{"name", check.name},
              {"title", check.title},
              {"activity", slug(check.activity)},
              {"collector", check.collector == nullptr ? "" : check.collector->name},
              {"state", name(item.state)},
              {"state_since", format_rfc3339(item.state_since)}};
  if (item.last != nullptr) out["verdict"] = name(item.last->verdict);
  if (!item.reason.code.empty()) {
    out["reason"] = {
        {"code", item.reason.code}, {"fr", sentence(Language::fr)}, {"en", sentence(Language::en)}};
  }
  if (item.last_run) out["last_run"] = format_rfc3339(*item.last_run);
  if (item.last_duration) out["run_duration_seconds"] = to_seconds(*item.last_duration);
  out["interval_seconds"] = to_seconds(check.interval);
  Json& runs = out["runs"] = Json::object();
  for (std::size_t i = 0; i < run_end_names.size(); ++i) {
    runs[std::string(run_end_names[i])] = item.runs[i];
  }
  if (item.accounted) out["seconds"] = seconds_json(*item.accounted);
  out["sla"] = sla_json(check.sla);
  out["maintenance_active"] = item.maintenance_active;
  out["failures"] = failures_json(view, item);
  out["history"] = history_json(item);
  return out;
}

}  // namespace

std::string render_status_json(const View& view) {
  Json checks = Json::array();
  for (const CheckView& item : view.checks) checks.push_back(check_json(view, item));
  const Json out = {{"format", format_version},
                    {"agent", agent_json(view)},
                    {"configuration", configuration_json(view)},
                    {"web", web_json(view)},
                    {"ledger", ledger_json(view)},
                    {"chain", chain_json(view)},
                    {"maintenance", maintenance_json(view)},
                    {"activities", activities_json(view)},
                    {"checks", std::move(checks)}};
  // Foreign bytes become U+FFFD: the page never fails for one bad name.
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace ght
