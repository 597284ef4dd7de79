#include "collectors/patch/reboot/helper/kernels.h"

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <set>

namespace ght::reboot_state {
namespace {

using nlohmann::json;

constexpr std::size_t small_file = 64 << 10;
constexpr std::size_t proc_stat_bytes = 4 << 20;     // a number for each interrupt and processor
constexpr std::size_t dpkg_status_bytes = 64 << 20;  // 4,000 packages: 5 MiB
constexpr std::size_t kernels_max = 200;
constexpr std::size_t packages_shown = 20;

std::string without_newline(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

// Calls `each` with every line of `text`.
template <class Each>
void lines_of(std::string_view text, Each each) {
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    each(line);
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
}

// The number at the beginning; 0 when there is none.
std::int64_t number_of(std::string_view text) {
  return std::strtoll(std::string(text.substr(0, 20)).c_str(), nullptr, 10);
}

// Package of a kernel -> its version, of those that are installed.
using DpkgVersions = std::map<std::string, std::string, std::less<>>;

Outcome read_dpkg(const std::string& root, DpkgVersions& versions, bool& is_dpkg) {
  const std::string path = root + "/var/lib/dpkg/status";
  is_dpkg = state_of(path).has_value();
  if (!is_dpkg) return is_absent(errno) ? std::nullopt : Outcome(unreadable(path, errno));
  std::string text;
  if (Outcome bad = read_file(path, dpkg_status_bytes, text)) return bad;
  is_dpkg = !text.empty();  // a system of rpms where somebody installed dpkg
  if (is_dpkg && !text.ends_with("\n\n")) {
    return Failure{path + ": does not end with an empty line (cut short, or being written)"};
  }
  std::string package;
  bool installed = false;
  lines_of(text, [&](std::string_view line) {
    if (line.empty()) {
      package.clear();
      installed = false;
    } else if (line.starts_with("Package: linux-image-")) {
      package = line.substr(9);
    } else if (line.starts_with("Status: ")) {
      installed = line.ends_with(" installed");
    } else if (!package.empty() && installed && line.starts_with("Version: ")) {
      versions[package] = line.substr(9);
    }
  });
  return std::nullopt;
}

// When dpkg unpacked the package; the image's own modification time is when it was built.
std::optional<std::int64_t> unpacked(const std::string& root, const std::string& package) {
  const auto list = state_of(root + "/var/lib/dpkg/info/" + package + ".list");
  if (!list) return std::nullopt;
  return list->st_mtime;
}

json describe(const std::string& root, const std::string& release, const std::string& image,
              const DpkgVersions& versions) {
  json kernel = {
      {"release", release}, {"since", nullptr}, {"package", nullptr}, {"changed", nullptr}};
  if (const auto state = state_of(image)) {
    kernel["changed"] = static_cast<std::int64_t>(state->st_ctime);
    kernel["since"] = kernel["changed"];
  }
  for (const std::string& package : {"linux-image-" + release, "linux-image-unsigned-" + release,
                                     "linux-image-" + release + "-unsigned"}) {
    const auto found = versions.find(package);
    if (found == versions.end()) continue;
    kernel["package"] = found->second;
    if (const auto date = unpacked(root, package)) kernel["since"] = *date;
    break;
  }
  return kernel;
}

// Release -> its file.
using Images = std::map<std::string, std::string>;

Outcome find_images(const std::string& root, Images& images) {
  const auto add = [&](std::string_view release, const std::string& path) {
    if (state_of(path)) images.emplace(release, path);
    return images.size() <= kernels_max;
  };
  Listing listing = Listing::all;
  const std::string boot = root + "/boot";
  if (Outcome bad = list_folder(boot, listing, [&](std::string_view name) {
        for (const std::string_view prefix : {"vmlinuz-", "vmlinux-", "Image-"}) {
          if (!name.starts_with(prefix)) continue;
          return add(name.substr(prefix.size()), boot + "/" + std::string(name));
        }
        return true;
      })) {
    return bad;
  }
  // Where /boot is not mounted, or holds no copy; systemd's sandbox hides this folder.
  const std::string modules = root + "/lib/modules";
  Images bare;
  Outcome bad = list_folder(modules, listing, [&](std::string_view name) {
    const std::string folder = modules + "/" + std::string(name);
    if (state_of(folder + "/modules.builtin")) bare.emplace(name, folder + "/modules.builtin");
    return bare.size() <= kernels_max && add(name, folder + "/vmlinuz");
  });
  if (images.empty()) images = std::move(bare);
  if (bad && images.empty()) return bad;
  if (images.size() > kernels_max) {
    return Failure{boot + ": has more than " + std::to_string(kernels_max) + " kernels"};
  }
  return std::nullopt;
}

json rpm_database(const std::string& root) {
  for (const char* folder : {"/usr/lib/sysimage/rpm", "/var/lib/rpm"}) {
    for (const char* file : {"/rpmdb.sqlite", "/Packages", "/Packages.db"}) {
      if (state_of(root + folder + file)) return root + folder;
    }
  }
  return nullptr;
}

}  // namespace

Outcome read_boot(const std::string& root, json& state) {
  std::string text;
  if (Outcome bad = read_file(root + "/proc/stat", proc_stat_bytes, text)) return bad;
  std::int64_t booted = 0;
  lines_of(text, [&](std::string_view line) {
    if (line.starts_with("btime ")) booted = number_of(line.substr(6));
  });
  if (booted <= 0) return Failure{root + "/proc/stat: has no btime"};
  if (Outcome bad = read_file(root + "/proc/uptime", small_file, text)) return bad;
  const std::int64_t uptime = number_of(text);
  std::array<std::string, 3> texts;
  constexpr std::array<const char*, 3> names = {"random/boot_id", "osrelease", "version"};
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string path = root + "/proc/sys/kernel/" + names[i];
    if (Outcome bad = read_file(path, small_file, texts[i])) return bad;
    texts[i] = without_newline(texts[i]);
    if (texts[i].empty()) return Failure{path + ": is empty"};
  }
  state["boot"] = {{"id", texts[0]}, {"time", booted}, {"uptime", uptime}};
  state["kernel"] = {{"release", texts[1]}, {"version", texts[2]}};
  return std::nullopt;
}

Outcome read_flags(const std::string& root, json& state) {
  state["flags"] = json::array();
  if (!state_of(root + "/run")) return unreadable(root + "/run", errno);
  // Debian and Ubuntu; SUSE.
  for (const char* name : {"/run/reboot-required", "/run/reboot-needed"}) {
    const auto flag = state_of(root + name);
    if (!flag) {
      if (!is_absent(errno)) return unreadable(root + name, errno);
      continue;
    }
    std::set<std::string> packages;
    std::string text;
    const std::string list = root + name + ".pkgs";
    if (state_of(list)) {
      if (Outcome bad = read_file(list, small_file, text)) return bad;
    }
    lines_of(text, [&](std::string_view line) {
      if (!line.empty() && packages.size() < packages_shown) packages.emplace(line);
    });
    state["flags"].push_back({{"file", name},
                              {"since", static_cast<std::int64_t>(flag->st_mtime)},
                              {"packages", packages}});
  }
  return std::nullopt;
}

Outcome read_installed(const std::string& root, json& state) {
  DpkgVersions versions;
  bool is_dpkg = false;
  if (Outcome bad = read_dpkg(root, versions, is_dpkg)) return bad;
  Images images;
  if (Outcome bad = find_images(root, images)) return bad;
  state["installed"] = json::array();
  for (const auto& [release, image] : images) {
    state["installed"].push_back(describe(root, release, image, versions));
  }
  state["rpm"] = is_dpkg ? json(nullptr) : rpm_database(root);
  return std::nullopt;
}

}  // namespace ght::reboot_state
