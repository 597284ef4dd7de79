#include "agent/io/privileged_client.h"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <utility>

#include "agent/core/limits.h"
#include "agent/io/clock.h"
#include "agent/io/control_address.h"
#include "agent/io/privileged_wire.h"

namespace ght::io {
namespace {

namespace asio = boost::asio;
using asio::local::stream_protocol;
using boost::system::error_code;

HelperResult without_answer(HelperEnd end, std::string detail) {
  HelperResult result;
  result.end = end;
  result.detail = std::move(detail);
  return result;
}

// Everything that comes, up to the end of the connection or one byte more than there may be.
asio::awaitable<error_code> read_all(stream_protocol::socket& socket, std::string& into,
                                     std::size_t most) {
  std::array<char, 16384> piece{};
  const auto buffer = asio::buffer(piece);
  error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  while (into.size() <= most) {
    const std::size_t size = co_await socket.async_read_some(buffer, token);
    into.append(piece.data(), size);
    if (error) break;
  }
  co_return error == asio::error::eof ? error_code() : error;
}

HelperResult understood(std::string_view answer, const RunHelper& command) {
  const std::string about = "privileged service";
  const std::size_t end = answer.find('\n');
  if (end == std::string_view::npos) {
    return without_answer(HelperEnd::not_started, about + ": it ended without an answer");
  }
  auto head = decode_answer(answer.substr(0, end), command.max_output);
  if (!head.ok()) {
    return without_answer(HelperEnd::not_started, about + ": " + head.error().text());
  }
  AnswerHead& told = head.value();
  const std::string_view rest = answer.substr(end + 1);
  if (rest.size() != told.out + told.err) {
    return without_answer(HelperEnd::not_started, about + ": its answer was cut");
  }
  told.result.out = rest.substr(0, told.out);
  told.result.err = rest.substr(told.out);
  return std::move(told.result);
}

}  // namespace

asio::awaitable<HelperResult> run_privileged(asio::any_io_executor executor, std::string socket,
                                             RunHelper command, std::string check,
                                             MonoTime deadline, Duration grace) {
  const PrivilegedRequest request{
      .check = std::move(check), .command = std::move(command), .time = deadline - mono_now()};
  const auto line = encode(request);
  const auto address = control_address(socket);
  if (!line.ok()) co_return without_answer(HelperEnd::not_started, line.error().text());
  if (!address.ok()) co_return without_answer(HelperEnd::not_started, address.error().text());

  auto connection = std::make_shared<stream_protocol::socket>(executor);
  auto timer = std::make_shared<asio::steady_timer>(executor, deadline + grace);
  timer->async_wait([connection](const error_code& cancelled) {
    error_code ignored;
    if (!cancelled) connection->close(ignored);
  });
  error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  const stream_protocol::endpoint endpoint(socket);
  co_await connection->async_connect(endpoint, token);
  if (error) {
    timer->cancel();
    co_return without_answer(HelperEnd::not_started,
                             "privileged service " + socket + ": " + error.message());
  }
  const auto bytes = asio::buffer(line.value());
  co_await asio::async_write(*connection, bytes, token);
  std::string answer;
  // Also after a failed write: the service may have refused before it had read.
  auto reading = read_all(
      *connection, answer,
      limits::privileged_line_bytes + request.command.max_output + limits::helper_error_output);
  const error_code broken = co_await std::move(reading);
  timer->cancel();
  if (!connection->is_open()) {
    co_return without_answer(HelperEnd::timed_out, "the privileged service does not answer");
  }
  if (broken) {
    co_return without_answer(HelperEnd::not_started,
                             "privileged service " + socket + ": " + broken.message());
  }
  co_return understood(answer, request.command);
}

}  // namespace ght::io
