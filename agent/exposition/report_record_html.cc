// What stands behind the figures: maintenance windows, restore tests, events of the record, its
// chain, the method.
#include "agent/exposition/report_words.h"
#include "agent/exposition/report_writer.h"

namespace ght {
namespace {

std::string scope_words(const ReportWriter& out, const MaintenanceScope& scope) {
  if (scope.all) return out.words(Text::report_scope_all);
  std::string words;
  for (const Activity activity : scope.activities) {
    if (!words.empty()) words += ", ";
    words += out.activity(activity);
  }
  for (const std::string& check : scope.checks) {
    if (!words.empty()) words += ", ";
    words += check;
  }
  return words.empty() ? out.words(Text::report_scope_none) : words;
}

void append_line(ReportWriter& out, const std::string& words) {
  out.raw("<br>");
  out.say(words);
}

void append_when(ReportWriter& out, const WindowReport& report) {
  const MaintenancePlan& plan = report.window.plan;
  out.raw("<td><strong>");
  out.say_name(report.window.id);
  out.raw("</strong>");
  if (!plan.recurring.empty()) {
    append_line(out, say_hours(plan.recurring, out.language()));
  } else if (plan.from) {
    append_line(out, plan.to ? out.span(*plan.from, *plan.to)
                             : out.minute(*plan.from) + ", " + out.words(Text::report_no_end));
  }
  append_line(out, out.words(Text::report_total_month) + out.words(Text::report_colon) +
                       out.exact(report.total));
  // Of a window held once they say nothing new, unless it was cut.
  const bool same = report.occurrences.size() == 1 && plan.recurring.empty() && plan.from &&
                    plan.to && report.occurrences.front().first == *plan.from &&
                    report.occurrences.front().second == *plan.to;
  if (!same) {
    out.raw("<ul class=\"small\">");
    for (const auto& [from, to] : report.occurrences) {
      out.raw("<li>");
      out.say(out.span(from, to));
      out.raw("</li>");
    }
    out.raw("</ul>");
  }
  out.raw("</td>");
}

bool is_retroactive(const MaintenanceWindow& window) {
  return window.plan.from && window.retroactive();
}

void append_kind(ReportWriter& out, const MaintenanceWindow& window) {
  out.raw("<td><strong>");
  out.say(is_retroactive(window) ? Text::report_retroactive_mark : Text::report_planned);
  out.raw("</strong>");
  append_line(out, out.words(Text::report_declared, {{"date", out.minute(window.declared_at)}}));
  if (window.configured) append_line(out, out.words(Text::report_from_configuration));
  if (window.ended_at) {
    append_line(out,
                out.words(window.ended_by.empty() ? Text::report_ended : Text::report_ended_by,
                          {{"date", out.minute(*window.ended_at)}, {"value", window.ended_by}}));
  }
  out.raw("</td>");
}

void append_window(ReportWriter& out, const WindowReport& report) {
  const MaintenancePlan& plan = report.window.plan;
  out.raw("<tr>");
  append_when(out, report);
  out.cell(scope_words(out, plan.scope));
  out.name_cell(plan.reason);
  out.name_cell(plan.author);
  out.name_cell(plan.approver);
  append_kind(out, report.window);
  out.raw("</tr>\n");
}

void append_test(ReportWriter& out, const RestoreTest& test) {
  out.raw("<tr><td>");
  out.say(out.minute(test.at));
  out.raw("<br><span class=\"level ");
  out.raw(test.success ? "met\"><span aria-hidden=\"true\">✓"
                       : "breached\"><span aria-hidden=\"true\">✕");
  out.raw("</span> ");
  out.say(test.success ? Text::report_restore_success : Text::report_restore_failure);
  out.raw("</span></td><td>");
  out.say_name(test.backup);
  if (test.backup_date) {
    append_line(out,
                out.words(Text::report_restore_date, {{"date", out.minute(*test.backup_date)}}));
  }
  out.raw("</td><td>");
  out.say_name(test.files);
  if (test.duration) {
    const auto took = std::chrono::duration_cast<WallDuration>(*test.duration);
    append_line(out, out.words(Text::report_restore_duration, {{"value", out.exact(took)}}));
  }
  if (!test.remark.empty()) append_line(out, test.remark);
  out.raw("</td>");
  out.name_cell(test.operator_name);
  out.name_cell(test.requester);
  out.raw("</tr>\n");
}

}  // namespace

void append_windows(ReportWriter& out) {
  out.raw("<section>\n");
  out.heading("h2", Text::report_windows);
  if (out.report().windows.empty()) {
    out.paragraph(Text::report_windows_none);
  } else {
    out.raw("<div class=\"scroll\">");
    out.begin_table("windows", {Text::report_window, Text::report_scope, Text::report_why,
                                Text::report_author, Text::report_approver, Text::report_kind});
    for (const WindowReport& window : out.report().windows) append_window(out, window);
    out.end_table();
    out.raw("</div>\n");
    out.paragraph(Text::report_windows_note, {}, "small");
  }
  out.raw("</section>\n");
}

void append_restore_tests(ReportWriter& out) {
  out.raw("<section>\n");
  out.heading("h2", Text::report_restores);
  if (out.report().restore_tests.empty()) {
    out.paragraph(Text::report_restores_none);
  } else {
    out.raw("<div class=\"scroll\">");
    out.begin_table("restores",
                    {Text::report_when, Text::report_restore_backup, Text::report_restore_files,
                     Text::report_restore_operator, Text::report_restore_requester});
    for (const RestoreTest& test : out.report().restore_tests) append_test(out, test);
    out.end_table();
    out.raw("</div>\n");
    out.paragraph(Text::report_restores_note, {}, "small");
  }
  out.raw("</section>\n");
}

void append_events(ReportWriter& out) {
  out.raw("<section>\n");
  out.heading("h2", Text::report_events);
  if (out.report().events.empty()) {
    out.paragraph(Text::report_events_none);
  } else {
    out.begin_table("events", {Text::report_when, Text::report_what, Text::report_detail});
    for (const LedgerEvent& event : out.report().events) {
      out.raw("<tr>");
      out.cell(out.date(event.at));
      out.cell(say_event(event.kind, out.language()));
      out.cell(event.detail);
      out.raw("</tr>\n");
    }
    out.end_table();
  }
  out.raw("</section>\n");
}

void append_chain(ReportWriter& out) {
  const Report& report = out.report();
  out.raw("<section class=\"together\">\n");
  out.heading("h2", Text::report_chain);
  if (report.chain_records <= 0 || report.chain_head.empty()) {
    out.paragraph(Text::report_chain_none);
  } else {
    const std::string records = std::to_string(report.chain_records);
    out.raw("<p>");
    out.say(out.words(Text::report_chain_records) + out.words(Text::report_colon) + records);
    out.raw("<br>");
    out.say(out.words(Text::report_chain_head) + out.words(Text::report_colon));
    out.raw(" <code>");
    out.say(report.chain_head);
    out.raw("</code></p>\n");
    out.paragraph(Text::report_chain_how);
    out.raw("<pre><code>ght-agent ledger verify --witness ");
    out.say(records + ":" + report.chain_head);
    out.raw("</code></pre>\n");
  }
  out.raw("</section>\n");
}

void append_method(ReportWriter& out) {
  out.raw("<section>\n");
  out.heading("h2", Text::report_method);
  for (const Text key : {Text::report_method_state, Text::report_method_net,
                         Text::report_method_verdict, Text::report_method_outage}) {
    out.paragraph(key, {}, "small");
  }
  out.raw("</section>\n");
}

}  // namespace ght
