// Any bytes as an HTTP answer, in pieces of the size of the first byte: bounded, and without
// failure only when a status line was read and the connection's end did not cut the body.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "agent/core/limits.h"
#include "agent/core/result.h"
#include "agent/io/http_answer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  constexpr std::size_t max_body = 4096;
  const std::size_t piece = std::max<std::size_t>(1, data[0]);
  ght::HttpResult result;
  ght::io::HttpAnswer answer(result, data[1] % 8 == 0, max_body);
  for (std::size_t at = 2; at < size && !answer.done();) {
    const std::span<char> space = answer.space();
    GHT_CHECK(!space.empty());
    const std::size_t count = std::min({piece, space.size(), size - at});
    std::memcpy(space.data(), data + at, count);
    at += count;
    answer.received(count);
  }
  if (!answer.done()) answer.ended(data[1] % 2 == 0, "closed");
  GHT_CHECK(answer.done());
  GHT_CHECK(result.body.size() <= max_body);
  // Of the 1xx only 101 ends an exchange.
  const bool final = result.status == 101 || (result.status >= 200 && result.status <= 999);
  GHT_CHECK(!answer.failure().empty() || final);
  return 0;
}
