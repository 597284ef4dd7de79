#include "collectors/availability/dicom/dicom_bytes.h"

namespace ght::collectors::dicom {
namespace {

std::uint32_t byte_at(std::string_view bytes, std::size_t index) {
  return static_cast<unsigned char>(bytes[index]);
}

}  // namespace

std::optional<std::string_view> ByteReader::take(std::size_t count) {
  if (count > rest_.size()) return std::nullopt;
  const std::string_view taken = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return taken;
}

std::optional<std::uint32_t> ByteReader::big(std::size_t count) {
  const auto bytes = take(count);
  if (!bytes) return std::nullopt;
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < count; ++i) number = number << 8 | byte_at(*bytes, i);
  return number;
}

std::optional<std::uint32_t> ByteReader::little(std::size_t count) {
  const auto bytes = take(count);
  if (!bytes) return std::nullopt;
  std::uint32_t number = 0;
  for (std::size_t i = count; i > 0; --i) number = number << 8 | byte_at(*bytes, i - 1);
  return number;
}

std::string big_bytes(std::uint32_t number, std::size_t count) {
  std::string bytes;
  for (std::size_t i = count; i > 0; --i) {
    bytes += static_cast<char>(number >> (8 * (i - 1)) & 0xFFU);
  }
  return bytes;
}

std::string little_bytes(std::uint32_t number, std::size_t count) {
  std::string bytes;
  for (std::size_t i = 0; i < count; ++i) bytes += static_cast<char>(number >> (8 * i) & 0xFFU);
  return bytes;
}

std::string hex(std::uint32_t number, std::size_t digits) {
  std::string text;
  for (std::size_t i = digits; i > 0; --i) {
    text += "0123456789ABCDEF"[number >> (4 * (i - 1)) & 0xFU];
  }
  return text + "H";
}

std::string_view without_padding(std::string_view uid) {
  while (uid.ends_with('\0') || uid.ends_with(' ')) uid.remove_suffix(1);
  return uid;
}

}  // namespace ght::collectors::dicom
