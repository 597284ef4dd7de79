#include "agent/cli/version.h"

namespace ght::cli {

std::string_view version() {
  return GHT_VERSION;
}
std::string_view revision() {
  return GHT_REVISION;
}

}  // namespace ght::cli
