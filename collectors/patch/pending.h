// The security updates that are not installed, each held against the time that it may take.
#pragma once

#include <string>
#include <vector>

#include "collectors/patch/contract.h"
#include "collectors/patch/recollection.h"

namespace ght::collectors::patch {

struct Pending {
  const Update* update = nullptr;  // lives as long as the state
  WallTime seen{};                 // first seen pending
  WallTime due{};                  // when it has been pending for as long as it may
  const Waiver* waiver = nullptr;  // that holds now; lives as long as the rules
};

// One for each security update of the state, the one that is due first before the others.
// `first_seen` has a date for each of them.
std::vector<Pending> pending(const PatchState& state, const Rules& rules,
                             const FirstSeen& first_seen, WallTime now);

// "3 (linux-image-amd64:amd64 CVE-2024-1086, openssl:amd64, …)": how many, and the first few. A
// waived one is followed by its reason and author.
std::string list_of(const std::vector<Pending>& some);

}  // namespace ght::collectors::patch
