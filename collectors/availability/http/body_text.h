// Regular expressions on what a server says: RE2, whose time grows with the text and never
// explodes.
#pragma once

#include <string>
#include <string_view>

namespace ght::collectors {

// Empty, or what is wrong with the expression. One that would need over 1 MiB is refused.
std::string regex_fault(const std::string& expression);

// Whether it matches somewhere. The expression must be one without fault. Bytes that are not UTF-8
// match nothing but what stands for any byte (\C).
bool regex_matches(const std::string& expression, std::string_view text);

}  // namespace ght::collectors
