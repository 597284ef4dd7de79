#include <array>
#include <charconv>

#include "agent/core/limits.h"
#include "agent/core/text.h"
#include "agent/exposition/people.h"
#include "agent/exposition/report_render.h"
#include "agent/exposition/report_words.h"
#include "agent/exposition/summary.h"

namespace ght {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

constexpr auto columns = std::to_array<Text>({
    Text::csv_month,
    Text::csv_complete,
    Text::csv_establishment,
    Text::csv_site,
    Text::csv_host,
    Text::csv_number,
    Text::csv_activity,
    Text::csv_check,
    Text::csv_title,
    Text::csv_collector,
    Text::csv_from,
    Text::csv_removed,
    Text::csv_periods,
    Text::csv_indicator,
    Text::csv_announced,
    Text::csv_guaranteed,
    Text::csv_interval,
    Text::csv_period,
    Text::csv_penalties,
    Text::csv_hours,
    Text::csv_holidays,
    Text::csv_max_outage,
    Text::csv_good,
    Text::csv_bad,
    Text::csv_unknown,
    Text::csv_maintenance,
    Text::csv_out_of_hours,
    Text::csv_lower,
    Text::csv_upper,
    Text::csv_coverage,
    Text::csv_verdict,
    Text::csv_gross_lower,
    Text::csv_gross_upper,
    Text::csv_budget,
    Text::csv_budget_remaining,
    Text::csv_outages,
    Text::csv_longest,
    Text::csv_over_limit,
    Text::csv_recurrences,
    Text::csv_longest_recurrence,
    Text::csv_over_limit_recurrence,
    Text::csv_retroactive,
});

// Spreadsheets take such a cell for a formula, the wide forms of some input methods included;
// quotes do not keep them from it.
bool is_formula(std::string_view text) {
  for (const std::string_view sign : {"=", "+", "-", "@", "＝", "＋", "－", "＠"}) {
    if (text.starts_with(sign)) return true;
  }
  return false;
}

class Table {
 public:
  explicit Table(Language language) : language_(language) {
    if (french()) out_ += byte_order_mark;
    for (const Text column : columns) word(column);
    end_row();
  }

  // clean_text leaves no line breaks, tabs and leading spaces.
  void foreign(std::string_view text) {
    const std::string clean = clean_text(text, 2 * limits::reason_value_bytes);
    cell((is_formula(clean) ? "'" : "") + clean);
  }
  void word(Text key) { cell(text(key, language_)); }
  void yes_no(bool value) { word(value ? Text::csv_yes : Text::csv_no); }
  // A word that programs know by its code.
  void code(std::string_view code, std::string_view french_words) {
    cell(french() ? french_words : code);
  }
  void count(std::size_t value) {
    separate();
    out_ += std::to_string(value);
  }
  void number(double value) {
    separate();
    std::array<char, 400> buffer{};
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                            std::chars_format::fixed);
    if (error != std::errc()) return;
    for (const char* digit = buffer.data(); digit != end; ++digit) {
      out_ += *digit == '.' && french() ? ',' : *digit;
    }
  }
  void seconds(WallDuration value) { number(to_seconds(Duration(value))); }
  void number(const std::optional<double>& value) { value ? number(*value) : empty(); }
  void empty(std::size_t cells = 1) {
    for (; cells > 0; --cells) separate();
  }
  void end_row() {
    out_ += "\r\n";
    first_ = true;
  }
  void end_short_row(std::size_t cells_written) {
    empty(columns.size() - cells_written);
    end_row();
  }

  bool french() const { return language_ == Language::fr; }
  Language language() const { return language_; }
  std::string take() { return std::move(out_); }

 private:
  void separate() {
    if (!first_) out_ += french() ? ';' : ',';
    first_ = false;
  }
  void cell(std::string_view text) {
    separate();
    out_ += '"';
    for (const char c : text) {
      if (c == '"') out_ += '"';
      out_ += c;
    }
    out_ += '"';
  }

  Language language_;
  std::string out_;
  bool first_ = true;
};

