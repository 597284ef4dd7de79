// HTML as text that is appended to one string.
#pragma once

#include <string>
#include <string_view>

namespace ght {

// For element content and quoted attribute values: & < > " ' become entities. Ill-formed UTF-8 and
// control characters are made showable (clean_text), and it is cut at twice
// limits::reason_value_bytes.
void append_html(std::string& out, std::string_view text);

// The style sheet of the status page, light and dark.
std::string_view page_style();
// Of the past and the maintenance windows on it.
std::string_view history_style();

}  // namespace ght
