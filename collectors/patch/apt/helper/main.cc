// ght-apt-state: what apt knows about this machine, as one JSON document on standard output.
//
// It never runs `apt update`, takes no lock, writes nothing, starts no program and needs no root.
// Exit 0: the whole state was read and printed. Exit 1: nothing is printed, one line on standard
// error says why. Exit 2: wrong arguments.
#include <apt-pkg/cachefile.h>
#include <apt-pkg/configuration.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "collectors/patch/apt/helper/apt_setup.h"
#include "collectors/patch/apt/helper/dpkg_status.h"
#include "collectors/patch/apt/helper/failure.h"
#include "collectors/patch/apt/helper/sources.h"
#include "collectors/patch/apt/helper/upgrades.h"

namespace ght::apt_state {
namespace {

Outcome read_state(const std::string& root, nlohmann::json& state) {
  if (const Outcome bad = set_up_apt(root)) return bad;
  std::size_t installed = 0;
  if (const Outcome bad = count_installed(_config->FindFile("Dir::State::status"), installed)) {
    return bad;
  }
  pkgCacheFile cache;
  if (!cache.BuildSourceList(nullptr)) return Failure{"apt sources: " + pending_apt_errors()};
  if (!cache.BuildDepCache(nullptr)) return Failure{"apt: " + pending_apt_errors()};
  state = {{"format", 1}, {"installed", installed}};
  if (const Outcome bad = read_sources(cache, state["sources"])) return bad;
  if (const Outcome bad = read_upgrades(cache, installed, state)) return bad;
  if (const std::string late = pending_apt_errors(); !late.empty()) return Failure{"apt: " + late};
  return std::nullopt;
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
}  // namespace ght::apt_state

int main(int argc, char** argv) {
  if (argc == 1) return ght::apt_state::run("");
  if (argc == 3 && std::string_view(argv[1]) == "--root") return ght::apt_state::run(argv[2]);
  std::fprintf(stderr, "usage: ght-apt-state [--root DIR]\n");
  return 2;
}
