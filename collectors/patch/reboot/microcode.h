// Microcode: what the processors run, and what the vendor's files on this machine hold for them.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ght::collectors::reboot {

enum class Vendor { intel, amd };

// Processors that are alike: one kind, and one revision of its microcode.
struct Processor {
  std::int64_t number = 0;  // the kernel's number of the first of them
  Vendor vendor = Vendor::intel;
  std::uint32_t family = 0;  // as Linux counts: the extended family and model are added
  std::uint32_t model = 0;
  std::uint32_t stepping = 0;
  std::uint32_t revision = 0;  // of the microcode that it runs

  bool operator==(const Processor&) const = default;
};

// A number as the kernel prints it, whole ("143", "0x2b000603"); nullopt for anything else.
std::optional<std::uint32_t> number_of(std::string_view text);

// From the text of /proc/cpuinfo. Empty where microcode is not this system's to load or to know:
// a virtual machine (its revision is invented), another vendor, another architecture.
std::vector<Processor> read_processors(std::string_view cpuinfo);

// "06-8f-08": family, model and stepping.
std::string kind_of(const Processor& processor);

// Where distributions put it and Linux looks, below lib/firmware: "intel-ucode/06-8f-08", or AMD's
// file of a whole family.
std::string firmware_file(const Processor& processor);

// The highest revision that the file holds for this processor; nullopt: none. The other side names
// what is damaged.
//   Intel: Software Developer's Manual, volume 3A, "Microcode Update Facilities". `platform` is the
//   processor's platform as a bit, as Linux shows it in sysfs (microcode/processor_flags).
//   AMD: the container that Linux' arch/x86/kernel/cpu/microcode/amd.c reads; `platform` is not
//   used. Newer kernels refuse an update that the firmware is too old for: the highest is what may
//   be loaded, not what will.
using Revision = std::expected<std::optional<std::uint32_t>, std::string>;
Revision installed_revision(std::string_view file, const Processor& processor,
                            std::uint32_t platform);

}  // namespace ght::collectors::reboot
