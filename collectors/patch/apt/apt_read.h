// From what ght-apt-state printed to values.
#pragma once

#include <array>
#include <string_view>

#include "agent/core/reason.h"
#include "agent/core/result.h"
#include "collectors/patch/contract.h"

namespace ght::collectors::apt {

// An Error, with the place in the document, for anything but one whole answer of this format; one
// without an installed package is none.
Result<patch::PatchState> read_answer(std::string_view out);

namespace reasons {

inline constexpr std::string_view interrupted = "apt_installation_interrupted";

inline constexpr auto texts = std::to_array<ReasonText>({
    {interrupted, "installation interrompue, à reprendre (dpkg --configure -a) : {value}",
     "an installation was interrupted and is to be resumed (dpkg --configure -a): {value}"},
});

}  // namespace reasons

}  // namespace ght::collectors::apt
