#include "collectors/availability/host/state.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

namespace ght::collectors::host {
namespace {

using nlohmann::json;

constexpr std::uint64_t answer_format = 1;

Error expected(const std::string& where, const std::string& what) {
  return {.about = where, .message = "expected " + what};
}

// One object of the answer, and where it stands.
struct Object {
  const json& value;
  std::string at;

  const json* find(const char* key) const {
    if (!value.is_object()) return nullptr;
    const auto found = value.find(key);
    return found == value.end() ? nullptr : &*found;
  }

  Result<std::uint64_t> count(const char* key) const {
    const json* found = find(key);
    if (found == nullptr || !found->is_number_unsigned()) {
      return expected(at + "/" + key, "a whole number");
    }
    return found->get<std::uint64_t>();
  }

  Result<std::string> text(const char* key) const {
    const json* found = find(key);
    if (found == nullptr || !found->is_string()) return expected(at + "/" + key, "a text");
    return found->get<std::string>();
  }

  Result<bool> boolean(const char* key) const {
    const json* found = find(key);
    if (found == nullptr || !found->is_boolean()) {
      return expected(at + "/" + key, "true or false");
    }
    return found->get<bool>();
  }
};

Result<void> read_space(const Object& object, FileSystem& system) {
  GHT_TRY(const std::uint64_t size, object.count("size"));
  GHT_TRY(const std::uint64_t free, object.count("free"));
  GHT_TRY(system.available, object.count("available"));
  GHT_TRY(system.inodes, object.count("inodes"));
  GHT_TRY(system.free_inodes, object.count("free_inodes"));
  if (size == 0 || free > size || system.available > free || system.free_inodes > system.inodes) {
    return expected(object.at, "parts that are not larger than the whole");
  }
  system.size = size - free + system.available;
  if (system.size == 0) system.size = size;  // empty, and all of it for root
  return {};
}

Result<void> read_read_only(const Object& object, FileSystem& system) {
  GHT_TRY(const bool mount, object.boolean("mount_read_only"));
  GHT_TRY(const bool below, object.boolean("system_read_only"));
  GHT_TRY(const std::string fstab, object.text("fstab"));
  if (fstab != "unknown" && fstab != "writable" && fstab != "read_only") {
    return expected(object.at + "/fstab", "unknown, writable or read_only");
  }
  system.read_only = mount || below;
  // Mounted for writing, and yet the file system takes nothing: the kernel has seen an error.
  const bool by_the_kernel = below && !mount;
  system.read_only_unwanted =
      system.read_only && (fstab == "writable" || (fstab == "unknown" && by_the_kernel));
  return {};
}

Result<FileSystem> read_file_system(const Object& object) {
  FileSystem system;
  GHT_TRY(system.path, object.text("path"));
  if (!system.path.starts_with('/')) return expected(object.at + "/path", "an absolute path");
  GHT_TRY_VOID(read_read_only(object, system));
  GHT_TRY(const std::string state, object.text("state"));
  if (state == "known") {
    system.state = Mounted::known;
    GHT_TRY_VOID(read_space(object, system));
  } else if (state == "failed") {
    system.state = Mounted::failed;
    GHT_TRY(system.error, object.text("error"));
  } else if (state == "hung") {
    system.state = Mounted::hung;
  } else if (state == "not_mounted") {
    system.state = Mounted::not_mounted;
  } else {
    return expected(object.at + "/state", "known, failed, hung or not_mounted");
  }
  return system;
}

}  // namespace

Result<State> read_state(const std::string& out) {
  const json document = json::parse(out, nullptr, false);
  if (!document.is_object()) return Error{"", "not a JSON object"};
  const Object answer{.value = document, .at = ""};
  GHT_TRY(const std::uint64_t format, answer.count("format"));
  if (format != answer_format) return expected("/format", "1");
  State state;
  const json* load = answer.find("load");
  if (load == nullptr || !load->is_number() || !(load->get<double>() >= 0) ||
      !std::isfinite(load->get<double>())) {
    return expected("/load", "a number");
  }
  state.load = load->get<double>();
  GHT_TRY(state.processors, answer.count("processors"));
  GHT_TRY(state.memory, answer.count("memory"));
  GHT_TRY(state.memory_available, answer.count("memory_available"));
  GHT_TRY(state.booted, answer.count("booted"));
  if (state.processors == 0 || state.memory == 0 || state.booted == 0) {
    return expected("", "processors, memory and a start");
  }
  const json* mounts = answer.find("mounts");
  if (mounts == nullptr || !mounts->is_array()) return expected("/mounts", "an array");
  std::set<std::string> paths;
  for (std::size_t i = 0; i < mounts->size(); ++i) {
    const Object object{.value = (*mounts)[i], .at = "/mounts/" + std::to_string(i)};
    GHT_TRY(FileSystem system, read_file_system(object));
    if (!paths.insert(system.path).second) return expected(object.at, "each path once");
    state.file_systems.push_back(std::move(system));
  }
  return state;
}

}  // namespace ght::collectors::host
