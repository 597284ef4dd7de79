// How a connection that begins in plain text gets to TLS. Pure: what was heard, to where that
// leaves the conversation.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "agent/core/plan.h"

namespace ght::collectors::starttls {

inline constexpr std::string_view refused = "starttls_refused";
inline constexpr std::string_view not_offered = "starttls_not_offered";
inline constexpr std::string_view malformed = "starttls_malformed";
inline constexpr std::string_view injection = "starttls_injection";

inline constexpr auto protocols =
    std::to_array<std::string_view>({"none", "smtp", "ldap", "postgresql"});

// `turn` is the next one. When it is `finish` without a trouble, TLS was started and all is said;
// otherwise `trouble` is one of the codes above, and `word` what the peer said, for people.
struct Standing {
  DialogTurn turn;
  std::string_view trouble = {};
  std::string word = {};
};

// `protocol` is one of `protocols`; `heard` as DialogScript has it.
Standing standing(std::string_view protocol, const std::vector<std::string>& heard);

}  // namespace ght::collectors::starttls
