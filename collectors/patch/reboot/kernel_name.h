// What the name of a kernel says: its version, and which of several kinds of kernel it is.
#pragma once

#include <compare>
#include <optional>
#include <string_view>

namespace ght::collectors::reboot {

// "6.1.0-37-cloud-amd64" is version 6.1.0-37 of cloud-amd64; "5.14.0-503.el9.x86_64+debug" is
// version 5.14.0-503.el9 of x86_64+debug. Kernels of two flavours do not replace each other.
struct KernelName {
  std::string_view version;
  std::string_view flavour;      // may be empty: a kernel that somebody built
  bool names_its_build = false;  // two builds never have one name (the naming of rpm systems)
};

// Debian's, Ubuntu's, Proxmox', SUSE's and RHEL's names. nullopt for anything else in /boot, among
// it rescue kernels. The views are into `release`.
std::optional<KernelName> parse_kernel(std::string_view release);

// As rpm and dpkg order them where both agree: 5.10.0-9 < 5.10.0-10, 503.el9 < 503.11.1.el9_5.
std::weak_ordering compare_versions(std::string_view left, std::string_view right);

// Whether the kernel that runs is the build that is installed under the same name.
enum class Build { same, differs, not_known };

// `running` is the kernel's own version text ("#1 SMP PREEMPT_DYNAMIC Debian 6.1.140-1
// (2025-05-22)", "#129-Ubuntu SMP ..."), `package` the version of the package of that name. Only
// Debian's and Ubuntu's texts are understood.
Build compare_builds(std::string_view running, std::string_view package);

}  // namespace ght::collectors::reboot
