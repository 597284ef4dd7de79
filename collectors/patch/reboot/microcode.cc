#include "collectors/patch/reboot/microcode.h"

#include <algorithm>
#include <charconv>
#include <cstddef>

namespace ght::collectors::reboot {
namespace {

constexpr std::size_t kinds_max = 64;  // of processors in one machine: one or two

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Hexadecimal; no family, model or stepping that there is has more.
std::string two_digits(std::uint32_t number) {
  constexpr std::string_view digits = "0123456789abcdef";
  return {digits[number >> 4 & 0xf], digits[number & 0xf]};
}

// One processor's lines of /proc/cpuinfo, as far as they are of use.
struct Lines {
  std::optional<std::uint32_t> number, family, model, stepping, revision;
  std::string_view vendor, flags;
};

void read_line(std::string_view line, Lines& lines) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return;
  const std::string_view key = trimmed(line.substr(0, colon));
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (key == "processor") lines.number = number_of(value);
  if (key == "vendor_id") lines.vendor = value;
  if (key == "cpu family") lines.family = number_of(value);
  if (key == "model") lines.model = number_of(value);
  if (key == "stepping") lines.stepping = number_of(value);
  if (key == "microcode") lines.revision = number_of(value);
  if (key == "flags") lines.flags = value;
}

std::optional<Processor> processor_of(const Lines& lines) {
  const bool intel = lines.vendor == "GenuineIntel";
  if (!intel && lines.vendor != "AuthenticAMD") return std::nullopt;
  if (!lines.number || !lines.family || !lines.model || !lines.stepping || !lines.revision ||
      lines.flags.empty() || lines.flags.contains("hypervisor")) {
    return std::nullopt;
  }
  return Processor{.number = *lines.number,
                   .vendor = intel ? Vendor::intel : Vendor::amd,
                   .family = *lines.family,
                   .model = *lines.model,
                   .stepping = *lines.stepping,
                   .revision = *lines.revision};
}

bool alike(Processor left, const Processor& right) {
  left.number = right.number;
  return left == right;
}

// What the instruction CPUID says of the processor (leaf 1, EAX).
std::uint32_t signature_of(const Processor& processor) {
  const std::uint32_t base = std::min<std::uint32_t>(processor.family, 0xf);
  return ((processor.family - base) & 0xff) << 20 | ((processor.model >> 4) & 0xf) << 16 |
         base << 8 | (processor.model & 0xf) << 4 | (processor.stepping & 0xf);
}

// Numbers of a file, the lowest byte first. Reading beyond the end makes all that follows void.
class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : bytes_(bytes) {}

  std::uint32_t at(std::size_t offset, std::size_t size = 4) const {
    std::uint32_t number = 0;
    for (std::size_t i = size; i > 0 && offset + size <= bytes_.size(); --i) {
      number = number << 8 | static_cast<unsigned char>(bytes_[offset + i - 1]);
    }
    return number;
  }
  bool has(std::size_t offset, std::size_t size) const {
    return size <= bytes_.size() && offset <= bytes_.size() - size;
  }
  std::size_t size() const { return bytes_.size(); }

  // All numbers of this part, added up: Intel's checksum makes it 0.
  std::uint32_t sum(std::size_t from, std::size_t size) const {
    std::uint32_t total = 0;
    for (std::size_t i = from; i < from + size; i += 4) total += at(i);
    return total;
  }

 private:
  std::string_view bytes_;
};

std::unexpected<std::string> damaged(std::size_t at, const char* expected) {
  return std::unexpected("at byte " + std::to_string(at) + ": expected " + expected);
}

void keep_highest(std::optional<std::uint32_t>& highest, std::uint32_t revision) {
  if (!highest || *highest < revision) highest = revision;
}

constexpr std::size_t intel_header = 48;
constexpr std::size_t intel_table_header = 20;
constexpr std::size_t intel_table_row = 12;

bool intel_fits(std::uint32_t signature, std::uint32_t platforms, std::uint32_t wanted,
                std::uint32_t platform) {
  // As Linux compares them: 0 on both sides is a processor from before there were platforms.
  return signature == wanted && ((platforms == 0 && platform == 0) || (platforms & platform) != 0);
}

// Rows behind the data of an update, for further processors; nullopt when that is no whole table.
std::optional<std::size_t> intel_rows(const Bytes& bytes, std::size_t table, std::size_t end) {
  if (table == end) return 0;
  if (end - table < intel_table_header) return std::nullopt;
  const std::size_t rows = (end - table - intel_table_header) / intel_table_row;
  const bool whole = bytes.at(table) == rows &&
                     end - table == intel_table_header + rows * intel_table_row &&
                     bytes.sum(table, end - table) == 0;
  return whole ? std::optional(rows) : std::nullopt;
}

