#include "collectors/availability/http/body_text.h"

#include <re2/re2.h>

namespace ght::collectors {
namespace {

RE2::Options options() {
  RE2::Options chosen;
  chosen.set_log_errors(false);
  chosen.set_max_mem(1 << 20);
  return chosen;
}

}  // namespace

std::string regex_fault(const std::string& expression) {
  const RE2 compiled(expression, options());
  return compiled.ok() ? "" : compiled.error();
}

bool regex_matches(const std::string& expression, std::string_view text) {
  return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), RE2(expression, options()));
}

}  // namespace ght::collectors
