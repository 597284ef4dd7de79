#include "collectors/patch/reboot/helper/firmware.h"

#include <cerrno>
#include <charconv>
#include <cstdint>

#include "collectors/patch/reboot/microcode.h"

namespace ght::reboot_state {
namespace {

using collectors::reboot::Processor;

constexpr std::size_t cpuinfo_bytes = 16 << 20;   // 2 KiB for each processor
constexpr std::size_t firmware_bytes = 16 << 20;  // the largest: 1 MiB
constexpr std::size_t small_file = 4096;

// The platform as a bit; nullopt: this kernel loads no microcode.
Outcome read_platform(const std::string& root, const Processor& processor,
                      std::optional<std::uint32_t>& platform) {
  const std::string path = root + "/sys/devices/system/cpu/cpu" + std::to_string(processor.number) +
                           "/microcode/processor_flags";
  std::string text;
  if (!state_of(path)) return is_absent(errno) ? std::nullopt : Outcome(unreadable(path, errno));
  if (Outcome bad = read_file(path, small_file, text)) return bad;
  std::uint32_t flags = 0;
  if (text.starts_with("0x")) {
    const auto [end, error] =
        std::from_chars(text.data() + 2, text.data() + text.size(), flags, 16);
    if (error == std::errc{} && *end == '\n') {
      platform = flags;
      return std::nullopt;
    }
  }
  return Failure{path + ": expected a number like 0x80"};
}

Outcome add_microcode(const std::string& root, const Processor& processor, nlohmann::json& list) {
  std::optional<std::uint32_t> platform;
  if (Outcome bad = read_platform(root, processor, platform)) return bad;
  if (!platform) return std::nullopt;
  const std::string name = firmware_file(processor);
  const std::string path = root + "/lib/firmware/" + name;
  const auto file = state_of(path);
  if (!file) return is_absent(errno) ? std::nullopt : Outcome(unreadable(path, errno));
  std::string bytes;
  if (Outcome bad = read_file(path, firmware_bytes, bytes)) return bad;
  const auto installed = installed_revision(bytes, processor, *platform);
  if (!installed.has_value()) return Failure{path + ": " + installed.error()};
  if (!*installed) return std::nullopt;
  list.push_back({{"kind", collectors::reboot::kind_of(processor)},
                  {"running", processor.revision},
                  {"installed", **installed},
                  {"since", static_cast<std::int64_t>(file->st_ctime)}});
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
