#include "collectors/patch/apt/helper/apt_setup.h"

#include <apt-pkg/configuration.h>
#include <apt-pkg/error.h>
#include <apt-pkg/fileutl.h>
#include <apt-pkg/init.h>
#include <apt-pkg/pkgsystem.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <vector>

namespace ght::apt_state {
namespace {

constexpr uid_t nobody = 65534;

// libapt-pkg writes pkgcache.bin (and makes its folder) whenever access(2) says that it may, and
// access(2) answers for the real user. Root therefore gives up its real, not its effective, user:
// everything stays readable. A cache whose folder is writable all the same, or that is not there,
// is not used: libapt-pkg then builds it in memory.
void forbid_cache_writes() {
  const bool root_gave_up = geteuid() != 0 || setresuid(nobody, 0, 0) == 0;
  for (const char* key : {"Dir::Cache::pkgcache", "Dir::Cache::srcpkgcache"}) {
    const std::string file = _config->FindFile(key);
    struct stat found{};
    const bool there = !file.empty() && stat(file.c_str(), &found) == 0 && S_ISREG(found.st_mode);
    const bool read_only = there && access(flNotFile(file).c_str(), W_OK) != 0;
    if (!root_gave_up || !read_only) _config->Set(key, "");
  }
}

// libapt-pkg would start `dpkg --print-foreign-architectures`, which knows the own root only; the
// file it reads is one architecture a line.
void set_architectures() {
  if (!_config->FindVector("APT::Architectures").empty()) return;
  std::vector<std::string> architectures = {_config->Find("APT::Architecture")};
  std::ifstream file(flNotFile(_config->FindFile("Dir::State::status")) + "arch");
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || std::ranges::find(architectures, line) != architectures.end()) continue;
    architectures.push_back(line);
  }
  for (const std::string& each : architectures) _config->Set("APT::Architectures::", each);
}

}  // namespace

std::string pending_apt_errors() {
  std::string line;
  while (_error->PendingError()) {
    std::string text;
    const bool is_error = _error->PopMessage(text);
    if (!is_error) continue;
    if (!line.empty()) line += "; ";
    line += text;
  }
  _error->Discard();
  return line;
}

Outcome set_up_apt(const std::string& root) {
  if (!root.empty()) {
    struct stat found{};
    if (stat(root.c_str(), &found) != 0 || !S_ISDIR(found.st_mode)) {
      return Failure{root + ": not a readable directory (expected the root of a Debian system)"};
    }
    // RootDir is put before every path of the configuration, absolute ones included.
    _config->Set("RootDir", root);
    unsetenv("APT_CONFIG");
    _config->Set("Dir::Bin::ischroot", "/nonexistent");
  }
  if (!pkgInitConfig(*_config)) return Failure{"apt configuration: " + pending_apt_errors()};
  // An external solver would be a program of somebody else; apt-get's own answer is what is wanted.
  _config->Set("APT::Solver", "internal");
  if (!pkgInitSystem(*_config, _system)) return Failure{"apt: " + pending_apt_errors()};
  set_architectures();
  forbid_cache_writes();
  return std::nullopt;
}

}  // namespace ght::apt_state
