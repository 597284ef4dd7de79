// What the helper is asked, from its arguments.
#pragma once

#include <string>

#include "collectors/patch/apt/helper/sources.h"

namespace ght::apt_state {

struct Questions {
  std::string root;  // empty: this system
  SecurityArchives archives;
  std::string catalogue;  // of exploited vulnerabilities; empty: none. With it comes `tracker`
  std::string tracker;
};

}  // namespace ght::apt_state
