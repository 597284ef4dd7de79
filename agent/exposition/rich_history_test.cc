// The pasts of the rich View: a month exceeded, an untouched one, one not read yet, a new check, a
// check of office hours, and windows of every kind.
#include <algorithm>

#include "agent/core/text.h"
#include "agent/exposition/rich_view.h"

namespace ght::test {
namespace {

using namespace std::chrono_literals;

WallTime at(const char* rfc3339) {
  return parse_rfc3339(rfc3339).value();
}

// Later spans take the place of earlier ones.
void put(std::vector<HistorySpan>& spans, WallTime from, WallTime to, State state) {
  std::vector<HistorySpan> out;
  for (const HistorySpan& span : spans) {
    if (span.from < from) out.push_back({span.from, std::min(span.to, from), span.state});
    if (span.to > to) out.push_back({std::max(span.from, to), span.to, span.state});
  }
  out.push_back({from, to, state});
  spans = std::move(out);
}

StateTimes times_in(const std::vector<HistorySpan>& spans, WallTime from, WallTime to) {
  StateTimes times;
  for (const HistorySpan& span : spans) {
    const WallDuration part = std::min(span.to, to) - std::max(span.from, from);
    if (part > 0ms) times[span.state] += part;
  }
  return times;
}

std::optional<MonthFigures> month(const std::vector<HistorySpan>& spans, const ServiceLevel& sla,
                                  WallTime from, WallTime to, WallTime now) {
  MonthFigures out;
  out.from = from;
  out.to = to;
  out.complete = to <= now;
  out.times = times_in(spans, from, std::min(to, now));
  if (out.times == StateTimes()) return std::nullopt;
  out.figures = figures(out.times);
  if (!sla.guaranteed) return out;
  const WallDuration to_come = to > now ? to - now : WallDuration(0);
  out.budget = budget(*sla.guaranteed, committed(out.times) + to_come);
  out.budget_remaining = *out.budget - out.times[State::bad] - out.times[State::unknown];
  out.verdict = judge(*sla.guaranteed, out.times, to_come);
  return out;
}

constexpr const char* november = "2026-10-31T23:00:00Z";  // 00:00 in Europe/Paris
constexpr const char* october = "2026-09-30T22:00:00Z";

// Good since September, apart from what is put into it.
std::vector<HistorySpan> since(const char* from, WallTime now) {
  return {{at(from), now, State::good}};
}

MaintenanceWindow window(std::string id, MaintenanceScope scope, const char* from,
                         std::optional<WallTime> to, std::string reason) {
  MaintenanceWindow out;
  out.id = std::move(id);
  out.plan.scope = std::move(scope);
  out.plan.from = at(from);
  out.plan.to = to;
  out.plan.reason = std::move(reason);
  out.plan.author = "A. Martin";
  out.declared_at = at("2026-11-20T09:00:00Z");
  return out;
}

CheckView& find(View& view, std::string_view name) {
  return *std::ranges::find_if(view.checks,
                               [&](const CheckView& item) { return item.check->name == name; });
}

Outage outage(const char* from, const char* to, WallDuration bad, std::string reason) {
  return {.from = at(from), .to = at(to), .open = false, .bad = bad, .reason = std::move(reason)};
}

void portal(CheckView& item, WallTime now) {
  std::vector<HistorySpan> spans = since("2026-09-10T08:00:00Z", now);
  put(spans, at("2026-10-12T06:00:00Z"), at("2026-10-12T06:40:00Z"), State::bad);
  put(spans, at("2026-11-03T20:00:00Z"), at("2026-11-03T21:00:00Z"), State::maintenance);
  put(spans, at("2026-11-09T10:00:00Z"), at("2026-11-09T10:12:30Z"), State::bad);
  put(spans, at("2026-11-22T13:20:00Z"), at("2026-11-22T13:41:00Z"), State::unknown);
  put(spans, at("2026-11-22T20:00:00Z"), at("2026-11-22T21:00:00Z"), State::maintenance);
  put(spans, at("2026-11-22T23:50:00Z"), at("2026-11-23T00:04:00Z"), State::bad);
  put(spans, at("2026-11-22T23:58:00Z"), at("2026-11-22T23:59:30Z"), State::unknown);
  put(spans, at("2026-11-23T02:11:00Z"), now, State::bad);
  item.history = history_of(spans, item.check->sla, now);
  item.history->outages = {
      {.from = at("2026-11-23T02:11:00Z"),
       .to = now,
       .open = true,
       .bad = 54min + 12s,
       .reason = "rich_status"},
      outage("2026-11-22T23:50:00Z", "2026-11-23T00:04:00Z", 12min + 30s, "connect_refused"),
      outage("2026-11-09T10:00:00Z", "2026-11-09T10:12:30Z", 12min + 30s, "tls_not_yet_valid"),
      outage("2026-10-12T06:00:00Z", "2026-10-12T06:40:00Z", 40min, "connect_unreachable"),
      outage("2026-09-30T21:59:45Z", "2026-09-30T22:00:30Z", 45s, "<b>undeclared</b>"),
      outage("2026-09-12T10:00:00Z", "2026-09-12T10:05:00Z", 5min, "dns_timeout")};
  item.history->outages[1].unknown = 90s;
}

void office_hours(CheckView& item, WallTime now) {
  std::vector<HistorySpan> spans = since("2026-09-10T08:00:00Z", now);
  const WallTime begin = at("2026-09-10T08:00:00Z");
  const WallTime first = at("2026-09-09T18:00:00Z");
  for (WallTime day = first; day < now; day += 24h) {
    const std::chrono::weekday name{std::chrono::floor<std::chrono::days>(day)};
    const bool weekend = name == std::chrono::Friday || name == std::chrono::Saturday;
    put(spans, std::max(day, begin), std::min(day + (weekend ? 38h : 13h), now),
        State::out_of_hours);
  }
  item.history = history_of(spans, item.check->sla, now);
}

void windows(View& view) {
  MaintenanceWindow firmware =
      window("f3a1", {.all = false, .checks = {"disques", "parti<b>"}, .activities = {}},
             "2026-11-23T03:00:00Z", at("2026-11-23T05:00:00Z"), "Microcode des baies <img src=x>");
  firmware.declared_at = at("2026-11-23T03:01:00Z");
  view.maintenance.push_back(std::move(firmware));
  MaintenanceWindow weekly =
      window("cfg-1", {.all = false, .checks = {}, .activities = {Activity::backup}},
             "2026-11-01T00:00:00Z", std::nullopt, "Vérification des dépôts");
  weekly.plan.recurring = "sun 02:00-04:00";
  weekly.plan.approver = "B. Durand";
  weekly.configured = true;
  weekly.declared_at = at("2026-11-01T00:00:00Z");
  view.maintenance.push_back(std::move(weekly));
  view.maintenance.push_back(window("0b77", {.all = true, .checks = {}, .activities = {}},
                                    "2026-12-05T21:00:00Z", at("2026-12-06T02:00:00Z"),
                                    "Coupure électrique"));
}

}  // namespace

CheckHistory history_of(const std::vector<HistorySpan>& spans, const ServiceLevel& sla,
                        WallTime now) {
  CheckHistory out;
  out.current = month(spans, sla, at(november), at("2026-11-30T23:00:00Z"), now);
  out.previous = month(spans, sla, at(october), at(november), now);
  const auto cell = [&](WallTime from, WallTime to) {
    return HistoryCell{.from = from, .to = to, .times = times_in(spans, from, to)};
  };
  const WallTime last =
      std::chrono::floor<std::chrono::duration<int, std::ratio<900>>>(now) + 15min;
  for (WallTime from = last - 24h; from < last; from += 15min) {
    out.hours.push_back(cell(from, from + 15min));
  }
  out.days.push_back(cell(at("2026-10-24T22:00:00Z"), at("2026-10-25T23:00:00Z")));  // 25 hours
  for (WallTime from = out.days[0].to; from < now; from += 24h) {
    out.days.push_back(cell(from, from + 24h));
  }
  return out;
}

void add_history(View& view) {
  const WallTime now = view.now;
  portal(find(view, "dpi-portail"), now);
  office_hours(find(view, "hyperviseur"), now);
  find(view, "salle-onduleur").history = history_of(since("2026-08-01T00:00:00Z", now), {}, now);
  CheckView& nightly = find(view, "dpi-nuit");
  std::vector<HistorySpan> spans = since("2026-08-01T00:00:00Z", now);
  put(spans, nightly.state_since, now, State::bad);
  nightly.history = history_of(spans, nightly.check->sla, now);
  nightly.history->outages = {{.from = nightly.state_since,
                               .to = now,
                               .open = true,
                               .bad = now - nightly.state_since,
                               .reason = "rich_old"}};
  CheckView& fresh = find(view, "pacs-archive");
  fresh.history = history_of({{fresh.state_since, now, State::unknown}}, fresh.check->sla, now);
  CheckView& stale = find(view, "correctifs");
  spans = since("2026-10-30T10:00:00Z", now);
  put(spans, stale.state_since, now, State::unknown);
  stale.history = history_of(spans, stale.check->sla, now);
  CheckView& disks = find(view, "disques");
  spans = since("2026-08-01T00:00:00Z", now);
  put(spans, disks.state_since, now, State::maintenance);
  disks.history = history_of(spans, disks.check->sla, now);
  disks.maintenance_active = true;
  windows(view);
  view.chain_records = 48'213;
  view.chain_head = "a94f0c3be1d2775508fe61b09c7a4d1122334455667788990011aabbccddeeff";
}

}  // namespace ght::test
