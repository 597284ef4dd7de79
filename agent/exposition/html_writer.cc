#include "agent/exposition/html_writer.h"

#include <algorithm>

#include "agent/exposition/html.h"
#include "agent/exposition/people.h"

namespace ght {

// Clocks that are read one after the other may differ by a little.
constexpr WallDuration clock_slack{1000};

void HtmlWriter::say(std::string_view text) {
  append_html(out_, text);
}

void HtmlWriter::say(Text key, Replacements values) {
  append_html(out_, fill(text(key, language_), values, language_));
}

void HtmlWriter::say_name(std::string_view name) {
  raw("<bdi>");
  say(name);
  raw("</bdi>");
}

std::string HtmlWriter::date(WallTime time) const {
  return say_date(time, language_, view_.time_zone);
}

void HtmlWriter::moment(Text past, Text future, WallTime time) {
  if (time > view_.now + clock_slack) {
    say(future, {{"date", date(time)}});
    return;
  }
  const WallDuration age = std::max(view_.now - time, WallDuration(0));
  say(past, {{"date", date(time)}, {"value", say_elapsed(age, language_)}});
}

}  // namespace ght
