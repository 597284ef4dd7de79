// Any bytes as an Authorization field: what is read as name and password is exactly what was
// encoded, bounded and printable; everything else is refused.
#include <cstddef>
#include <cstdint>
#include <string>

#include "agent/core/limits.h"
#include "agent/core/result.h"
#include "agent/http/basic_auth.h"

namespace {

std::string base64(const std::string& text) {
  constexpr const char* digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const char c : text) {
    bits = (bits << 8U) | static_cast<unsigned char>(c);
    held += 8;
    while (held >= 6) {
      held -= 6;
      out += digits[(bits >> held) & 63U];
    }
  }
  if (held > 0) out += digits[(bits << (6 - held)) & 63U];
  while (out.size() % 4 != 0) out += '=';
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string field(data, data + size);
  const auto read = ght::http::parse_basic(field);
  if (!read) return 0;
  const std::string both = read->name + ":" + read->password;
  GHT_CHECK(read->name.find(':') == std::string::npos);
  GHT_CHECK(both.size() <= ght::limits::password_bytes);
  for (const char c : both) GHT_CHECK(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
  GHT_CHECK(field.ends_with(" " + base64(both)));
  return 0;
}
