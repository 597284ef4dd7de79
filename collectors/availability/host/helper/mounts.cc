#include "collectors/availability/host/helper/mounts.h"

#include <fnmatch.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <set>
#include <sstream>
#include <string_view>

namespace ght::host_state {
namespace {

// "\040" for a space, as mountinfo and fstab write it.
std::string unescaped(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto octal = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '7'; };
    if (text[i] == '\\' && i + 3 < text.size() && octal(i + 1) && octal(i + 2) && octal(i + 3)) {
      const int code = (text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0');
      out += static_cast<char>(code);
      i += 3;
    } else {
      out += text[i];
    }
  }
  return out;
}

bool has_option(const std::string& options, std::string_view wanted) {
  std::istringstream words(options);
  for (std::string word; std::getline(words, word, ',');) {
    if (word == wanted) return true;
  }
  return false;
}

// proc(5), /proc/pid/mountinfo: ID PARENT DEVICE ROOT PATH OPTIONS [FIELDS...] - TYPE SOURCE SUPER
std::optional<Mount> mount_of(const std::string& line) {
  std::istringstream words(line);
  std::string parent, options, word, super;
  Mount mount;
  words >> mount.id >> parent >> mount.device >> mount.root >> mount.path >> options;
  while (words >> word && word != "-") continue;
  if (!(words >> mount.type >> mount.source >> super)) return std::nullopt;
  mount.path = unescaped(mount.path);
  mount.root = unescaped(mount.root);
  mount.source = unescaped(mount.source);
  mount.mount_read_only = has_option(options, "ro");
  // ext4 after an error: "ro", or "emergency_ro" by newer kernels.
  mount.system_read_only = has_option(super, "ro") || has_option(super, "emergency_ro");
  return mount;
}

// Holds data and can fill up. Always-full images and what other hosts hold are not local data.
bool is_local(const Mount& mount) {
  constexpr auto full = std::to_array<std::string_view>({"squashfs", "iso9660", "udf", "erofs"});
  constexpr auto pools = std::to_array<std::string_view>({"zfs", "bcachefs"});
  if (mount.path == "/") return true;
  if (std::ranges::find(full, mount.type) != full.end()) return false;
  return mount.source.starts_with("/dev/") || std::ranges::find(pools, mount.type) != pools.end();
}

bool is_ignored(const std::string& path, const std::vector<std::string>& ignored) {
  return std::ranges::any_of(ignored, [&](const std::string& pattern) {
    return fnmatch(pattern.c_str(), path.c_str(), 0) == 0;
  });
}

// The last mount on a path is the one that is seen.
const Mount* mount_at(const std::vector<Mount>& all, const std::string& path) {
  const auto found = std::find_if(all.rbegin(), all.rend(),
                                  [&](const Mount& mount) { return mount.path == path; });
  return found == all.rend() ? nullptr : &*found;
}

}  // namespace

std::optional<std::vector<Mount>> mounts_of(const std::string& process) {
  std::ifstream file("/proc/" + process + "/mountinfo");
  if (!file) return std::nullopt;
  std::vector<Mount> all;
  for (std::string line; std::getline(file, line);) {
    auto mount = mount_of(line);
    if (!mount) return std::nullopt;
    all.push_back(std::move(*mount));
  }
  if (!file.eof() || all.empty()) return std::nullopt;
  return all;
}

std::vector<Mount> chosen(const std::vector<Mount>& all, const std::vector<std::string>& wanted,
                          const std::vector<std::string>& ignored) {
  std::vector<Mount> found;
  for (const std::string& path : wanted) {
    Mount nothing;
    nothing.path = path;
    const Mount* mount = mount_at(all, path);
    found.push_back(mount == nullptr ? nothing : *mount);
  }
  if (!wanted.empty()) return found;
  std::set<std::string> devices;
  // Whole file systems first: of a bind mount and its origin, the origin is shown.
  for (const bool whole : {true, false}) {
    for (const Mount& mount : all) {
      const bool seen = mount_at(all, mount.path) == &mount;
      if ((mount.root == "/") != whole || !seen || !is_local(mount)) continue;
      if (is_ignored(mount.path, ignored)) continue;
      if (devices.insert(mount.device).second) found.push_back(mount);
    }
  }
  return found;
}

Wish wish_for(const std::string& path) {
  std::ifstream file("/etc/fstab");
  Wish wish = Wish::unknown;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string source, target, type, options;
    if (!(words >> source >> target >> type >> options) || source.starts_with('#')) continue;
    if (unescaped(target) == path) {
      wish = has_option(options, "ro") ? Wish::read_only : Wish::writable;
    }
  }
  return wish;
}

}  // namespace ght::host_state
