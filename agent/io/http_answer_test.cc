#include "agent/io/http_answer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "agent/core/reasons.h"

namespace ght::io {
namespace {

struct Read {
  HttpResult result;
  bool done = false;
  std::string_view failure;
  bool operator==(const Read& other) const {
    return result.status == other.result.status && result.headers == other.result.headers &&
           result.body == other.result.body && result.body_cut == other.result.body_cut &&
           done == other.done && failure == other.failure;
  }
};

enum class End { none, orderly, reset };

// The answer after these pieces came, one by one.
Read read(const std::vector<std::string_view>& pieces, End end = End::none,
          std::size_t max_body = 1000) {
  Read read;
  HttpAnswer answer(read.result, false, max_body);
  for (std::string_view piece : pieces) {
    while (!piece.empty() && !answer.done()) {
      const std::span<char> space = answer.space();
      const std::size_t size = std::min(space.size(), piece.size());
      std::copy_n(piece.begin(), size, space.begin());
      answer.received(size);
      piece.remove_prefix(size);
    }
  }
  if (end != End::none && !answer.done()) answer.ended(end == End::orderly, "closed");
  read.done = answer.done();
  read.failure = answer.failure();
  return read;
}

constexpr auto whole_answers = std::to_array<std::string_view>({
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: y\r\n\r\nhello",
    "HTTP/1.1 204 No Content\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0a;x=1\r\n0123456789\r\n0\r\n"
    "T: 1\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
});

TEST(HttpAnswer, ReadsTheSameHoweverItIsCutIntoPieces) {
  for (std::string_view text : whole_answers) {
    const Read at_once = read({text});
    EXPECT_TRUE(at_once.done) << text;
    EXPECT_EQ(at_once.failure, "") << text;
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
      EXPECT_TRUE(read({text.substr(0, cut), text.substr(cut)}) == at_once)
          << cut << " of " << text;
    }
  }
}

TEST(HttpAnswer, ReadsTheSameByteByByte) {
  for (std::string_view text : whole_answers) {
    std::vector<std::string_view> bytes;
    for (std::size_t i = 0; i < text.size(); ++i) bytes.push_back(text.substr(i, 1));
    EXPECT_EQ(read(bytes), read({text})) << text;
  }
}

TEST(HttpAnswer, AStatusBelowOneHundredIsNone) {
  for (const char* text : {"HTTP/1.1 004 No\r\nContent-Length: 0\r\n\r\n",
                           "HTTP/1.1 000 No\r\nContent-Length: 0\r\n\r\n"}) {
    const Read refused = read({text});
    EXPECT_EQ(refused.failure, reasons::http_malformed) << text;
    EXPECT_EQ(refused.result.status, 0);
  }
}

TEST(HttpAnswer, NoBeginningOfAnAnswerIsTheAnswer) {
  for (std::string_view text : whole_answers) {
    for (std::size_t cut = 0; cut < text.size(); ++cut) {
      EXPECT_FALSE(read({text.substr(0, cut)}).done) << cut << " of " << text;
      const Read ended = read({text.substr(0, cut)}, End::orderly);
      EXPECT_EQ(ended.failure, reasons::connection_closed) << cut << " of " << text;
    }
  }
}

TEST(HttpAnswer, OnlyAnOrderlyEndCompletesABodyOfUnknownLength) {
  const std::string_view text = "HTTP/1.1 200 OK\r\n\r\nhello";
  EXPECT_FALSE(read({text}).done);
  EXPECT_EQ(read({text}, End::orderly).failure, "");
  EXPECT_EQ(read({text}, End::orderly).result.body, "hello");
  EXPECT_EQ(read({text}, End::reset).failure, reasons::connection_closed);
}

TEST(HttpAnswer, KeepsNoMoreThanItMay) {
  const std::string_view text = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789";
  for (std::size_t limit = 0; limit <= 10; ++limit) {
    const Read cut = read({text}, End::none, limit);
    EXPECT_TRUE(cut.done);
    EXPECT_EQ(cut.failure, "");
    EXPECT_EQ(cut.result.body, std::string("0123456789").substr(0, limit));
    EXPECT_EQ(cut.result.body_cut, limit < 10);
  }
}

TEST(HttpAnswer, RefusesWhatTwoReadersCouldReadInTwoWays) {
  for (const char* header :
       {"Content-Length: 5\r\nContent-Length: 6\r\n", "Content-Length: -1\r\n",
        "Content-Length: 99999999999999999999\r\n", "Content-Length : 5\r\n", "X\r\n", ": y\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"}) {
    const std::string text = "HTTP/1.1 200 OK\r\n" + std::string(header) + "\r\nhello";
    EXPECT_EQ(read({text}).failure, reasons::http_malformed) << header;
  }
  for (const char* text : {"HTTP/2 200 OK\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n", "\r\n\r\n\r\n\r\n",
                           "HTTP/1.1 200 OK\n\n", "<html></html>\r\n\r\n"}) {
    EXPECT_EQ(read({text}, End::orderly).done, true) << text;
    EXPECT_NE(read({text}, End::orderly).failure, "") << text;
  }
}

}  // namespace
}  // namespace ght::io
