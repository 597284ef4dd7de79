// The conversation of a C-ECHO: associate, echo, release. The same readers drive it while it goes
// on and judge it afterwards, so that both see the same.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "agent/core/plan.h"
#include "agent/core/reason.h"

namespace ght::collectors::dicom {

struct Titles {
  std::string called;
  std::string calling;
};

// As the words of a dialog, and back.
std::vector<std::string> words_of(const Titles& titles);

// What the peer's part of an exchange amounts to.
struct Outcome {
  enum class State { incomplete, done, failed };
  State state = State::incomplete;
  Reason failure = {};
};

// All that was heard of an exchange, in the layout of DialogScript. Done only when a C-ECHO-RSP
// with status 0000H was heard and we went on to release the association.
Outcome read_exchange(const Titles& titles, const std::vector<std::string>& heard);

DialogTurn script(const std::vector<std::string>& words, const std::vector<std::string>& heard);

}  // namespace ght::collectors::dicom
