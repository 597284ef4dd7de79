#include "collectors/patch/apt/helper/dpkg_state.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string_view>

namespace ght::apt_state {
namespace {

constexpr std::size_t most_names = 20;
constexpr auto unfinished_states = std::to_array<std::string_view>(
    {"half-installed", "unpacked", "half-configured", "triggers-awaited", "triggers-pending"});

// Whether a process holds a lock on this file, as the kernel tells everybody: opening it takes
// root. By inode number alone, because a file system may show another device number there; at worst
// a lock on another file makes us wait an hour before an interrupted installation is called one.
bool is_locked(const std::string& file) {
  struct stat found{};
  if (stat(file.c_str(), &found) != 0) return false;
  const std::string inode = std::to_string(found.st_ino);
  std::ifstream locks("/proc/locks");
  if (!locks) return true;  // who knows: an hour is waited then, too
  for (std::string line; std::getline(locks, line);) {
    // "1: POSIX  ADVISORY  WRITE 1234 fe:00:5678 0 EOF"
    std::istringstream words(line);
    std::string number, kind, mode, access, process, place;
    words >> number >> kind >> mode >> access >> process >> place;
    if (access == "WRITE" && place.substr(place.rfind(':') + 1) == inode) return true;
  }
  return false;
}

// apt holds the first one from before its first dpkg until after its last; dpkg alone holds both.
bool is_busy(const std::string& folder) {
  return is_locked(folder + "/lock-frontend") || is_locked(folder + "/lock");
}

// One line "Status: want flag state".
bool is_unfinished(std::string_view line) {
  const std::string_view state = line.substr(line.rfind(' ') + 1);
  return line.contains(" reinstreq ") ||
         std::ranges::find(unfinished_states, state) != unfinished_states.end();
}

using Unfinished = std::set<std::string>;

// One line of a list of packages, `package` being the one that it is about.
void follow(std::string_view line, std::string& package, Unfinished& unfinished) {
  constexpr std::string_view name = "Package: ";
  if (line.starts_with(name)) package = line.substr(name.size());
  if (!line.starts_with("Status:")) return;
  unfinished.erase(package);
  if (is_unfinished(line)) unfinished.insert(package);
}

Outcome read_status(const std::string& path, DpkgState& state, Unfinished& unfinished) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) return Failure{path + ": cannot be read: " + std::strerror(errno)};
  std::string line;
  std::string package;
  bool has_end = false;  // the last line was empty and had its newline
  bool has_nul = false;
  while (std::getline(file, line)) {
    has_end = line.empty() && !file.eof();
    has_nul = has_nul || line.find('\0') != std::string::npos;
    if (line.starts_with("Status:") && line.ends_with(" installed")) ++state.installed;
    follow(line, package, unfinished);
  }
  if (file.bad()) return Failure{path + ": cannot be read to its end"};
  if (has_nul) {
    state.fault = path + ": has a NUL byte";
  } else if (state.installed == 0) {
    state.fault = path + ": names no installed package";
  } else if (!has_end) {
    state.fault = path + ": does not end with an empty line (cut short)";
  }
  return std::nullopt;
}

// dpkg writes what it does into numbered files first, a package each, and into its list later. Such
// files without a dpkg are its own sign that it was killed: it then wants `dpkg --configure -a`.
void read_journal(const std::string& folder, Unfinished& unfinished) {
  std::set<std::string> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") == std::string::npos) files.insert(entry.path());
  }
  for (const std::string& path : files) {
    std::ifstream file(path, std::ios::binary);
    std::string package;
    for (std::string line; std::getline(file, line);) follow(line, package, unfinished);
  }
  if (!files.empty() && unfinished.empty()) unfinished.insert(folder);
}

}  // namespace

Outcome read_dpkg_state(const std::string& path, DpkgState& state) {
  const std::string folder = path.substr(0, path.rfind('/'));
  const bool was_busy = is_busy(folder);
  Unfinished unfinished;
  if (const Outcome bad = read_status(path, state, unfinished)) return bad;
  read_journal(folder + "/updates", unfinished);
  for (const std::string& name : unfinished) {
    if (state.unfinished.size() < most_names) state.unfinished.push_back(name);
  }
  state.busy = was_busy || is_busy(folder);
  return std::nullopt;
}

}  // namespace ght::apt_state