void add_place(Table& out, const Report& report, Activity activity) {
  out.foreign(month_key(report.from, report.time_zone));
  out.yes_no(report.complete);
  out.foreign(report.identity.establishment);
  out.foreign(report.identity.site);
  out.foreign(report.identity.host);
  out.count(static_cast<std::size_t>(number(activity, report.numbering)));
  out.code(slug(activity), label(activity, Language::fr));
}

void add_terms(Table& out, const Terms& terms) {
  const ServiceLevel& sla = terms.sla;
  out.word(Text::csv_availability);
  out.number(sla.announced);
  out.number(sla.guaranteed);
  out.number(to_seconds(terms.interval));
  out.word(Text::csv_calendar_month);
  out.foreign(out.french() ? say_penalties(sla.penalties, Language::fr) : sla.penalties);
  out.foreign(out.french() ? say_hours(sla.service_hours, Language::fr) : sla.service_hours);
  out.code(name(terms.holidays), say_holidays(terms.holidays, Language::fr));
  sla.max_outage ? out.number(to_seconds(*sla.max_outage)) : out.empty();
}

void add_verdict(Table& out, const CheckReport& check) {
  if (!check.verdict) return out.empty();
  // Without the remark in brackets that the page has: a column to filter by.
  const bool open = *check.verdict == LevelVerdict::undetermined;
  out.code(name(*check.verdict), open ? text(Text::csv_undetermined, Language::fr)
                                      : level_words(check.verdict, true, false, Language::fr));
}

void add_figures(Table& out, const CheckReport& check) {
  for (const State state : all_states) out.seconds(check.tally.times[state]);
  if (check.figures) {
    out.number(check.figures->lower);
    out.number(check.figures->upper);
    out.number(check.figures->coverage);
  } else {
    out.empty(3);
  }
  add_verdict(out, check);
  if (check.gross) {
    out.number(check.gross->lower);
    out.number(check.gross->upper);
  } else {
    out.empty(2);
  }
  if (const std::optional<Budget> budget = budget_of(check)) {
    out.seconds(budget->allowed);
    out.seconds(budget->remaining);
  } else {
    out.empty(2);
  }
}

void add_restore(Table& out, const CheckReport& check) {
  const RestoreFigures& restore = check.restore;
  const bool agreed = check.terms.sla.max_outage.has_value();
  const auto over = [&](std::size_t count) { agreed ? out.count(count) : out.empty(); };
  out.count(restore.outages);
  out.seconds(restore.longest);
  over(restore.over_limit);
  out.count(restore.recurrences);
  out.seconds(restore.longest_with_recurrence);
  over(restore.over_limit_with_recurrence);
  out.seconds(sum(check.retroactive));
}

void add_check(Table& out, const Report& report, const CheckReport& check) {
  add_place(out, report, check.terms.activity);
  out.foreign(check.check);
  out.foreign(check.terms.title);
  out.foreign(check.terms.collector);
  out.foreign(out.french() ? say_date_seconds(check.from, Language::fr, report.time_zone)
                           : format_rfc3339(check.from));
  out.yes_no(check.removed);
  out.count(check.periods.size());
  add_terms(out, check.terms);
  add_figures(out, check);
  add_restore(out, check);
  out.end_row();
}

// An activity that nothing demonstrates is a row too: a gap that a table does not show is not seen.
void add_gap(Table& out, const Report& report, Activity activity) {
  constexpr std::size_t place_cells = 7;
  constexpr std::size_t before_verdict = 30;
  static_assert(columns[before_verdict] == Text::csv_verdict);
  static_assert(columns[place_cells] == Text::csv_check);
  add_place(out, report, activity);
  out.empty(before_verdict - place_cells);
  out.word(Text::csv_not_demonstrated);
  out.end_short_row(before_verdict + 1);
}

}  // namespace

std::string render_report_csv(const Report& report, Language language) {
  Table out(language);
  for (const Activity activity : in_order(report.numbering)) {
    const std::vector<const CheckReport*> checks = checks_of(report, activity);
    for (const CheckReport* check : checks) add_check(out, report, *check);
    if (checks.empty()) add_gap(out, report, activity);
  }
  return out.take();
}

}  // namespace ght
