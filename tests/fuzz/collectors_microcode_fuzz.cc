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

// Makes the numbers of this part add up to 0 by the one at `at`.
void make_sum(std::string& bytes, std::size_t from, std::size_t size, std::size_t at) {
  put(bytes, at, 0);
  std::uint32_t sum = 0;
  for (std::size_t i = from; i < from + size; i += 4) sum += number_at(bytes, i);
  put(bytes, at, 0 - sum);
}

// Gives the first of Intel's updates the sums that it should have: no change of an input finds
// them.
void make_valid(std::string& bytes) {
  if (bytes.size() < header) return;
  const std::size_t data = number_at(bytes, 28) == 0 ? 2000 : number_at(bytes, 28);
  const std::size_t total = number_at(bytes, 28) == 0 ? 2048 : number_at(bytes, 32);
  if (data % 4 != 0 || data > bytes.size() - header) return;
  make_sum(bytes, 0, header + data, checksum_at);
  if (total % 4 != 0 || total > bytes.size() || total < header + data + 8) return;
  make_sum(bytes, header + data, total - header - data, header + data + 4);
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
