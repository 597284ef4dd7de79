#include <algorithm>
#include <span>

#include "agent/core/limits.h"
#include "agent/core/reasons.h"
#include "agent/core/text.h"
#include "agent/exposition/people.h"
#include "agent/exposition/render.h"
#include "agent/exposition/report_render.h"

namespace ght {
namespace {

struct Say {
  Language language;
  const std::string& time_zone;

  std::string operator()(std::monostate) const {
    return std::string(text(Text::value_missing, language));
  }
  std::string operator()(const std::string& value) const {
    std::string clean = clean_text(value, limits::reason_value_bytes);
    return clean.empty() ? (*this)(std::monostate()) : clean;
  }
  // Without thousands separators: it may be a status, a signal or a port.
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(Duration value) const { return say_duration(value, language); }
  std::string operator()(WallTime value) const { return say_date(value, language, time_zone); }
  std::string operator()(Bytes value) const { return say_bytes(value.count, language); }
};

constexpr std::string_view gap = "…";

// "a (b … c)" -> "a": what stands in brackets around a value says nothing without it.
void drop_brackets(std::string& words) {
  for (std::size_t open; (open = words.rfind('(')) != std::string::npos;) {
    const std::size_t close = words.find(')', open);
    if (close == std::string::npos) return;
    if (words.substr(open, close - open).find(gap) == std::string::npos) return;
    words.erase(open, close + 1 - open);
    while (!words.empty() && words.back() == ' ') words.pop_back();
  }
}

// "erreur DNS : …" -> "erreur DNS"
void drop_ending(std::string& words) {
  if (!words.ends_with(gap)) return;
  const std::size_t colon = words.rfind(':');
  if (colon == std::string::npos ||
      words.find_first_not_of(": ", colon) + gap.size() != words.size())
    return;
  words.erase(words.find_last_not_of(": ", colon) + 1);
}

const ReasonText* find(std::span<const ReasonText> table, std::string_view code) {
  const auto found = std::ranges::find(table, code, &ReasonText::code);
  return found == table.end() ? nullptr : &*found;
}

}  // namespace

std::string reason_sentence(const Reason& reason, const Collector* collector, Language language,
                            const std::string& time_zone) {
  if (reason.code.empty()) return std::string(text(Text::reason_missing, language));
  const ReasonText* sentence = find(reasons::common, reason.code);
  if (sentence == nullptr && collector != nullptr) sentence = find(collector->reasons, reason.code);
  if (sentence == nullptr) {
    return fill(text(Text::reason_undeclared, language), {{"value", reason.code}}, language);
  }
  const Say say{language, time_zone};
  const std::string value = std::visit(say, reason.value);
  const std::string expected = std::visit(say, reason.expected);
  std::string words = fill(language == Language::fr ? sentence->fr : sentence->en,
                           {{"value", value}, {"expected", expected}}, language);
  if (!reason.subject.empty()) {
    words = fill(text(Text::reason_of_subject, language),
                 {{"subject", say(reason.subject)}, {"reason", words}}, language);
  }
  if (reason.unproven_since) {
    words = fill(text(Text::reason_unproven, language),
                 {{"reason", words}, {"since", say(*reason.unproven_since)}}, language);
  }
  return words;
}

std::string reason_words(std::string_view code, const CollectorLookup& collector_named,
                         std::string_view collector, Language language) {
  if (code.empty()) return std::string(text(Text::reason_missing, language));
  const ReasonText* sentence = find(reasons::common, code);
  if (sentence == nullptr && collector_named) {
    const Collector* const known = collector_named(collector);
    if (known != nullptr) sentence = find(known->reasons, code);
  }
  if (sentence == nullptr) {
    return fill(text(Text::reason_undeclared, language), {{"value", code}}, language);
  }
  const std::string_view form = language == Language::fr ? sentence->fr : sentence->en;
  std::string words = fill(form, {{"value", gap}, {"expected", gap}}, Language::en);
  drop_brackets(words);
  drop_ending(words);
  return fill(words, Replacements{}, language);
}

}  // namespace ght
