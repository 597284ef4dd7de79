// The catalogue of what people read (texts.def), and the language of the reader.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "agent/core/activity.h"
#include "agent/core/state.h"

namespace ght {

enum class Language { fr, en };

enum class Text {
#define TEXT(key, fr, en) key,
#include "agent/exposition/texts.def"
#undef TEXT
};

// As written in texts.def, placeholders included.
std::string_view text(Text key, Language language);

std::string_view label(State state, Language language);
std::string_view label(Activity activity, Language language);

// One of two texts by number, with "{n}" replaced. French and English agree for 1 and for 2 on.
std::string plural(Text one, Text many, std::size_t n, Language language);

// Replaces "{name}" by its value; a placeholder without value stays. Values are not looked into.
// The template's French spaces before : ; ? ! % and inside « » become narrow no-break spaces.
using Replacements = std::initializer_list<std::pair<std::string_view, std::string_view>>;
std::string fill(std::string_view form, Replacements values, Language language);

}  // namespace ght
