#include "agent/io/privileged_server.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <optional>
#include <system_error>
#include <utility>

#include "agent/config/allow_list.h"
#include "agent/core/text.h"
#include "agent/io/clock.h"
#include "agent/io/privileged_wire.h"

namespace ght::io {
namespace {

namespace asio = boost::asio;
using asio::local::stream_protocol;
using boost::system::error_code;

constexpr std::size_t longest_note = 4096;

HelperResult refusal(std::string why) {
  HelperResult result;
  result.end = HelperEnd::refused;
  result.detail = std::move(why);
  return result;
}

std::optional<uid_t> peer_of(int socket) {
  ucred who{};
  socklen_t size = sizeof(who);
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &who, &size) != 0) return std::nullopt;
  return who.uid;
}

// Not open: another command of this check is under way for this user, most likely a stuck one.
Fd lock_of(const PrivilegedOptions& options, const std::string& check, uid_t user) {
  const std::string path = options.lock_directory + "/" + check + "." + std::to_string(user);
  Fd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (fd.open() && ::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) fd.reset();
  return fd;
}

class Service {
 public:
  Service(Fd socket, uid_t user, const PrivilegedOptions& options)
      : options_(options),
        user_(user),
        socket_(context_, stream_protocol(), socket.release()),
        timer_(context_),
        runner_(context_.get_executor(), options.helpers) {}

  void serve() {
    asio::co_spawn(context_, answer(), asio::detached);
    context_.run();  // also until a command that cannot be killed is dead: the lock is held
  }

 private:
  asio::awaitable<void> answer();
  asio::awaitable<HelperResult> result_of(std::string line);
  asio::awaitable<std::string> read_line();
  asio::awaitable<void> watch_peer();
  Result<RunHelper> permitted(const PrivilegedRequest& request) const;
  void deadline(Duration after);
  void note(const std::string& check, const RunHelper& command, const HelperResult& result) const;

  const PrivilegedOptions& options_;
  const uid_t user_;
  asio::io_context context_{1};
  stream_protocol::socket socket_;
  asio::steady_timer timer_;
  HelperRunner runner_;
  Fd lock_;
};

// Ends whatever is being done on the socket.
void Service::deadline(Duration after) {
  timer_.expires_after(after);
  timer_.async_wait([this](const error_code& cancelled) {
    error_code ignored;
    if (!cancelled && timer_.expiry() <= mono_now()) socket_.close(ignored);
  });
}

// Empty when there is none: the peer is gone, slow or says too much.
asio::awaitable<std::string> Service::read_line() {
  std::string line;
  std::array<char, 4096> piece{};
  const auto buffer = asio::buffer(piece);
  while (line.size() <= limits::privileged_line_bytes) {
    error_code error;
    auto token = asio::redirect_error(asio::use_awaitable, error);
    const std::size_t size = co_await socket_.async_read_some(buffer, token);
    if (error) break;
    line.append(piece.data(), size);
    if (line.ends_with('\n')) {
      line.pop_back();
      co_return line;
    }
  }
  co_return std::string();
}

// Nothing more is to be said: whatever comes, the end above all, ends the command.
asio::awaitable<void> Service::watch_peer() {
  std::array<char, 1> piece{};
  const auto buffer = asio::buffer(piece);
  error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  co_await socket_.async_read_some(buffer, token);
  if (error != asio::error::operation_aborted) runner_.kill_all();
}

Result<RunHelper> Service::permitted(const PrivilegedRequest& request) const {
  GHT_TRY(const std::string bytes,
          read_trusted_file(options_.allow_list, limits::allow_list_bytes, options_.trust));
  GHT_TRY(const AllowList list, parse_allow_list(bytes, options_.allow_list));
  auto command = list.permit(request.check, request.command);
  if (!command.ok()) return Error{options_.allow_list, command.error().text()};
  GHT_TRY(command.value().program, trusted_program(command.value().program, options_.trust));
  return command;
}

// The asker's words: without line ends, so that no line of the journal is of its making.
void Service::note(const std::string& check, const RunHelper& command,
                   const HelperResult& result) const {
  std::string line = allow_line(check, command);
  if (result.end == HelperEnd::refused) {
    line = "refused: " + result.detail;
  } else if (result.end == HelperEnd::exited) {
    line = "exit status " + std::to_string(result.code) + ": " + line;
  } else {
    line = "did not end well: " + line;
  }
  options_.log(clean_text(line, longest_note));
}

asio::awaitable<HelperResult> Service::result_of(std::string line) {
  const auto request = decode_request(line);
  if (!request.ok()) co_return refusal(request.error().text());
  const std::string& check = request.value().check;
  const auto command = permitted(request.value());
  if (!command.ok()) {
    HelperResult refused = refusal(command.error().text());
    note(check, request.value().command, refused);
    co_return refused;
  }
  lock_ = lock_of(options_, check, user_);
  if (!lock_.open()) {
    HelperResult stuck;
    stuck.end = HelperEnd::stuck;
    co_return stuck;
  }
  asio::co_spawn(context_, watch_peer(), asio::detached);
  auto running = runner_.run(command.value(), check, mono_now() + request.value().time);
  HelperResult result = co_await std::move(running);
  // Before the answer: whoever has it may ask again at once. What cannot be killed keeps the lock.
  if (result.end != HelperEnd::stuck) lock_.reset();
  note(check, command.value(), result);
  co_return result;
}

asio::awaitable<void> Service::answer() {
  deadline(options_.request_deadline);
  auto reading = read_line();
  std::string line = co_await std::move(reading);
  timer_.cancel();
  if (line.empty()) co_return;
  auto finding = result_of(std::move(line));
  const HelperResult result = co_await std::move(finding);
  deadline(limits::privileged_answer_deadline);
  const std::string answer = encode(result);
  const auto bytes = asio::buffer(answer);
  error_code error;
  auto token = asio::redirect_error(asio::use_awaitable, error);
  co_await asio::async_write(socket_, bytes, token);
  timer_.cancel();
  socket_.close(error);
}

}  // namespace

void serve_privileged(Fd socket, const PrivilegedOptions& options) {
  const auto user = peer_of(socket.get());
  if (!user || std::ranges::find(options.users, *user) == options.users.end()) {
    options.log("refused: user " + (user ? std::to_string(*user) : "unknown") + " may not ask");
    return;
  }
  Service(std::move(socket), *user, options).serve();
}

Result<Fd> take_standard_input() {
  Fd socket(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3));
  const Fd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (!socket.open() || !null.open() || ::dup2(null.get(), STDIN_FILENO) < 0) {
    return Error{"standard input", std::generic_category().message(errno)};
  }
  return socket;
}

Result<uid_t> user_id(const std::string& name) {
  const passwd* entry = ::getpwnam(name.c_str());
  if (entry == nullptr) return Error{name, "there is no such user"};
  return entry->pw_uid;
}

}  // namespace ght::io
