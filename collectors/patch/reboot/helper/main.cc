// ght-reboot-state: whether this machine runs what is installed on it, as one JSON document on
// standard output.
//
// It takes no lock, writes nothing, starts no program and needs no root; without root it cannot
// look into processes of other users, and says how many it left out. Exit 0: all but those, and
// what "problem" names, was read and printed. Exit 1: nothing is printed, one line on standard
// error says why. Exit 2: wrong arguments.
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "collectors/patch/reboot/helper/files.h"
#include "collectors/patch/reboot/helper/firmware.h"
#include "collectors/patch/reboot/helper/kernels.h"
#include "collectors/patch/reboot/helper/processes.h"

namespace ght::reboot_state {
namespace {

Outcome read_state(const std::string& root, nlohmann::json& state) {
  state = {{"format", 2}};
  if (Outcome bad = read_boot(root, state)) return bad;
  if (Outcome bad = read_flags(root, state)) return bad;
  if (Outcome bad = read_installed(root, state)) return bad;
  read_microcode(root, state);
  return read_processes(root, state);
}

int run(const std::string& root) {
  nlohmann::json state;
  if (const Outcome bad = read_state(root, state)) {
    std::fprintf(stderr, "%s\n", bad->line.c_str());
    return 1;
  }
  // Bytes that are not UTF-8 come out as U+FFFD: the document is valid whatever the files hold.
  const std::string out =
      state.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  if (std::fwrite(out.data(), 1, out.size(), stdout) != out.size() || std::fflush(stdout) != 0) {
    std::fprintf(stderr, "standard output: cannot be written\n");
    return 1;
  }
  return 0;
}

}  // namespace
}  // namespace ght::reboot_state

int main(int argc, char** argv) {
  if (argc == 1) return ght::reboot_state::run("");
  if (argc == 3 && std::string_view(argv[1]) == "--root") return ght::reboot_state::run(argv[2]);
  std::fprintf(stderr, "usage: ght-reboot-state [--root DIR]\n");
  return 2;
}
