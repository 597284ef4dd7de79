#include "collectors/patch/reboot/helper/firmware.h"

#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "collectors/patch/reboot/microcode.h"

namespace ght::reboot_state {
namespace {

using collectors::reboot::Processor;

constexpr std::size_t cpuinfo_bytes = 16 << 20;   // 2 KiB for each processor
constexpr std::size_t firmware_bytes = 16 << 20;  // the largest: 1 MiB
constexpr std::size_t small_file = 4096;
constexpr std::uint32_t any_platform = 0xff;  // there are eight

// What this kernel says of the microcode of one processor; empty: it loads none.
Outcome find_loader(const std::string& root, const Processor& processor, std::string& folder) {
  const std::string all = root + "/sys/devices/system/cpu";
  if (!state_of(all)) return unreadable(all, errno);
  folder = all + "/cpu" + std::to_string(processor.number) + "/microcode";
  if (state_of(folder)) return std::nullopt;
  const int error = errno;
  if (!is_absent(error)) return unreadable(folder, error);
  folder.clear();
  return std::nullopt;
}

// The platform as a bit; every bit where only root may read it (Linux before 5.2).
Outcome read_platform(const std::string& folder, std::uint32_t& platform) {
  const std::string path = folder + "/processor_flags";
  std::string text;
  platform = any_platform;
  if (::access(path.c_str(), R_OK) != 0 && errno == EACCES) return std::nullopt;
  if (Outcome bad = read_file(path, small_file, text)) return bad;
  const auto flags = collectors::reboot::number_of(text.substr(0, text.find('\n')));
  if (!flags) return Failure{path + ": expected a number like 0x80"};
  platform = *flags;
  return std::nullopt;
}

Outcome add_microcode(const std::string& root, const Processor& processor, nlohmann::json& list) {
  const std::string path = root + "/lib/firmware/" + firmware_file(processor);
  const auto file = state_of(path);
  if (!file) return is_absent(errno) ? std::nullopt : Outcome(unreadable(path, errno));
  std::string loader;
  if (Outcome bad = find_loader(root, processor, loader)) return bad;
  if (loader.empty()) return std::nullopt;
  const bool intel = processor.vendor == collectors::reboot::Vendor::intel;
  std::uint32_t platform = 0;
  if (Outcome bad = intel ? read_platform(loader, platform) : std::nullopt) return bad;
  std::string bytes;
  if (Outcome bad = read_file(path, firmware_bytes, bytes)) return bad;
  const auto installed = installed_revision(bytes, processor, platform);
  if (!installed.has_value()) return Failure{path + ": " + installed.error()};
  if (!*installed) return std::nullopt;
  // Of whatever platform: what is not newer there is not newer for this one.
  if (platform == any_platform && **installed > processor.revision) {
    return Failure{loader + "/processor_flags: cannot be read: it takes \"privileged\""};
  }
  list.push_back({{"kind", collectors::reboot::kind_of(processor)},
                  {"running", processor.revision},
                  {"installed", **installed},
                  {"since", static_cast<std::int64_t>(file->st_ctime)},
                  {"loads_for_sure", intel}});
  return std::nullopt;
}

}  // namespace

void read_microcode(const std::string& root, nlohmann::json& state) {
  nlohmann::json list = nlohmann::json::array();
  std::string text;
  Outcome bad = read_file(root + "/proc/cpuinfo", cpuinfo_bytes, text);
  for (const Processor& processor : collectors::reboot::read_processors(text)) {
    if (!bad) bad = add_microcode(root, processor, list);
  }
  state["microcode"] = {{"processors", std::move(list)},
                        {"problem", bad ? nlohmann::json(bad->line) : nlohmann::json(nullptr)}};
}

}  // namespace ght::reboot_state
