// Numbers and items in bytes: big endian in the upper layer's PDUs, little endian in commands.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ght::collectors::dicom {

// Reads from the front of `bytes`, which must outlive it; never beyond their end.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

  bool empty() const { return rest_.empty(); }

  // nullopt, and nothing is taken, when fewer are left.
  std::optional<std::string_view> take(std::size_t count);
  std::optional<std::uint32_t> big(std::size_t count);     // up to 4 bytes
  std::optional<std::uint32_t> little(std::size_t count);  // up to 4 bytes

 private:
  std::string_view rest_;
};

// The low `count` bytes of a number.
std::string big_bytes(std::uint32_t number, std::size_t count);
std::string little_bytes(std::uint32_t number, std::size_t count);

// The digits that PS3.7 prints: "0122H".
std::string hex(std::uint32_t number, std::size_t digits);

// A UID without its padding (a NUL in commands, nothing in PDUs; some peers pad with spaces).
std::string_view without_padding(std::string_view uid);

}  // namespace ght::collectors::dicom
