// What the parts of the report's page share: one growing text, and how values are written into it.
#pragma once

#include <string>
#include <string_view>

#include "agent/core/report.h"
#include "agent/exposition/people.h"
#include "agent/exposition/report_render.h"
#include "agent/exposition/texts.h"

namespace ght {

class ReportWriter {
 public:
  ReportWriter(const Report& report, Language language, const CollectorLookup& collector_named)
      : report_(report), language_(language), collector_named_(collector_named) {}

  const Report& report() const { return report_; }
  Language language() const { return language_; }
  const CollectorLookup& collector_named() const { return collector_named_; }
  std::string take() { return std::move(out_); }

  void raw(std::string_view html) { out_ += html; }
  void say(std::string_view text);
  void say(Text key, Replacements values = {});
  // Foreign names in their own direction; what is empty reads "not given".
  void say_name(std::string_view name);

  // A heading of this level, "<h2>…</h2>".
  void heading(std::string_view tag, Text key);
  void paragraph(Text key, Replacements values = {}, std::string_view html_class = "");
  // The head of a table: its column titles. The caller closes the table with end_table().
  void begin_table(std::string_view html_class, std::initializer_list<Text> columns);
  void end_table() { raw("</tbody>\n</table>\n"); }
  void cell(std::string_view text, std::string_view html_class = "");
  void name_cell(std::string_view name);
  // Two cells: what it is, and what it is worth; the last of a row may take the rest of it.
  void pair(Text key, std::string_view value, bool wide = false);

  // The verdict as a symbol and words; nothing is told by colour alone.
  void level(const std::optional<LevelVerdict>& verdict, bool guaranteed);

  std::string words(Text key, Replacements values = {}) const {
    return fill(text(key, language_), values, language_);
  }
  std::string date(WallTime time) const {
    return say_date_seconds(time, language_, report_.time_zone);
  }
  // Without seconds where there are none: for windows, periods and months.
  std::string minute(WallTime time) const {
    const bool whole = time.time_since_epoch() % std::chrono::minutes(1) == WallDuration(0);
    return whole ? say_date(time, language_, report_.time_zone) : date(time);
  }
  std::string span(WallTime from, WallTime to) const {
    return words(Text::report_span, {{"from", minute(from)}, {"to", minute(to)}});
  }
  // Number and label together: a bare number is never shown.
  std::string activity(Activity activity) const {
    return std::to_string(number(activity, report_.numbering)) + " · " +
           std::string(label(activity, language_));
  }
  std::string exact(WallDuration duration) const { return say_exact(duration, language_); }
  std::string ratio(double value) const { return say_ratio(value, language_); }

 private:
  const Report& report_;
  Language language_;
  const CollectorLookup& collector_named_;
  std::string out_;
};

// The parts of the page, in their order.
void append_activity(ReportWriter& out, Activity activity);
void append_windows(ReportWriter& out);
void append_restore_tests(ReportWriter& out);
void append_events(ReportWriter& out);
void append_chain(ReportWriter& out);
void append_method(ReportWriter& out);

// For paper first: black on white, A4.
std::string_view report_style();

}  // namespace ght
