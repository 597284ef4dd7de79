#include "agent/exposition/html.h"

#include "agent/core/limits.h"
#include "agent/core/text.h"

namespace ght {

void append_html(std::string& out, std::string_view text) {
  // Twice the limit of a value: a sentence is a template around one.
  const std::string clean = clean_text(text, 2 * limits::reason_value_bytes);
  for (const char c : clean) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
}

}  // namespace ght
