#include <gtest/gtest.h>
#include <zlib.h>

#include <array>
#include <string>

#include "agent/exposition/render.h"
#include "agent/exposition/rich_view.h"

namespace ght {
namespace {

std::string gunzip(std::string body) {
  z_stream stream{};
  EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(body.data());
  stream.avail_in = static_cast<uInt>(body.size());
  std::string out;
  std::array<char, 4096> buffer{};
  int status = Z_OK;
  while (status == Z_OK) {
    stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream.avail_out = buffer.size();
    status = inflate(&stream, Z_NO_FLUSH);
    out.append(buffer.data(), buffer.size() - stream.avail_out);
  }
  EXPECT_EQ(status, Z_STREAM_END);
  inflateEnd(&stream);
  return out;
}

TEST(Gzip, ComesBackWhole) {
  const std::string page = render_metrics(test::RichView().view, MetricsFormat::openmetrics_1_0_0);
  std::string noise;
  for (unsigned i = 0, x = 1; i < 100'000; ++i, x = x * 1664525 + 1013904223) {
    noise += static_cast<char>(x >> 24);
  }
  for (const std::string& body : {page, noise, std::string(), std::string("x")}) {
    EXPECT_EQ(gunzip(gzip(body)), body);
  }
  EXPECT_LT(gzip(page).size(), page.size() / 5);
}

}  // namespace
}  // namespace ght
