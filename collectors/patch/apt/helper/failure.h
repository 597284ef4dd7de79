// The helper's only error channel: one line that names the thing and what is wrong with it.
#pragma once

#include <optional>
#include <string>

namespace ght::apt_state {

struct Failure {
  std::string line;
};

// nullopt: all is well.
using Outcome = std::optional<Failure>;

}  // namespace ght::apt_state
