// How values and what a field takes are named in messages.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "agent/config/node.h"
#include "agent/core/field.h"

namespace ght::config {

// In double quotes, cleaned and shortened.
std::string quoted(std::string_view text);

// `"a", "b", "c"`
std::string quoted_list(std::span<const std::string_view> words);

// The candidate that `word` probably stands for: the same but for case, or the nearest.
std::optional<std::string_view> meant_word(std::string_view word,
                                           std::span<const std::string_view> candidates);

// `; did you mean "interval"?`, or "" when nothing is near.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates);

// Without superfluous digits: 1, 0.999.
std::string number_text(double number);

// `the text "15 s"`, `the number 3`, `an array`.
std::string found_text(const Node& node);

// The same without the value of a text or number.
std::string found_kind(const Node& node);

// `a whole number from 1 to 10`, `one of "a", "b"`: what the field takes.
std::string expectation(const Field& field);

}  // namespace ght::config
