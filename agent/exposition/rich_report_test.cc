#include "agent/exposition/rich_report.h"

#include <algorithm>

#include "agent/core/reasons.h"
#include "agent/core/text.h"

namespace ght::test {
namespace {

using namespace std::chrono_literals;

constexpr WallDuration month = 720h;  // November, Europe/Paris

WallTime at(const char* rfc3339) {
  return parse_rfc3339(rfc3339).value();
}
const WallTime begin = at("2026-10-31T23:00:00Z");
const WallTime end = at("2026-11-30T23:00:00Z");

struct Times {
  WallDuration bad{};
  WallDuration unknown{};
  WallDuration maintenance{};
  WallDuration out_of_hours{};
};

// What is left of the span is good.
Tally tally_of(WallDuration span, const Times& times) {
  Tally tally;
  tally.times[State::bad] = times.bad;
  tally.times[State::unknown] = times.unknown;
  tally.times[State::maintenance] = times.maintenance;
  tally.times[State::out_of_hours] = times.out_of_hours;
  tally.times[State::good] =
      span - times.bad - times.unknown - times.maintenance - times.out_of_hours;
  tally.good_in_maintenance = times.maintenance / 2;
  return tally;
}

ReportPeriod period_of(WallTime from, WallTime to, const Terms& terms, const Tally& tally) {
  ReportPeriod period;
  period.from = from;
  period.to = to;
  period.terms = terms;
  period.tally = tally;
  period.figures = figures(tally.times);
  period.gross = gross_figures(tally);
  if (const auto level = terms.sla.guaranteed) {
    period.verdict = judge(*level, tally.times);
    if (period.verdict) period.budget = budget(*level, committed(tally.times));
  }
  return period;
}

void add_up(CheckReport& check) {
  for (const ReportPeriod& period : check.periods) {
    for (const State state : all_states) check.tally.times[state] += period.tally.times[state];
    check.tally.good_in_maintenance += period.tally.good_in_maintenance;
    if (!period.verdict) continue;
    const bool worse = !check.verdict || *period.verdict == LevelVerdict::breached ||
                       *check.verdict == LevelVerdict::met;
    if (worse) check.verdict = period.verdict;
  }
  check.figures = figures(check.tally.times);
  check.gross = gross_figures(check.tally);
}

Terms terms_of(std::string title, std::string collector, Activity activity, Duration interval) {
  Terms terms;
  terms.title = std::move(title);
  terms.collector = std::move(collector);
  terms.activity = activity;
  terms.interval = interval;
  terms.stale_after = 3 * interval;
  return terms;
}

CheckReport check_of(std::string name, const Terms& terms, const Times& times) {
  CheckReport check;
  check.check = std::move(name);
  check.terms = terms;
  check.from = begin;
  check.periods.push_back(period_of(begin, end, terms, tally_of(month, times)));
  add_up(check);
  return check;
}

Outage outage_of(const char* from, const char* to, WallDuration unknown, std::string_view reason) {
  Outage outage;
  outage.from = at(from);
  outage.to = at(to);
  outage.unknown = unknown;
  outage.bad = outage.to - outage.from - unknown;
  outage.reason = reason;
  return outage;
}

// 3 h 59 down, a minute up, 3 h 59 down.
CheckReport breached() {
  Terms terms = terms_of("DPI : portail", "http", Activity::application_platform, 15s);
  terms.confirm_bad = 2;
  terms.sla.guaranteed = 0.999;
  terms.sla.announced = 0.9995;
  terms.sla.penalties = "5 % de la redevance du mois par tranche de 0,1 point";
  terms.sla.max_outage = 4h;
  CheckReport check = check_of("dpi-portail", terms, {7h + 58min, 45s + 250ms, 2h, {}});
  check.outages = {
      outage_of("2026-11-12T08:00:00Z", "2026-11-12T11:59:00Z", 0s, reasons::connect_refused),
      outage_of("2026-11-12T12:00:00Z", "2026-11-12T15:59:00Z", 45s, "rich_status")};
  check.restore = {.outages = 2,
                   .longest = 3h + 59min,
                   .over_limit = 0,
                   .recurrences = 1,
                   .longest_with_recurrence = 7h + 58min,
                   .over_limit_with_recurrence = 1};
  return check;
}

// The level went up in the middle of the month: met before, breached since.
CheckReport two_periods() {
  Terms before = terms_of("Messagerie MSSanté", "tls", Activity::application_platform, 60s);
  before.sla.guaranteed = 0.995;
  Terms since = before;
  since.sla.guaranteed = 0.9999;
  since.sla.announced = 0.9999;
  const WallTime change = at("2026-11-16T08:30:00Z");
  CheckReport check;
  check.check = "mssante";
  check.terms = since;
  check.from = begin;
  check.periods = {period_of(begin, change, before, tally_of(change - begin, {30min, 0s, 0s, 0s})),
                   period_of(change, end, since, tally_of(end - change, {12min, 0s, 0s, 0s}))};
  add_up(check);
  check.outages = {
      outage_of("2026-11-03T01:10:00Z", "2026-11-03T01:40:00Z", 0s, reasons::tls_expired),
      outage_of("2026-11-20T14:00:00Z", "2026-11-20T14:12:00Z", 0s, reasons::dns_nxdomain)};
  check.restore = {.outages = 2, .longest = 30min, .longest_with_recurrence = 30min};
  return check;
}

CheckReport undetermined() {
  Terms terms = terms_of("Alimentation secourue, salle nord", "nut", Activity::physical_sites, 30s);
  terms.sla.guaranteed = 0.9999;
  CheckReport check = check_of("onduleur-nord", terms, {0s, 3h + 20min, 0s, 0s});
  check.retroactive[State::unknown] = 3h + 20min;
  return check;
}

CheckReport met_in_hours() {
  Terms terms = terms_of("PACS : stockage", "smart", Activity::hardware, 300s);
  terms.sla.guaranteed = 0.995;
  terms.sla.service_hours = "mon-fri 08:00-18:00, sat 08:00-12:00, holiday closed";
  terms.sla.hours.always = false;
  terms.holidays = Holidays::fr_alsace_moselle;
  terms.sla.max_outage = 8h;
  return check_of("pacs-disques", terms, {10min, 0s, 1h, 494h});
}

CheckReport no_time() {
  Terms terms = terms_of("PACS : baie de secours", "smart", Activity::hardware, 300s);
  terms.sla.guaranteed = 0.99;
  return check_of("pacs-secours", terms, {0s, 0s, month, 0s});
}

// Nothing of it may act on a browser, a spreadsheet or a line of text.
CheckReport hostile() {
  Terms terms = terms_of("<script>alert(\"1\")</script> \u202E& \xFF", "=cmd()",
                         Activity::administration, 1s);
  terms.sla.penalties = "=cmd|' /C calc'!A0;\"x\"\r\n@y";
  terms.sla.service_hours = "+1<b>";
  CheckReport check = check_of("-hostile", terms, {1h, 0s, 0s, 0s});
  check.outages = {outage_of("2026-11-30T22:00:00Z", "2026-11-30T23:00:00Z", 0s, "<i>code</i>")};
  check.outages.front().open = true;
  check.restore = {.outages = 1, .longest = 1h, .longest_with_recurrence = 1h};
  return check;
}

CheckReport removed() {
  Terms terms = terms_of("Sauvegarde de nuit du DPI", "restic", Activity::backup, 600s);
  terms.sla.guaranteed = 0.99;
  CheckReport check;
  check.check = "dpi-nuit";
  check.terms = terms;
  check.removed = true;
  check.from = at("2026-11-05T09:00:00Z");
  const WallTime gone = at("2026-11-20T09:00:00Z");
  check.periods = {
      period_of(check.from, gone, terms, tally_of(gone - check.from, {1h, 30min, 4h, 0s}))};
  add_up(check);
  check.outages = {outage_of("2026-11-10T03:00:00Z", "2026-11-10T04:00:00Z", 0s, reasons::stale)};
  check.restore = {.outages = 1, .longest = 1h, .longest_with_recurrence = 1h};
  return check;
}

ActivityReport activity_of_checks(const Report& report, Activity activity) {
  ActivityReport row;
  row.activity = activity;
  for (const CheckReport& check : report.checks) {
    if (check.terms.activity != activity) continue;
    ++row.checks;
    for (const State state : all_states) row.times[state] += check.tally.times[state];
    if (check.verdict && (!row.verdict || *check.verdict != LevelVerdict::met)) {
      row.verdict = check.verdict;
    }
  }
  row.figures = figures(row.times);
  return row;
}

void add_windows(Report& report) {
  WindowReport planned;
  planned.window.id = "w1";
  planned.window.plan.scope.activities = {Activity::application_platform};
  planned.window.plan.from = at("2026-11-18T21:00:00Z");
  planned.window.plan.to = at("2026-11-18T23:00:00Z");
  planned.window.plan.reason = "Mise à jour du DPI (CHG-2041)";
  planned.window.plan.author = "A. Martin";
  planned.window.plan.approver = "RSSI, C. Bernard";
  planned.window.declared_at = at("2026-11-10T10:00:00Z");
  planned.occurrences = {{*planned.window.plan.from, *planned.window.plan.to}};
  planned.total = 2h;
  WindowReport late = planned;
  late.window.id = "w2";
  late.window.plan.scope = {.all = false, .checks = {"onduleur-nord"}, .activities = {}};
  late.window.plan.from = at("2026-11-22T05:00:00Z");
  late.window.plan.to = at("2026-11-22T08:20:00Z");
  late.window.plan.reason = "<b>Coupure</b> \"EDF\"";
  late.window.plan.author = "=HYPERLINK(\"http://x\")";
  late.window.plan.approver = "";
  late.window.declared_at = at("2026-11-22T09:00:00Z");
  late.window.ended_at = at("2026-11-22T09:05:00Z");
  late.window.ended_by = "A. Martin";
  late.occurrences.clear();
  late.total = 0s;
  WindowReport weekly = planned;
  weekly.window.id = "c-dimanche";
  weekly.window.configured = true;
  weekly.window.plan.scope = {.all = true, .checks = {}, .activities = {}};
  weekly.window.plan.from = at("2026-01-01T00:00:00Z");
  weekly.window.plan.to.reset();
  weekly.window.plan.recurring = "sun 02:00-03:00";
  weekly.window.plan.reason = "Correctifs de sécurité";
  weekly.window.declared_at = at("2026-01-01T00:00:00Z");
  weekly.occurrences.clear();
  for (const char* from : {"2026-11-01T01:00:00Z", "2026-11-08T01:00:00Z", "2026-11-15T01:00:00Z",
                           "2026-11-22T01:00:00Z", "2026-11-29T01:00:00Z"}) {
    weekly.occurrences.emplace_back(at(from), at(from) + 1h);
  }
  weekly.total = 5h;
  report.windows = {planned, late, weekly};
}

void add_restore_tests(Report& report) {
  const RestoreTest whole{.at = at("2026-11-12T09:00:00Z"),
                          .success = true,
                          .backup = "dpi-nuit",
                          .backup_date = at("2026-11-12T01:00:00Z"),
                          .duration = 21min + 4s,
                          .operator_name = "A. Martin",
                          .requester = "Dr C. Bernard",
                          .files = "/srv/dpi/2026, 412 fichiers",
                          .remark = "empreintes comparées"};
  const RestoreTest failed{.at = at("2026-03-03T14:30:20Z"),
                           .backup = "<i>bandes</i>",
                           .operator_name = "=1+1",
                           .requester = "",
                           .files = "bande 07"};
  report.restore_tests = {failed, whole};
}

}  // namespace

Report rich_report() {
  Report report;
  report.identity = {"GHT Exemple", "CH Exemple", "nord", "srv-dpi-01"};
  report.time_zone = "Europe/Paris";
  report.agent_version = "0.1.0";
  report.from = begin;
  report.to = end;
  report.complete = true;
  report.generated = at("2026-12-01T06:00:00Z");
  report.known_until = at("2026-12-01T05:59:50Z");
  report.chain_records = 4711;
  report.chain_head = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
  report.checks = {undetermined(), met_in_hours(), no_time(), breached(),
                   two_periods(),  hostile(),      removed()};
  for (const Activity activity : all_activities) {
    report.activities.push_back(activity_of_checks(report, activity));
  }
  add_windows(report);
  add_restore_tests(report);
  report.events = {
      {at("2026-11-14T02:00:00Z"), "clock", "avance de 3 min 12 s (saut d'horloge)"},
      {at("2026-11-21T13:37:00.250Z"), "damage", "base illisible <ledger.db>, recommencée"},
      {at("2026-11-25T00:00:00Z"), "some_new_kind", ""}};
  return report;
}

Report running_report() {
  Report report = rich_report();
  report.complete = false;
  report.generated = at("2026-11-25T12:00:10Z");
  report.known_until = at("2026-11-25T12:00:00Z");
  return report;
}

}  // namespace ght::test
