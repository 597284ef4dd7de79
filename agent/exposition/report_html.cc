// The frame of the page: who, where, when, the answer first, then its parts.
#include <algorithm>
#include <array>

#include "agent/exposition/report_words.h"
#include "agent/exposition/report_writer.h"
#include "agent/exposition/summary.h"

namespace ght {
namespace {

constexpr WallDuration moment{1};

struct Part {
  Standing standing;
  Text one;
  Text many;
};
constexpr std::array<Part, 5> parts = {
    {{Standing::breached, Text::report_breached_one, Text::report_breached_many},
     {Standing::undetermined, Text::report_undetermined_one, Text::report_undetermined_many},
     {Standing::met, Text::report_met_one, Text::report_met_many},
     {Standing::no_time, Text::report_no_time_one, Text::report_no_time_many},
     {Standing::no_level, Text::report_no_level_one, Text::report_no_level_many}}};

void append_head(ReportWriter& out) {
  const Report& report = out.report();
  out.raw("<!doctype html>\n<html lang=\"");
  out.raw(out.language() == Language::fr ? "fr" : "en");
  out.raw(
      "\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
      "style-src 'unsafe-inline'; img-src data:\">\n"
      "<meta name=\"robots\" content=\"noindex\">\n<link rel=\"icon\" href=\"data:,\">\n<title>");
  out.say(Text::report_title);
  out.raw(" – ");
  out.say(say_month(report.from, out.language(), report.time_zone));
  out.raw(" – ");
  out.say(report.identity.host);
  out.raw("</title>\n<style>");
  out.raw(report_style());
  out.raw("</style>\n</head>\n<body>\n");
}

// The offset of the zone at both ends of the month: in March and October they differ.
std::string zone_words(const ReportWriter& out) {
  const Report& report = out.report();
  const std::string first = say_zone(report.from, report.time_zone);
  const std::string last = say_zone(report.to - moment, report.time_zone);
  if (first == last) return first;
  const std::size_t comma = last.rfind(", ");
  const std::string offset = comma == std::string::npos ? last : last.substr(comma + 2);
  return out.words(Text::report_zone_change, {{"from", first}, {"to", offset}});
}

void append_identity(ReportWriter& out) {
  const Report& report = out.report();
  const Identity& id = report.identity;
  out.raw("<header>\n<h1>");
  out.say(Text::report_title);
  out.raw("</h1>\n<p class=\"month\">");
  out.say(say_month(report.from, out.language(), report.time_zone));
  out.raw(" – ");
  out.say_name(id.host);
  out.raw("</p>\n<table class=\"facts identity\"><tbody>\n<tr>");
  out.pair(Text::report_ght, id.ght);
  out.pair(Text::report_establishment, id.establishment);
  out.raw("</tr>\n<tr>");
  out.pair(Text::report_site, id.site);
  out.pair(Text::report_host, id.host);
  out.raw("</tr>\n<tr>");
  out.pair(Text::report_month, out.span(report.from, report.to));
  out.pair(Text::report_zone, zone_words(out));
  out.raw("</tr>\n<tr>");
  out.pair(Text::report_generated, out.minute(report.generated));
  out.pair(Text::report_known_until, out.date(report.known_until));
  out.raw("</tr>\n<tr>");
  out.pair(Text::report_numbering,
           out.words(report.numbering == Numbering::csp ? Text::report_numbering_csp
                                                        : Text::report_numbering_asip));
  out.raw("<th scope=\"row\">");
  out.say(Text::agent_version, {{"value", ""}});
  out.raw("</th>");
  out.name_cell(report.agent_version);
  out.raw("</tr>\n</tbody></table>\n</header>\n<main>\n");
}

void append_banner(ReportWriter& out) {
  const Report& report = out.report();
  if (report.complete) return;
  if (report.known_until <= report.from) {
    out.paragraph(Text::report_nothing, {}, "banner");
    return;
  }
  const std::string until = out.date(report.known_until);
  const bool running = report.generated < report.to;
  out.paragraph(running ? Text::report_running : Text::report_open, {{"date", until}}, "banner");
}

void append_names(ReportWriter& out, Standing wanted, Text title) {
  bool first = true;
  for (const CheckReport& check : out.report().checks) {
    if (standing(check) != wanted) continue;
    if (first) {
      out.raw("<p><strong>");
      out.say(title);
      out.raw("</strong> ");
    } else {
      out.raw(", ");
    }
    out.say_name(check.terms.title.empty() ? check.check : check.terms.title);
    first = false;
  }
  if (!first) out.raw("</p>\n");
}

void append_gaps(ReportWriter& out) {
  std::size_t gaps = 0;
  std::string names;
  for (const Activity activity : in_order(out.report().numbering)) {
    if (activity_of(out.report(), activity).checks > 0) continue;
    if (gaps++ > 0) names += ", ";
    names += out.activity(activity);
  }
  if (gaps == 0) return;
  out.raw("<p><strong>");
  out.say(plural(Text::report_not_demonstrated_one, Text::report_not_demonstrated_many, gaps,
                 out.language()));
  out.raw("</strong> ");
  out.say(names);
  out.raw("</p>\n");
}

// What the contract manager wants to know before anything else.
void append_answer(ReportWriter& out) {
  const std::vector<CheckReport>& checks = out.report().checks;
  const Language language = out.language();
  out.raw("<section class=\"answer\">\n<p class=\"first\">");
  if (checks.empty()) {
    out.say(Text::report_no_checks);
  } else {
    std::string sentence =
        plural(Text::report_of_one, Text::report_of_many, checks.size(), language);
    std::string_view before = " ";
    for (const Part& part : parts) {
      const auto count = static_cast<std::size_t>(std::ranges::count_if(
          checks, [&](const CheckReport& check) { return standing(check) == part.standing; }));
      if (count == 0) continue;
      sentence += before;
      const bool open = part.standing == Standing::undetermined && running(out.report());
      sentence += open
                      ? plural(Text::report_running_one, Text::report_running_many, count, language)
                      : plural(part.one, part.many, count, language);
      before = language == Language::fr ? "\u202F; " : "; ";
    }
    out.say(sentence + ".");
  }
  out.raw("</p>\n");
  append_names(out, Standing::breached, Text::report_list_breached);
  append_names(out, Standing::undetermined, Text::report_list_undetermined);
  append_gaps(out);
  out.raw("</section>\n");
  out.paragraph(Text::report_note, {}, "soft");
}

void append_overview_row(ReportWriter& out, Activity activity) {
  const ActivityReport row = activity_of(out.report(), activity);
  out.raw("<tr><th scope=\"row\">");
  out.say(out.activity(activity));
  out.raw("</th>");
  if (row.checks == 0) {
    out.raw("<td colspan=\"5\"><strong>");
    out.say(Text::not_demonstrated);
    out.raw("</strong> – ");
    out.say(Text::not_demonstrated_detail);
    out.raw("</td></tr>\n");
    return;
  }
  out.cell(std::to_string(row.checks), "n");
  if (row.figures) {
    out.cell(out.ratio(row.figures->lower), "n");
    out.cell(out.ratio(row.figures->upper), "n");
    out.cell(out.ratio(row.figures->coverage), "n");
  } else {
    out.raw("<td colspan=\"3\">");
    out.say(Text::level_no_time);
    out.raw("</td>");
  }
  const auto checks = checks_of(out.report(), activity);
  out.raw("<td>");
  out.level(row.verdict, std::ranges::any_of(
                             checks, [](const CheckReport* check) { return has_level(*check); }));
  out.raw("</td></tr>\n");
}

void append_overview(ReportWriter& out) {
  out.raw("<section>\n");
  out.heading("h2", Text::report_overview);
  if (out.report().numbering != Numbering::csp) out.paragraph(Text::numbering_note, {}, "soft");
  out.raw("<div class=\"scroll\">");
  out.begin_table("figures overview",
                  {Text::report_activity, Text::report_checks, Text::report_lower,
                   Text::report_upper, Text::report_coverage, Text::report_verdict});
  for (const Activity activity : in_order(out.report().numbering)) {
    append_overview_row(out, activity);
  }
  out.end_table();
  out.raw("</div>\n");
  out.paragraph(Text::report_pooled_note, {}, "small");
  out.raw("</section>\n");
}

}  // namespace

std::string render_report_html(const Report& report, Language language,
                               const CollectorLookup& collector_named) {
  ReportWriter out(report, language, collector_named);
  append_head(out);
  append_identity(out);
  append_banner(out);
  append_answer(out);
  append_overview(out);
  for (const Activity activity : in_order(report.numbering)) append_activity(out, activity);
  append_windows(out);
  append_restore_tests(out);
  append_events(out);
  append_chain(out);
  append_method(out);
  out.raw("</main>\n</body>\n</html>\n");
  return out.take();
}

}  // namespace ght
