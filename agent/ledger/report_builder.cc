#include "agent/ledger/report_builder.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <tuple>
#include <utility>

#include "agent/core/limits.h"
#include "agent/core/text.h"
#include "agent/ledger/chain.h"
#include "agent/ledger/report_check.h"
#include "agent/ledger/restore_tests.h"
#include "agent/ledger/window_records.h"

namespace ght {
namespace {

using namespace std::chrono_literals;

// Intervals end with their month, and an outage that touches the month is shown whole as far as a
// month to either side.
constexpr WallDuration margin = 24h * 32;
constexpr std::size_t occurrences_most = 200;

WindowReport window_report(const MaintenanceWindow& window, const TimeRange& month,
                           const Calendar& calendar) {
  WindowReport report{.window = window, .occurrences = {}, .total = {}};
  const WallTime end = std::min(month.to, window.effective_to().value_or(month.to));
  for (WallTime from = std::max(month.from, *window.plan.from); from < end;) {
    WallTime to = end;
    bool holds = true;
    if (window.plan.hours) {
      const Calendar::Stretch stretch = calendar.at(*window.plan.hours, from);
      to = std::min(end, stretch.until);
      holds = stretch.inside;
    }
    if (holds) {
      report.total += to - from;
      if (report.occurrences.size() < occurrences_most) report.occurrences.emplace_back(from, to);
    }
    from = to;
  }
  return report;
}

std::string clock_detail(const std::string& body) {
  const auto object = nlohmann::json::parse(body, nullptr, false);
  if (!object.is_object() || !object.contains("from_ms") || !object.contains("to_ms") ||
      !object["from_ms"].is_number_integer() || !object["to_ms"].is_number_integer()) {
    return body;
  }
  return format_rfc3339(wall_from_unix_ms(object["from_ms"].get<std::int64_t>())) + " -> " +
         format_rfc3339(wall_from_unix_ms(object["to_ms"].get<std::int64_t>()));
}

// What an auditor has to know about the record itself.
std::vector<LedgerEvent> record_events(const std::vector<Record>& records, const TimeRange& month) {
  std::vector<LedgerEvent> events;
  for (const Record& record : records) {
    const WallTime at = record.segment.from;
    if (at < month.from || at >= month.to) continue;
    LedgerEvent event{.at = at, .kind = std::string(name(record.kind)), .detail = {}};
    switch (record.kind) {
      case RecordKind::clock:
        event.detail = clock_detail(record.body);
        break;
      case RecordKind::condensed:
        event.detail = record.subject;
        break;
      case RecordKind::damage:
      case RecordKind::migrated:
      case RecordKind::restore_test:
        break;
      default:
        continue;
    }
    events.push_back(std::move(event));
  }
  return events;
}

ActivityReport activity_report(Activity activity, const std::vector<CheckReport>& checks) {
  ActivityReport report;
  report.activity = activity;
  bool level = false;
  bool breached = false;
  bool all_met = true;
  for (const CheckReport& check : checks) {
    if (check.terms.activity != activity) continue;
    ++report.checks;
    for (const State state : all_states) report.times[state] += check.tally.times[state];
    if (!check.verdict) continue;
    level = true;
    breached = breached || *check.verdict == LevelVerdict::breached;
    all_met = all_met && *check.verdict == LevelVerdict::met;
  }
  report.figures = figures(report.times);
  if (level) {
    report.verdict = breached  ? LevelVerdict::breached
                     : all_met ? LevelVerdict::met
                               : LevelVerdict::undetermined;
  }
  return report;
}

std::vector<RestoreTest> tests_between(const std::vector<Record>& records, WallTime from,
                                       WallTime to, std::vector<Error>& problems) {
  std::vector<RestoreTest> tests = restore_tests_of(records, problems);
  std::erase_if(tests, [&](const RestoreTest& test) { return test.at < from || test.at >= to; });
  std::ranges::sort(tests, {},
                    [](const RestoreTest& test) { return std::tuple(test.at, test.backup); });
  return tests;
}

}  // namespace

Result<std::chrono::year_month> parse_month(std::string_view text) {
  const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
  const Error wrong{std::string(clean_text(text, limits::reason_value_bytes)),
                    "expected a month such as 2026-11"};
  if (text.size() != 7 || text[4] != '-') return wrong;
  for (const std::size_t at : {0, 1, 2, 3, 5, 6}) {
    if (!digit(at)) return wrong;
  }
  const std::chrono::year_month month(
      std::chrono::year(std::stoi(std::string(text.substr(0, 4)))),
      std::chrono::month(static_cast<unsigned>(std::stoi(std::string(text.substr(5, 2))))));
  if (!month.ok() || month.year() < std::chrono::year(1970)) return wrong;
  return month;
}

Result<Report> build_report(const ReportRequest& request, const ReportSource& source) {
  const Calendar calendar(request.time_zone, request.holidays);
  const StoredLedger& state = source.state;
  std::vector<Error> problems;
  ReportFrame frame{.month = calendar.month(request.month),
                    .known_until = state.heartbeat.value_or(WallTime()),
                    .windows = windows_of(source.events, problems)};
  Report report;
  report.identity = request.identity;
  report.time_zone = request.time_zone;
  report.numbering = request.numbering;
  report.agent_version = request.agent_version;
  report.from = frame.month.from;
  report.to = frame.month.to;
  report.generated = request.now;
  report.known_until = frame.known_until;
  report.complete = request.now >= report.to && frame.known_until >= report.to;
  report.chain_records = state.chain.records;
  report.chain_head = to_hex(state.chain.hash);
  for (const StoredCheck& check : state.checks) {
    GHT_TRY(const std::vector<Record> records,
            source.past(check.name, frame.month.from - margin, frame.month.to + margin));
    auto reported = report_check(frame, check, records);
    if (reported) report.checks.push_back(*std::move(reported));
  }
  std::ranges::sort(report.checks, {}, [&](const CheckReport& check) {
    return std::tuple(number(check.terms.activity, request.numbering), check.check);
  });
  for (const Activity activity : all_activities) {
    report.activities.push_back(activity_report(activity, report.checks));
  }
  std::ranges::sort(report.activities, {}, [&](const ActivityReport& activity) {
    return number(activity.activity, request.numbering);
  });
  for (const MaintenanceWindow& window : frame.windows) {
    WindowReport one = window_report(window, frame.month, calendar);
    if (!one.occurrences.empty()) report.windows.push_back(std::move(one));
  }
  report.restore_tests =
      tests_between(state.declared, calendar.month(request.month - std::chrono::months(11)).from,
                    report.to, problems);
  report.events = record_events(source.events, frame.month);
  for (const Error& problem : problems) {
    report.events.push_back({.at = report.from, .kind = "unreadable", .detail = problem.text()});
  }
  return report;
}

}  // namespace ght
