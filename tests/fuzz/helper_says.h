// What the targets of backup and patch tools have in common: any bytes as what a helper said.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "agent/core/evidence.h"
#include "agent/core/limits.h"
#include "agent/core/reason.h"
#include "agent/core/result.h"

namespace ght::fuzz {

// 14 November 2026: recorded answers are from about then.
inline const WallTime now = wall_from_unix_ms(1'794'654'000'000);

inline HelperResult exited(std::string out, std::string err, int code) {
  HelperResult result;
  result.end = HelperEnd::exited;
  result.code = code;
  result.out = std::move(out);
  result.err = std::move(err);
  if (result.err.size() > limits::helper_error_output) {
    result.err.resize(limits::helper_error_output);
  }
  return result;
}

// A reason that can be shown: it has a code, and a text of bounded length.
inline void check(const std::optional<Reason>& reason) {
  if (!reason) return;
  GHT_CHECK(!reason->code.empty());
  const auto* words = std::get_if<std::string>(&reason->value);
  GHT_CHECK(words == nullptr || words->size() <= limits::reason_value_bytes);
}

}  // namespace ght::fuzz
