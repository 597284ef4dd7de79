#define ZLIB_CONST  // input bytes are const
#include <zlib.h>

#include "agent/core/result.h"
#include "agent/exposition/render.h"

namespace ght {

std::string gzip(const std::string& body) {
  constexpr int window_bits = 15 + 16;  // 16: a gzip header, not zlib's
  constexpr int memory_level = 8;
  z_stream stream{};
  // It fails only for want of 256 KiB of memory, as std::string would.
  GHT_CHECK(deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, window_bits, memory_level,
                         Z_DEFAULT_STRATEGY) == Z_OK);
  std::string out(deflateBound(&stream, body.size()), '\0');
  stream.next_in = reinterpret_cast<const Bytef*>(body.data());
  stream.avail_in = static_cast<uInt>(body.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int end = deflate(&stream, Z_FINISH);
  const std::size_t size = stream.total_out;
  deflateEnd(&stream);
  GHT_CHECK(end == Z_STREAM_END);
  out.resize(size);
  out.shrink_to_fit();
  return out;
}

}  // namespace ght
