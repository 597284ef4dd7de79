// What the kernel's texts about one process say: which deleted code it runs, and whose it is.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace ght::collectors::reboot {

// The file, when this line of /proc/PID/maps maps code of a file that was deleted or replaced.
// Left out is what never was an installed file: memory with a name (memfd:, /dev, /SYSV...,
// /[aio], /drm), files of /tmp, /var/tmp and /run, files without a name ("#123"), and what
// compilers at run time write (orcexec.*, jna*.tmp).
std::optional<std::string_view> deleted_code(std::string_view line);

// What has to be started again.
enum class UnitKind { service, container, session, other };

struct ProcessUnit {
  UnitKind kind = UnitKind::other;
  std::string name;  // empty: the cgroup names nothing
};

inline constexpr std::size_t unit_name_bytes = 128;

// From the text of /proc/PID/cgroup: the outermost container (docker, podman, CRI-O, containerd,
// lxc, systemd-nspawn) by the first 12 digits of its id or its name; the user of a session by their
// slice; the innermost systemd service; else the last part of the path.
ProcessUnit unit_of(std::string_view cgroup);

// "service", "container", "session", "other".
std::string_view word_of(UnitKind kind);

}  // namespace ght::collectors::reboot
