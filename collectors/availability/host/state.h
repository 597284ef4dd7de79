// What ght-host-state answers, read.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agent/core/result.h"

namespace ght::collectors::host {

enum class Mounted { known, hung, failed, not_mounted };

struct FileSystem {
  std::string path;
  Mounted state = Mounted::failed;
  std::string error;                // of `failed`
  bool read_only = false;           // nothing can be written
  bool read_only_unwanted = false;  // and nobody has asked for that
  std::uint64_t size = 0;           // bytes; as df counts: without what root alone may use
  std::uint64_t available = 0;
  std::uint64_t inodes = 0;  // 0: no such limit
  std::uint64_t free_inodes = 0;
};

struct State {
  double load = 0;  // of five minutes
  std::uint64_t processors = 1;
  std::uint64_t memory = 0, memory_available = 0;
  std::uint64_t booted = 0;
  std::vector<FileSystem> file_systems;
};

// An answer that ends early is an Error.
Result<State> read_state(const std::string& out);

}  // namespace ght::collectors::host
