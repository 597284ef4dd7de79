// What is mounted on this machine, and which of it is looked at.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ght::host_state {

struct Mount {
  std::uint64_t id = 0;
  std::string path;
  std::string type;    // "ext4", "nfs4", ...
  std::string source;  // "/dev/sda1", "nas:/export", ...
  std::string device;  // "254:0": the same for all mounts of one file system
  std::string root;    // "/" unless only a part of the file system is mounted here
  bool mount_read_only = false;
  // The file system itself is read-only. When the mount is not, the kernel has made it so.
  bool system_read_only = false;
};

enum class Wish { unknown, writable, read_only };

// The table of "self", or of another process. nullopt: cannot be read.
std::optional<std::vector<Mount>> mounts_of(const std::string& process);

// Local file systems that hold data, each once; or exactly `wanted`, of any kind. A wanted path
// where nothing is mounted has an empty type. `ignored` are patterns of paths.
std::vector<Mount> chosen(const std::vector<Mount>& all, const std::vector<std::string>& wanted,
                          const std::vector<std::string>& ignored);

// What /etc/fstab wants of this path.
Wish wish_for(const std::string& path);

}  // namespace ght::host_state
