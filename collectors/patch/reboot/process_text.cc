#include "collectors/patch/reboot/process_text.h"

#include <algorithm>
#include <array>
#include <vector>

namespace ght::collectors::reboot {
namespace {

constexpr std::string_view deleted_mark = " (deleted)";
constexpr std::size_t short_id = 12;
constexpr std::size_t whole_id = 64;
constexpr std::size_t parts_max = 64;  // of a path; the kernel nests no deeper by far

constexpr std::array<std::string_view, 11> never_installed = {
    "/memfd:", "/dev/",     "/SYSV", "/[aio]",    "/drm", "/anon_hugepage",
    "/tmp/",   "/var/tmp/", "/run/", "/var/run/", "/i915"};

bool only(std::string_view text, std::string_view characters) {
  return !text.empty() && text.find_first_not_of(characters) == std::string_view::npos;
}

bool is_hex(std::string_view text) {
  return only(text, "0123456789abcdef");
}

// The next word of a line of fields; empty at its end.
std::string_view next_field(std::string_view& rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  const std::string_view field = rest.substr(0, rest.find(' '));
  rest.remove_prefix(field.size());
  return field;
}

bool made_at_run_time(std::string_view path) {
  const auto begins = [&](std::string_view prefix) { return path.starts_with(prefix); };
  if (std::ranges::any_of(never_installed, begins)) return true;
  const std::string_view name = path.substr(path.rfind('/') + 1);
  if (name.starts_with("orcexec.")) return true;
  if (name.starts_with('#') && only(name.substr(1), "0123456789")) return true;
  return name.starts_with("jna") && name.ends_with(".tmp");
}

std::vector<std::string_view> parts_of(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty() && parts.size() < parts_max) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    if (slash > 0) parts.push_back(path.substr(0, slash));
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return parts;
}

// systemd writes "-" as "\x2d" inside a name.
std::string unescaped(std::string_view name) {
  std::string text;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool dash = name.substr(i).starts_with("\\x2d");
    text += dash ? '-' : name[i];
    if (dash) i += 3;
  }
  return text;
}

std::string_view without(std::string_view text, std::string_view prefix, std::string_view suffix) {
  if (!text.starts_with(prefix) || !text.ends_with(suffix) ||
      text.size() <= prefix.size() + suffix.size()) {
    return {};
  }
  return text.substr(prefix.size(), text.size() - prefix.size() - suffix.size());
}

// "docker-<id>.scope" and its like.
std::string_view id_of_scope(std::string_view part) {
  constexpr std::array<std::string_view, 5> makers = {"docker-", "libpod-", "crio-",
                                                      "cri-containerd-", "containerd-"};
  for (const std::string_view maker : makers) {
    std::string_view id = without(part, maker, ".scope");
    if (id.empty()) id = without(part, maker, "");
    if (id.size() == whole_id && is_hex(id)) return id.substr(0, short_id);
  }
  return {};
}

std::string container_of(const std::vector<std::string_view>& parts) {
  bool of_kubernetes = false;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string_view part = parts[i];
    const std::string_view parent = i == 0 ? std::string_view{} : parts[i - 1];
    of_kubernetes = of_kubernetes || part.starts_with("kubepods");
    if (const auto id = id_of_scope(part); !id.empty()) return std::string(id);
    if ((of_kubernetes || parent == "docker" || parent == "libpod_parent") &&
        part.size() == whole_id && is_hex(part)) {
      return std::string(part.substr(0, short_id));
    }
    if (parent == "lxc" || parent == "lxc.payload") return std::string(part);
    if (const auto name = without(part, "lxc.payload.", ""); !name.empty()) {
      return std::string(name);
    }
    if (const auto name = without(part, "systemd-nspawn@", ".service"); !name.empty()) {
      return unescaped(name);
    }
    // A virtual machine's scope holds a program of this system, and is left to the end.
    if (const auto name = without(part, "machine-", ".scope");
        !name.empty() && !name.starts_with("qemu")) {
      return unescaped(name);
    }
  }
  return {};
}

ProcessUnit unit_of_path(const std::vector<std::string_view>& parts) {
  for (const std::string_view part : parts) {
    if (!without(part, "user-", ".slice").empty()) {
      return {.kind = UnitKind::session, .name = std::string(part)};
    }
  }
  for (std::size_t i = parts.size(); i-- > 0;) {
    if (parts[i].ends_with(".service") || parts[i] == "init.scope") {
      return {.kind = UnitKind::service, .name = std::string(parts[i])};
    }
  }
  return {.kind = UnitKind::other, .name = parts.empty() ? "" : std::string(parts.back())};
}

ProcessUnit bounded(ProcessUnit unit) {
  if (unit.name.size() > unit_name_bytes) unit.name.resize(unit_name_bytes);
  return unit;
}

}  // namespace

std::optional<std::string_view> deleted_code(std::string_view line) {
  if (!line.ends_with(deleted_mark)) return std::nullopt;
  std::string_view rest = line.substr(0, line.size() - deleted_mark.size());
  next_field(rest);  // addresses
  const std::string_view rights = next_field(rest);
  next_field(rest);  // offset
  next_field(rest);  // device
  const std::string_view inode = next_field(rest);
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  if (rights.size() != 4 || rights[2] != 'x' || inode.empty() || inode == "0") return std::nullopt;
  if (!rest.starts_with('/') || made_at_run_time(rest)) return std::nullopt;
  return rest;
}

ProcessUnit unit_of(std::string_view cgroup) {
  std::vector<std::string_view> of_systemd;
  std::vector<std::string_view> unified;
  while (!cgroup.empty()) {
    const std::string_view line = cgroup.substr(0, cgroup.find('\n'));
    cgroup.remove_prefix(std::min(line.size() + 1, cgroup.size()));
    const std::size_t first = line.find(':');
    if (first == std::string_view::npos) continue;
    const std::size_t second = line.find(':', first + 1);
    if (second == std::string_view::npos) continue;
    const std::string_view controllers = line.substr(first + 1, second - first - 1);
    const std::vector<std::string_view> parts = parts_of(line.substr(second + 1));
    if (std::string name = container_of(parts); !name.empty()) {
      return bounded({.kind = UnitKind::container, .name = std::move(name)});
    }
    if (controllers == "name=systemd") of_systemd = parts;
    if (controllers.empty()) unified = parts;
  }
  return bounded(unit_of_path(of_systemd.empty() ? unified : of_systemd));
}

std::string_view word_of(UnitKind kind) {
  constexpr std::array<std::string_view, 4> words = {"service", "container", "session", "other"};
  return words.at(static_cast<std::size_t>(kind));
}

}  // namespace ght::collectors::reboot
