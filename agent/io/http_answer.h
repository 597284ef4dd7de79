// Reads one HTTP/1.1 answer, bounded: header, body kept, interim (1xx) answers. No socket: bytes
// in.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "agent/core/evidence.h"

namespace ght::io {

class HttpAnswer {
 public:
  // Writes status, headers, body and body_cut into `result`, which must outlive this. `head`: the
  // answer has no body whatever its header says. Reading is over when max_body bytes are held.
  HttpAnswer(HttpResult& result, bool head, std::size_t max_body);
  ~HttpAnswer();
  HttpAnswer(const HttpAnswer&) = delete;
  HttpAnswer& operator=(const HttpAnswer&) = delete;

  // Where the next bytes of the connection belong; never empty while !done().
  std::span<char> space();
  // `size` bytes were put at the beginning of space().
  void received(std::size_t size);
  // The connection has ended. Only an orderly end can complete a body of unknown length.
  void ended(bool orderly, std::string_view why);

  bool header_read() const;
  // The answer is whole, or cut at max_body, or failed: read no further.
  bool done() const;
  // Empty, http_malformed, http_header_limit or connection_closed.
  std::string_view failure() const;
  const std::string& failure_detail() const;

 private:
  class Parser;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ght::io