Revision intel_revision(const Bytes& bytes, std::uint32_t wanted, std::uint32_t platform) {
  std::optional<std::uint32_t> highest;
  std::size_t at = 0;
  while (at < bytes.size()) {
    if (!bytes.has(at, intel_header) || bytes.at(at) != 1 || bytes.at(at + 20) != 1) {
      return damaged(at, "Intel's header");
    }
    // 0 stands for the sizes of the first updates that there were.
    const std::size_t data = bytes.at(at + 28) == 0 ? 2000 : bytes.at(at + 28);
    const std::size_t total = bytes.at(at + 28) == 0 ? 2048 : bytes.at(at + 32);
    if (total % 4 != 0 || data % 4 != 0 || total < intel_header || data > total - intel_header ||
        !bytes.has(at, total)) {
      return damaged(at, "an update that ends within the file");
    }
    if (bytes.sum(at, intel_header + data) != 0) return damaged(at, "a sum of 0");
    const std::size_t table = at + intel_header + data;
    const auto rows = intel_rows(bytes, table, at + total);
    if (!rows) return damaged(table, "a whole table of processors");
    bool fits = intel_fits(bytes.at(at + 12), bytes.at(at + 24), wanted, platform);
    for (std::size_t i = 0; i < *rows; ++i) {
      const std::size_t row = table + intel_table_header + i * intel_table_row;
      fits = fits || intel_fits(bytes.at(row), bytes.at(row + 4), wanted, platform);
    }
    if (fits) keep_highest(highest, bytes.at(at + 4));
    at += total;
  }
  return highest;
}

constexpr std::uint32_t amd_magic = 0x00414d44;
constexpr std::size_t amd_patch_header = 64;

// AMD's number for processors of this signature; nullopt: the table has none.
std::optional<std::uint32_t> amd_equivalent(const Bytes& bytes, std::size_t from, std::size_t size,
                                            std::uint32_t signature) {
  for (std::size_t row = from; row + 16 <= from + size; row += 16) {
    if (bytes.at(row) == 0) break;
    if (bytes.at(row) == signature) return bytes.at(row + 12, 2);
  }
  return std::nullopt;
}

Revision amd_revision(const Bytes& bytes, std::uint32_t signature) {
  std::optional<std::uint32_t> highest;
  std::optional<std::uint32_t> equivalent;
  std::size_t at = 0;
  while (at < bytes.size()) {
    if (bytes.has(at, 12) && bytes.at(at) == amd_magic) {
      const std::size_t size = bytes.at(at + 8);
      if (bytes.at(at + 4) != 0 || !bytes.has(at + 12, size)) return damaged(at, "AMD's table");
      equivalent = amd_equivalent(bytes, at + 12, size, signature);
      at += 12 + size;
      continue;
    }
    const std::size_t size = bytes.at(at + 4);
    if (at == 0 || !bytes.has(at, 8) || bytes.at(at) != 1 || size < amd_patch_header ||
        !bytes.has(at + 8, size)) {
      return damaged(at, "one of AMD's updates");
    }
    // Those for one kind of chipset are refused by Linux.
    const bool any_chipset = bytes.at(at + 8 + 16) == 0 && bytes.at(at + 8 + 20) == 0;
    if (any_chipset && equivalent && bytes.at(at + 8 + 24, 2) == *equivalent) {
      keep_highest(highest, bytes.at(at + 8 + 4));
    }
    at += 8 + size;
  }
  return highest;
}

}  // namespace

std::optional<std::uint32_t> number_of(std::string_view text) {
  const int base = text.starts_with("0x") ? 16 : 10;
  if (base == 16) text.remove_prefix(2);
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return number;
}

std::vector<Processor> read_processors(std::string_view cpuinfo) {
  std::vector<Processor> all;
  Lines lines;
  while (!cpuinfo.empty()) {
    const std::string_view line = cpuinfo.substr(0, cpuinfo.find('\n'));
    cpuinfo.remove_prefix(std::min(line.size() + 1, cpuinfo.size()));
    read_line(line, lines);
    if (!line.empty() && !cpuinfo.empty()) continue;
    const auto processor = processor_of(lines);
    if (!processor) return {};
    lines = {};
    const bool known =
        std::ranges::any_of(all, [&](const Processor& each) { return alike(each, *processor); });
    if (!known && all.size() < kinds_max) all.push_back(*processor);
  }
  return all;
}

std::string kind_of(const Processor& processor) {
  return two_digits(processor.family) + "-" + two_digits(processor.model) + "-" +
         two_digits(processor.stepping);
}

std::string firmware_file(const Processor& processor) {
  if (processor.vendor == Vendor::intel) return "intel-ucode/" + kind_of(processor);
  if (processor.family < 0x15) return "amd-ucode/microcode_amd.bin";
  return "amd-ucode/microcode_amd_fam" + two_digits(processor.family) + "h.bin";
}

Revision installed_revision(std::string_view file, const Processor& processor,
                            std::uint32_t platform) {
  const Bytes bytes(file);
  if (file.empty()) return damaged(0, "a file that is not empty");
  const std::uint32_t signature = signature_of(processor);
  return processor.vendor == Vendor::intel ? intel_revision(bytes, signature, platform)
                                           : amd_revision(bytes, signature);
}

}  // namespace ght::collectors::reboot
