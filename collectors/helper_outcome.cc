#include "collectors/helper_outcome.h"

#include <string>

#include "agent/core/reasons.h"
#include "agent/core/text.h"

namespace ght::collectors {
namespace {

std::string first_words(const HelperResult& result) {
  std::string words = clean_text(result.err, limits::reason_value_bytes);
  if (words.empty()) words = "exit status " + std::to_string(result.code);
  return words;
}

Reason reason_of(const HelperResult& result, std::size_t max_output) {
  switch (result.end) {
    case HelperEnd::exited:
      return {.code = reasons::helper_failed, .value = first_words(result)};
    case HelperEnd::signalled:
      return {.code = reasons::helper_signalled, .value = std::int64_t{result.code}};
    case HelperEnd::timed_out:
      return {.code = reasons::helper_timeout, .expected = result.elapsed};
    case HelperEnd::output_limit:
      return {.code = reasons::helper_output_limit, .expected = Bytes{max_output}};
    case HelperEnd::stuck:
      return {.code = reasons::helper_stuck};
    case HelperEnd::refused:
      return {.code = reasons::helper_refused,
              .value = clean_text(result.detail, limits::reason_value_bytes)};
    case HelperEnd::not_started:
      break;
  }
  return {.code = reasons::helper_not_started,
          .value = clean_text(result.detail, limits::reason_value_bytes)};
}

}  // namespace

std::optional<Observation> helper_failure(const HelperResult& result, const Memory& before,
                                          std::size_t max_output) {
  if (result.end == HelperEnd::exited && result.code == 0) return std::nullopt;
  return Observation{.verdict = Verdict::unknown,
                     .reason = reason_of(result, max_output),
                     .samples = {},
                     .memory = before};
}

Observation helper_unreadable(std::string_view what, const Memory& before) {
  return {.verdict = Verdict::unknown,
          .reason = {.code = reasons::helper_output_unreadable,
                     .value = clean_text(what, limits::reason_value_bytes)},
          .samples = {},
          .memory = before};
}

}  // namespace ght::collectors
