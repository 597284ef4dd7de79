#include <algorithm>
#include <span>

#include "agent/core/limits.h"
#include "agent/core/reasons.h"
#include "agent/core/text.h"
#include "agent/exposition/people.h"
#include "agent/exposition/render.h"

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
  return fill(language == Language::fr ? sentence->fr : sentence->en,
              {{"value", value}, {"expected", expected}}, language);
}

}  // namespace ght
