#include "agent/exposition/report_writer.h"

#include "agent/exposition/html.h"
#include "agent/exposition/report_words.h"

namespace ght {

void ReportWriter::say(std::string_view text) {
  append_html(out_, text);
}

void ReportWriter::say(Text key, Replacements values) {
  append_html(out_, words(key, values));
}

void ReportWriter::say_name(std::string_view name) {
  if (name.empty()) {
    raw("<span class=\"none\">");
    say(Text::not_given);
    raw("</span>");
    return;
  }
  raw("<bdi>");
  say(name);
  raw("</bdi>");
}

void ReportWriter::heading(std::string_view tag, Text key) {
  raw("<");
  raw(tag);
  raw(">");
  say(key);
  raw("</");
  raw(tag);
  raw(">\n");
}

void ReportWriter::paragraph(Text key, Replacements values, std::string_view html_class) {
  raw(html_class.empty() ? "<p>" : "<p class=\"");
  if (!html_class.empty()) {
    raw(html_class);
    raw("\">");
  }
  say(key, values);
  raw("</p>\n");
}

void ReportWriter::begin_table(std::string_view html_class, std::initializer_list<Text> columns) {
  raw("<table class=\"");
  raw(html_class);
  raw("\">\n<thead><tr>");
  for (const Text column : columns) {
    raw("<th scope=\"col\">");
    say(column);
    raw("</th>");
  }
  raw("</tr></thead>\n<tbody>\n");
}

void ReportWriter::cell(std::string_view text, std::string_view html_class) {
  raw(html_class.empty() ? "<td>" : "<td class=\"");
  if (!html_class.empty()) {
    raw(html_class);
    raw("\">");
  }
  say(text);
  raw("</td>");
}

void ReportWriter::name_cell(std::string_view name) {
  raw("<td>");
  say_name(name);
  raw("</td>");
}

void ReportWriter::pair(Text key, std::string_view value, bool wide) {
  raw("<th scope=\"row\">");
  say(key);
  raw(wide ? "</th><td colspan=\"3\">" : "</th><td>");
  say_name(value);
  raw("</td>");
}

void ReportWriter::level(const std::optional<LevelVerdict>& verdict, bool guaranteed) {
  constexpr std::array<std::string_view, 3> symbols = {"✓", "✕", "?"};
  raw("<span class=\"level ");
  raw(verdict ? name(*verdict) : "no_level");
  raw("\">");
  if (verdict) {
    raw("<span aria-hidden=\"true\">");
    raw(symbols[static_cast<std::size_t>(*verdict)]);
    raw("</span> ");
  }
  say(level_words(verdict, guaranteed, running(report_), language_));
  raw("</span>");
}

}  // namespace ght
