// statfs, which may never come back, asked by a process of its own for each mount.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace ght::host_state {

struct Space {
  enum class State { hung, failed, known };
  State state = State::hung;
  std::string error;           // of `failed`
  std::uint64_t mount_id = 0;  // where the answer came from; 0 before Linux 5.8
  std::uint64_t size = 0, free = 0, available = 0;  // bytes; available to who is not root
  std::uint64_t inodes = 0, free_inodes = 0;        // 0 where a file system has no such limit
};

// In the order of `paths`; all are asked at once, and whoever has not answered by then is hung. A
// process that an earlier run could not even kill is not joined by a second one.
std::vector<Space> spaces_of(const std::vector<std::string>& paths,
                             std::chrono::milliseconds patience);

}  // namespace ght::host_state
