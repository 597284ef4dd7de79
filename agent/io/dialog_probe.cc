#include "agent/io/dialog_probe.h"

#include <array>
#include <utility>

#include "agent/core/limits.h"
#include "agent/core/reasons.h"
#include "agent/io/clock.h"
#include "agent/io/probe_connection.h"

namespace ght::io {
namespace {

namespace asio = boost::asio;

// When the first byte was waited for, came, and what came last.
struct Times {
  MonoTime asked = mono_now();
  std::optional<MonoTime> first;
};

void fail(DialogResult& result, std::string_view code, std::string detail) {
  result.failure = code;
  result.failure_detail = std::move(detail);
}

// False: the peer has ended the dialog, or its time is over, or it says too much. When it may
// (linger), only the last is a failure.
asio::awaitable<bool> listen(ProbeConnection& connection, bool linger, DialogResult& result,
                             Times& times) {
  std::array<char, 4096> buffer{};
  auto reading = connection.read_some(buffer);
  const ProbeConnection::Read read = co_await std::move(reading);
  if (connection.expired()) {
    if (!linger) fail(result, reasons::answer_timeout, result.address);
    co_return false;
  }
  if (read.size > 0 && !times.first) times.first = mono_now();
  result.heard.back().append(buffer.data(), read.size);
  std::size_t heard = 0;
  for (const std::string& text : result.heard) heard += text.size();
  if (read.error) {
    if (!linger) fail(result, reasons::connection_closed, closed_text(read.error));
    co_return false;
  }
  if (heard > limits::dialog_heard_bytes) {
    fail(result, reasons::answer_limit, result.address);
  }
  co_return result.failure.empty();
}

// One turn of ours. False: it could not be taken, or was the last.
asio::awaitable<bool> take(ProbeConnection& connection, const DialogTurn& turn,
                           DialogResult& result) {
  if (turn.kind == DialogTurn::Kind::finish) co_return false;
  if (result.heard.size() > limits::dialog_turns) {
    fail(result, reasons::probe_not_made, "the dialog takes more turns than allowed");
    co_return false;
  }
  if (turn.kind == DialogTurn::Kind::start_tls) {
    auto securing = connection.start_tls();
    if (!co_await std::move(securing)) co_return false;
  } else {
    auto writing = connection.write(turn.bytes);
    co_await std::move(writing);
  }
  result.heard.emplace_back();
  co_return true;
}

}  // namespace

asio::awaitable<void> run_dialog(Network& network, Dialog step, MonoTime deadline,
                                 DialogResult& result) {
  ProbeConnection connection(network, deadline, result);
  result.heard.emplace_back();
  if (!connection.prepare_tls(step.tls)) co_return;
  auto opening = connection.open(step.host, step.port);
  if (!co_await std::move(opening)) co_return;
  if (step.tls_from_start) {
    auto securing = connection.start_tls();
    if (!co_await std::move(securing)) co_return;
  }
  Times times;
  for (bool going = true; going;) {
    const DialogTurn turn = step.script(step.words, result.heard);
    const bool linger = turn.kind == DialogTurn::Kind::linger;
    if (linger || turn.kind == DialogTurn::Kind::listen) {
      auto listening = listen(connection, linger, result, times);
      going = co_await std::move(listening);
    } else {
      auto taking = take(connection, turn, result);
      going = co_await std::move(taking);
    }
  }
  if (!times.first) co_return;
  result.phases.processing = *times.first - times.asked;
  if (result.failure.empty()) result.phases.transfer = mono_now() - *times.first;
}

}  // namespace ght::io
