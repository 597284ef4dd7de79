// Any bytes as what the kernel says of processors, and as the vendors' files of microcode: nothing
// is read outside of them, and what was read is in them.
#include <cstddef>
#include <cstdint>
#include <string>

#include "agent/core/result.h"
#include "collectors/patch/reboot/microcode.h"

namespace {

using namespace ght::collectors::reboot;

constexpr std::size_t header = 48;
constexpr std::size_t checksum_at = 16;

std::uint32_t number_at(const std::string& bytes, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t i = 4; i > 0; --i) {
    number = number << 8 | static_cast<unsigned char>(bytes[at + i - 1]);
  }
  return number;
}

void put(std::string& bytes, std::size_t at, std::uint32_t number) {
  for (std::size_t i = 0; i < 4; ++i) bytes[at + i] = static_cast<char>(number >> (8 * i) & 0xff);
}

// Gives the first of Intel's updates the sum that it should have: no change of an input finds it.
void make_valid(std::string& bytes) {
  if (bytes.size() < header) return;
  const std::size_t data = number_at(bytes, 28) == 0 ? 2000 : number_at(bytes, 28);
  if (data % 4 != 0 || data > bytes.size() - header) return;
  put(bytes, checksum_at, 0);
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < header + data; i += 4) sum += number_at(bytes, i);
  put(bytes, checksum_at, 0 - sum);
}

void read(const std::string& bytes, const Processor& processor) {
  const Revision revision = installed_revision(bytes, processor, 0x10);
  GHT_CHECK(revision.has_value() || !revision.error().empty());
  if (!revision.has_value() || !*revision) return;
  std::string number(4, '\0');
  put(number, 0, **revision);
  GHT_CHECK(bytes.contains(number));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string bytes(data, data + size);
  for (const Processor& each : read_processors(bytes)) {
    GHT_CHECK(firmware_file(each).contains("-ucode/"));
  }
  read(bytes, {.vendor = Vendor::amd, .family = 25, .model = 1, .stepping = 1});
  make_valid(bytes);
  read(bytes, {.vendor = Vendor::intel, .family = 6, .model = 143, .stepping = 8});
  return 0;
}
