// One activity of the report: its table of services, then each service with all that is known of
// it.
#include <array>

#include "agent/exposition/report_words.h"
#include "agent/exposition/report_writer.h"

namespace ght {
namespace {

constexpr std::size_t level_decimals = 10;  // a level is shown as agreed, not cut

std::string say_level(const ReportWriter& out, const std::optional<double>& level, Text absent) {
  return level ? say_ratio(*level, out.language(), level_decimals) : out.words(absent);
}

void append_budget(ReportWriter& out, const ReportPeriod& period) {
  const std::optional<Budget> budget = budget_of(period);
  out.raw("<th scope=\"row\">");
  out.say(Text::report_budget);
  out.raw("</th><td>");
  if (!budget) {
    out.say(period.terms.sla.guaranteed ? Text::no_figure : Text::level_none);
  } else {
    const bool exceeded = budget->remaining < WallDuration(0);
    const std::string left = out.exact(exceeded ? -budget->remaining : budget->remaining);
    out.say(exceeded ? Text::report_budget_exceeded : Text::report_budget_left,
            {{"total", out.exact(budget->allowed)}, {"left", left}});
    out.raw("<br><span class=\"small soft\">");
    out.say(Text::report_budget_note);
    out.raw("</span>");
  }
  out.raw("</td>");
}

std::string_view title_of(const CheckReport& check) {
  return check.terms.title.empty() ? check.check : check.terms.title;
}

void append_row(ReportWriter& out, const CheckReport& check) {
  out.raw("<tr>");
  out.name_cell(title_of(check));
  const bool several = check.periods.size() > 1;
  out.cell(several ? out.words(Text::report_by_period)
                   : say_level(out, check.terms.sla.guaranteed, Text::report_not_guaranteed));
  if (check.figures) {
    out.cell(out.ratio(check.figures->lower), "n");
    out.cell(out.ratio(check.figures->upper), "n");
    out.cell(out.ratio(check.figures->coverage), "n");
  } else {
    out.raw("<td colspan=\"3\">");
    out.say(Text::level_no_time);
    out.raw("</td>");
  }
  out.raw("<td>");
  out.level(check.verdict, has_level(check));
  out.raw("</td></tr>\n");
}

void append_services(ReportWriter& out, Activity activity,
                     const std::vector<const CheckReport*>& checks) {
  out.raw("<div class=\"scroll\"><table class=\"figures services\">\n<caption>");
  out.say(Text::report_activity_name, {{"value", out.activity(activity)}});
  out.raw("</caption>\n<thead><tr>");
  for (const Text column : {Text::report_service, Text::report_guaranteed, Text::report_lower,
                            Text::report_upper, Text::report_coverage, Text::report_verdict}) {
    out.raw("<th scope=\"col\">");
    out.say(column);
    out.raw("</th>");
  }
  out.raw("</tr></thead>\n<tbody>\n");
  for (const CheckReport* check : checks) append_row(out, *check);
  out.end_table();
  out.raw("</div>\n");
}

// The terms as art. R.1111-11 6 CSP lists them.
void append_terms(ReportWriter& out, const CheckReport& check, const Terms& terms) {
  const ServiceLevel& sla = terms.sla;
  out.raw("<tr>");
  out.pair(Text::report_indicator, out.words(Text::report_availability));
  out.pair(Text::report_check, check.check + " (" + terms.collector + ")");
  out.raw("</tr>\n<tr>");
  out.pair(Text::report_announced, say_level(out, sla.announced, Text::report_not_announced));
  out.pair(Text::report_guaranteed, say_level(out, sla.guaranteed, Text::report_not_guaranteed));
  out.raw("</tr>\n<tr>");
  out.pair(Text::report_measured_every,
           out.words(Text::report_measured_every_value,
                     {{"value", say_duration(terms.interval, out.language())}}));
  out.pair(Text::report_penalties, say_penalties(sla.penalties, out.language()));
  out.raw("</tr>\n<tr>");
  out.pair(Text::report_hours, say_hours(sla.service_hours, out.language()));
  out.pair(Text::report_holidays, say_holidays(terms.holidays, out.language()));
  out.raw("</tr>\n<tr>");
  out.pair(Text::report_max_outage, sla.max_outage ? say_duration(*sla.max_outage, out.language())
                                                   : out.words(Text::report_not_agreed));
}

void append_figures(ReportWriter& out, const std::optional<Figures>& figures,
                    const std::optional<GrossFigures>& gross) {
  const auto say = [&](bool known, double value) {
    return known ? out.ratio(value) : out.words(Text::no_figure);
  };
  out.raw("<tr>");
  out.pair(Text::report_net_lower, say(figures.has_value(), figures ? figures->lower : 0));
  out.pair(Text::report_net_upper, say(figures.has_value(), figures ? figures->upper : 0));
  out.raw("</tr>\n<tr>");
  out.pair(Text::report_coverage, say(figures.has_value(), figures ? figures->coverage : 0));
  out.raw("<th scope=\"row\">");
  out.say(Text::report_gross);
  out.raw("</th><td>");
  if (gross) {
    out.say(Text::report_between,
            {{"from", out.ratio(gross->lower)}, {"to", out.ratio(gross->upper)}});
    out.raw("<br><span class=\"small soft\">");
    out.say(Text::report_gross_note);
    out.raw("</span>");
  } else {
    out.say(Text::no_figure);
  }
  out.raw("</td></tr>\n");
}

void append_level_cell(ReportWriter& out, const std::optional<LevelVerdict>& verdict,
                       bool guaranteed) {
  out.raw("<th scope=\"row\">");
  out.say(Text::report_verdict);
  out.raw("</th><td colspan=\"3\">");
  out.level(verdict, guaranteed);
  out.raw("</td>");
}

void append_times(ReportWriter& out, const StateTimes& times) {
  out.raw("<table class=\"times\">\n<caption>");
  out.say(Text::report_times);
  out.raw("</caption>\n<thead><tr>");
  for (const State state : all_states) {
    out.raw("<th scope=\"col\">");
    out.say(label(state, out.language()));
    out.raw("</th>");
  }
  out.raw("<th scope=\"col\">");
  out.say(Text::report_total);
  out.raw("</th></tr></thead>\n<tbody>\n<tr>");
  for (const State state : all_states) out.cell(out.exact(times[state]), "n");
  out.cell(out.exact(sum(times)), "n");
  out.raw("</tr>\n");
  out.end_table();
}

void append_period(ReportWriter& out, const CheckReport& check, const ReportPeriod& period) {
  out.raw("<div class=\"together\">\n<table class=\"facts\"><tbody>\n");
  append_terms(out, check, period.terms);
  append_budget(out, period);
  out.raw("</tr>\n");
  append_figures(out, period.figures, period.gross);
  out.raw("<tr>");
  append_level_cell(out, period.verdict, period.terms.sla.guaranteed.has_value());
  out.raw("</tr>\n</tbody></table>\n");
  append_times(out, period.tally.times);
  out.raw("</div>\n");
}

void append_periods(ReportWriter& out, const CheckReport& check) {
  if (check.periods.size() == 1) {
    append_period(out, check, check.periods.front());
    return;
  }
  out.paragraph(Text::report_periods_note, {}, "keep");
  std::size_t count = 0;
  for (const ReportPeriod& period : check.periods) {
    out.raw("<h4>");
    out.say(Text::report_period,
            {{"n", std::to_string(++count)}, {"span", out.span(period.from, period.to)}});
    out.raw("</h4>\n");
    append_period(out, check, period);
  }
  out.heading("h4", Text::report_whole_month);
  out.raw("<table class=\"facts\"><tbody>\n");
  append_figures(out, check.figures, check.gross);
  out.raw("<tr>");
  append_level_cell(out, check.verdict, has_level(check));
  out.raw("</tr>\n</tbody></table>\n");
  append_times(out, check.tally.times);
}

void append_outage(ReportWriter& out, const CheckReport& check, const Outage& outage) {
  const std::optional<Duration>& limit = check.terms.sla.max_outage;
  out.raw("<tr>");
  out.cell(out.date(outage.from));
  out.cell(outage.open ? out.words(Text::report_outage_open, {{"date", out.date(outage.to)}})
                       : out.date(outage.to));
  out.raw("<td>");
  out.say(out.exact(outage.duration()));
  if (limit && Duration(outage.duration()) > *limit) {
    out.raw("<br><strong>");
    out.say(Text::report_over_limit);
    out.raw("</strong>");
  }
  out.raw("</td>");
  out.cell(out.exact(outage.unknown));
  out.cell(
      reason_words(outage.reason, out.collector_named(), check.terms.collector, out.language()));
  out.raw("</tr>\n");
}

void append_outages(ReportWriter& out, const CheckReport& check) {
  if (check.outages.empty()) {
    out.raw("<p><strong>");
    out.say(out.words(Text::report_outages) + out.words(Text::report_colon));
    out.raw("</strong> ");
    out.say(Text::report_outages_none);
    out.raw("</p>\n");
    return;
  }
  out.heading("h4", Text::report_outages);
  out.begin_table("outages",
                  {Text::report_outage_from, Text::report_outage_to, Text::report_outage_duration,
                   Text::report_outage_unknown, Text::report_outage_reason});
  for (const Outage& outage : check.outages) append_outage(out, check, outage);
  out.end_table();
}

void append_restore(ReportWriter& out, const CheckReport& check) {
  const RestoreFigures& restore = check.restore;
  if (restore.outages == 0) return;
  const bool agreed = check.terms.sla.max_outage.has_value();
  out.raw("<div class=\"together\">\n");
  out.heading("h4", Text::report_restore);
  out.raw("<table class=\"facts\"><tbody>\n<tr>");
  out.pair(Text::report_longest, out.exact(restore.longest));
  // Without a limit nothing is over it, and 0 would say that somebody looked.
  if (agreed) {
    out.pair(Text::report_over_limit_count, std::to_string(restore.over_limit));
    out.raw("</tr>\n<tr>");
  }
  out.pair(Text::report_longest_recurrence, out.exact(restore.longest_with_recurrence));
  if (agreed) {
    out.pair(Text::report_over_limit_recurrence,
             std::to_string(restore.over_limit_with_recurrence));
  }
  out.raw("</tr>\n<tr>");
  out.pair(Text::report_recurrences, std::to_string(restore.recurrences), true);
  out.raw("</tr>\n</tbody></table>\n");
  out.paragraph(Text::report_restore_note, {}, "small");
  out.raw("</div>\n");
}

void append_check(ReportWriter& out, const CheckReport& check) {
  out.raw("<section class=\"check\">\n<h3>");
  out.say_name(title_of(check));
  out.raw("</h3>\n");
  if (check.removed) out.paragraph(Text::report_removed, {}, "keep");
  if (check.from > out.report().from) {
    out.paragraph(Text::report_followed_since, {{"date", out.date(check.from)}}, "keep");
  }
  append_periods(out, check);
  append_outages(out, check);
  append_restore(out, check);
  if (const WallDuration late = sum(check.retroactive); late > WallDuration(0)) {
    out.paragraph(Text::report_retroactive,
                  {{"value", out.exact(late)},
                   {"bad", out.exact(check.retroactive[State::bad])},
                   {"unknown", out.exact(check.retroactive[State::unknown])}});
  }
  out.raw("</section>\n");
}

}  // namespace

void append_activity(ReportWriter& out, Activity activity) {
  const std::vector<const CheckReport*> checks = checks_of(out.report(), activity);
  out.raw("<section class=\"activity\">\n<h2>");
  out.say(out.activity(activity));
  out.raw("</h2>\n");
  if (checks.empty()) {
    out.raw("<p><strong>");
    out.say(Text::not_demonstrated);
    out.raw("</strong> – ");
    out.say(Text::not_demonstrated_detail);
    out.raw("</p>\n");
  } else {
    append_services(out, activity, checks);
    for (const CheckReport* check : checks) append_check(out, *check);
  }
  out.raw("</section>\n");
}

}  // namespace ght
