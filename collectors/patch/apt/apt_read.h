// From what ght-apt-state printed to values.
#pragma once

#include <string_view>

#include "agent/core/result.h"
#include "collectors/patch/contract.h"

namespace ght::collectors::apt {

// An Error, with the place in the document, for anything but one whole answer of this format; one
// without an installed package is none.
Result<patch::PatchState> read_answer(std::string_view out);

}  // namespace ght::collectors::apt
