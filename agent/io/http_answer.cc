// The only file of the probe that includes Beast: its parser, without its streams and messages.
#include "agent/io/http_answer.h"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

#include "agent/core/limits.h"
#include "agent/core/reasons.h"
#include "agent/core/text.h"

namespace ght::io {
namespace {

namespace http = boost::beast::http;
using boost::beast::error_code;
using boost::beast::string_view;

constexpr std::size_t first_buffer = 4 << 10;  // most answers of a health page fit
constexpr std::size_t body_buffer = 16 << 10;
constexpr std::size_t field_overhead = 4;         // ": " and CR LF
constexpr std::size_t status_line_overhead = 15;  // "HTTP/1.1 200 " and CR LF
constexpr std::size_t shown_garbage = 60;         // bytes of what is not HTTP, in the reason
constexpr int interim_class = 1, switching_protocols = 101;

}  // namespace

// Fills the result as the bytes come; Beast's own message and body types would copy and allocate
// more, and would count only the header fields that come in one piece against the limit.
class HttpAnswer::Parser final : public http::basic_parser<false> {
 public:
  Parser(HttpResult& result, std::size_t max_body, std::size_t& header_bytes)
      : result_(result), max_body_(max_body), header_bytes_(header_bytes) {
    header_limit(static_cast<std::uint32_t>(limits::probe_header_bytes));
    body_limit(boost::none);  // bounded by max_body_, which is not an error
    eager(true);
  }

 private:
  void on_request_impl(http::verb, string_view, string_view, int, error_code&) override {}
  void on_response_impl(int status, string_view phrase, int, error_code& error) override {
    // RFC 9110 15: 100 to 599; what lies above counts as its class, below there is none.
    constexpr int lowest = 100;
    if (status < lowest) {
      error = http::error::bad_status;
      return;
    }
    result_.status = status;
    result_.headers.clear();
    count(phrase.size() + status_line_overhead, error);
  }
  void on_field_impl(http::field, string_view name, string_view value, error_code& error) override {
    count(name.size() + value.size() + field_overhead, error);
    if (!error) result_.headers.emplace_back(name, value);
  }
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) override {
    if (length) result_.body.reserve(std::min<std::uint64_t>(*length, max_body_));
  }
  std::size_t on_body_impl(string_view body, error_code& error) override {
    return keep(body, error);
  }
  void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, string_view body, error_code& error) override {
    return keep(body, error);
  }
  void on_finish_impl(error_code&) override {}

  void count(std::size_t bytes, error_code& error) {
    header_bytes_ += bytes;
    if (header_bytes_ > limits::probe_header_bytes) error = http::error::header_limit;
  }
  std::size_t keep(string_view body, error_code& error) {
    const std::size_t room = max_body_ - result_.body.size();
    const std::size_t taken = std::min(room, body.size());
    result_.body.append(body.data(), taken);
    if (taken < body.size()) error = http::error::body_limit;
    return taken;
  }

  HttpResult& result_;
  std::size_t max_body_;
  std::size_t& header_bytes_;
};

struct HttpAnswer::State {
  HttpResult& result;
  bool head;
  std::size_t max_body;
  std::size_t header_bytes = 0;  // of all answers of this exchange, interim ones included
  std::optional<Parser> parser = std::nullopt;
  std::vector<char> buffer = std::vector<char>(first_buffer);
  std::size_t filled = 0;
  bool received_any = false;
  bool cut = false;
  std::string_view failure = {};
  std::string detail = {};

  void begin() {
    parser.emplace(result, max_body, header_bytes);
    if (head) parser->skip(true);
  }
  bool interim() const {
    return parser->is_done() && result.status / 100 == interim_class &&
           result.status != switching_protocols;
  }
  void fail(std::string_view code, std::string why) {
    failure = code;
    detail = std::move(why);
  }
  void parse();
  void refuse(const error_code& error);
};

HttpAnswer::HttpAnswer(HttpResult& result, bool head, std::size_t max_body)
    : state_(new State{result, head, max_body}) {
  state_->begin();
}

HttpAnswer::~HttpAnswer() = default;

std::span<char> HttpAnswer::space() {
  State& state = *state_;
  if (header_read() && state.buffer.size() < body_buffer) state.buffer.resize(body_buffer);
  if (state.filled == state.buffer.size()) state.buffer.resize(state.buffer.size() * 2);
  return std::span(state.buffer).subspan(state.filled);
}

void HttpAnswer::received(std::size_t size) {
  State& state = *state_;
  state.filled += size;
  state.received_any = state.received_any || size > 0;
  state.parse();
  // A header line, or a line between chunks, that does not end.
  if (!done() && state.filled > limits::probe_header_bytes) {
    if (header_read()) {
      state.fail(reasons::http_malformed, "a line between two parts of the body does not end");
    } else {
      state.refuse(http::error::header_limit);
    }
  }
}

void HttpAnswer::State::parse() {
  std::size_t used = 0;
  error_code error;
  while (used < filled && failure.empty() && !cut && !parser->is_done()) {
    // Whatever is left of a chunked body, its end alone has five bytes ("0", two line ends).
    // Boost.Beast 1.81 stops the program (an assertion) when it gets less of it; a piece of a
    // packet may be that.
    constexpr std::size_t shortest_end = 5;
    if (parser->is_header_done() && parser->chunked() && filled - used < shortest_end) break;
    used += parser->put({buffer.data() + used, filled - used}, error);
    if (error == http::error::body_limit) {
      cut = true;
    } else if (error && error != http::error::need_more) {
      refuse(error);
    } else if (interim()) {
      result.status = 0;
      begin();
    } else if (error == http::error::need_more) {
      break;
    }
  }
  filled -= used;
  std::memmove(buffer.data(), buffer.data() + used, filled);
  // At the limit nothing more is awaited, even if the rest should turn out to be empty: a server
  // must not be able to hold the probe there.
  if (failure.empty() && parser->is_header_done() && !parser->is_done() &&
      result.body.size() == max_body) {
    cut = true;
  }
  result.body_cut = cut;
}

void HttpAnswer::State::refuse(const error_code& error) {
  if (error == http::error::header_limit) {
    fail(reasons::http_header_limit, "");
    return;
  }
  std::string why = error.message();
  if (result.status == 0) {
    const std::string_view seen(buffer.data(), std::min(filled, shown_garbage));
    why = "not HTTP/1.1: " + clean_text(seen, shown_garbage);
  }
  fail(reasons::http_malformed, std::move(why));
}

void HttpAnswer::ended(bool orderly, std::string_view why) {
  State& state = *state_;
  if (!state.received_any) {
    state.fail(reasons::connection_closed, "no answer, " + std::string(why));
    return;
  }
  error_code error = http::error::partial_message;
  if (orderly && state.parser->got_some()) state.parser->put_eof(error);
  if (error) {
    const char* where = header_read() ? "in the body, " : "in the header, ";
    state.fail(reasons::connection_closed, where + std::string(why));
  }
}

bool HttpAnswer::header_read() const {
  return state_->parser->is_header_done();
}

bool HttpAnswer::done() const {
  return !state_->failure.empty() || state_->cut || state_->parser->is_done();
}

std::string_view HttpAnswer::failure() const {
  return state_->failure;
}

const std::string& HttpAnswer::failure_detail() const {
  return state_->detail;
}

}  // namespace ght::io
