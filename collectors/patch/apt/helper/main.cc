// ght-apt-state: what apt knows about this machine, as one JSON document on standard output.
//
// It never runs `apt update`, takes no lock, writes nothing, starts no program and needs no root.
// Exit 0: the whole state was read and printed. Exit 1: nothing is printed, one line on standard
// error says why. Exit 2: wrong arguments.
#include <apt-pkg/cachefile.h>
#include <apt-pkg/configuration.h>
#include <apt-pkg/error.h>
#include <sys/stat.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "collectors/patch/apt/helper/apt_setup.h"
#include "collectors/patch/apt/helper/automatic.h"
#include "collectors/patch/apt/helper/dpkg_state.h"
#include "collectors/patch/apt/helper/failure.h"
#include "collectors/patch/apt/helper/questions.h"
#include "collectors/patch/apt/helper/sources.h"
#include "collectors/patch/apt/helper/upgrades.h"

namespace ght::apt_state {
namespace {

constexpr int answer_format = 2;
constexpr int most_attempts = 5;

// With dpkg's list damaged there is nothing else to read: apt would only see a part of it.
nlohmann::json damaged(const std::string& fault) {
  return {{"format", answer_format}, {"database_fault", fault}};
}

// Which file stands at `path`: dpkg puts a new one in its place for each change. Inode numbers come
// again, change times do not.
std::optional<std::array<std::int64_t, 3>> identity(const std::string& path) {
  struct stat found{};
  if (stat(path.c_str(), &found) != 0) return std::nullopt;
  return std::array<std::int64_t, 3>{static_cast<std::int64_t>(found.st_ino), found.st_ctim.tv_sec,
                                     found.st_ctim.tv_nsec};
}

Outcome read_once(const Questions& questions, const std::string& status, nlohmann::json& state) {
  DpkgState dpkg;
  if (const Outcome bad = read_dpkg_state(status, dpkg)) return bad;
  if (!dpkg.fault.empty()) {
    state = damaged(dpkg.fault);
    return std::nullopt;
  }
  pkgCacheFile cache;
  if (!cache.BuildSourceList(nullptr)) return Failure{"apt sources: " + pending_apt_errors()};
  if (!cache.BuildDepCache(nullptr)) {
    const std::string why = pending_apt_errors();
    // dpkg's list is readable (it was just read), so what apt finds wrong with it is in it.
    if (!why.contains(status)) return Failure{"apt: " + why};
    state = damaged(why);
    return std::nullopt;
  }
  if (const std::string fault = uncounted_packages(cache, dpkg.installed); !fault.empty()) {
    state = damaged(status + ": " + fault);
    return std::nullopt;
  }
  state = {{"format", answer_format},     {"database_fault", nullptr},
           {"installed", dpkg.installed}, {"unfinished", dpkg.unfinished},
           {"busy", dpkg.busy},           {"automatic", read_automatic(questions.root)}};
  if (const Outcome bad = read_sources(cache, questions.archives, state["sources"])) return bad;
  if (const Outcome bad = read_upgrades(cache, questions, state)) return bad;
  if (const std::string late = pending_apt_errors(); !late.empty()) return Failure{"apt: " + late};
  return std::nullopt;
}

// While dpkg works its list is replaced now and then: what was read of two lists fits nothing, so
// it is read again, a few times.
Outcome read_state(const Questions& questions, nlohmann::json& state) {
  if (const Outcome bad = set_up_apt(questions.root)) return bad;
  const std::string status = _config->FindFile("Dir::State::status");
  for (int attempt = 0; attempt < most_attempts; ++attempt) {
    const auto before = identity(status);
    Outcome outcome = read_once(questions, status, state);
    if (identity(status) == before) return outcome;
    _error->Discard();
  }
  return Failure{status + ": changed " + std::to_string(most_attempts) +
                 " times while it was read"};
}

int run(const Questions& questions) {
  nlohmann::json state;
  if (const Outcome bad = read_state(questions, state)) {
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

std::optional<Questions> questions_of(const std::vector<std::string>& arguments) {
  Questions questions{.root = "", .archives = SecurityArchives({}), .catalogue = "", .tracker = ""};
  std::vector<std::string> patterns;
  for (std::size_t i = 0; i + 1 < arguments.size(); i += 2) {
    const std::string& value = arguments[i + 1];
    if (arguments[i] == "--root") {
      questions.root = value;
    } else if (arguments[i] == "--security-archive") {
      patterns.push_back(value);
    } else if (arguments[i] == "--exploited") {
      questions.catalogue = value;
    } else if (arguments[i] == "--tracker") {
      questions.tracker = value;
    } else {
      return std::nullopt;
    }
  }
  if (arguments.size() % 2 != 0 || questions.catalogue.empty() != questions.tracker.empty()) {
    return std::nullopt;
  }
  questions.archives = SecurityArchives(std::move(patterns));
  return questions;
}

}  // namespace
}  // namespace ght::apt_state

int main(int argc, char** argv) {
  const auto questions = ght::apt_state::questions_of({argv + 1, argv + argc});
  if (questions) return ght::apt_state::run(*questions);
  std::fprintf(stderr,
               "usage: ght-apt-state [--root DIR] [--security-archive PATTERN]...\n"
               "                     [--exploited FILE --tracker FILE]\n");
  return 2;
}
