#include "agent/io/process_child.h"

#include <poll.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <limits>

#include "agent/io/clock.h"
#include "agent/io/process_session.h"

namespace ght::io {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr int reads_per_turn = 8;  // then other handlers of the loop have their turn

}  // namespace

Result<std::shared_ptr<Child>> Child::start(const asio::any_io_executor& executor,
                                            const RunHelper& step, const HelperOptions& options,
                                            std::string owner, MonoTime deadline, Watch reaped) {
  GHT_TRY(Spawned spawned, spawn(step, options));
  std::shared_ptr<Child> child(
      new Child(executor, step, options, std::move(owner), std::move(reaped)));
  GHT_TRY_VOID(child->watch(std::move(spawned), deadline));
  return child;
}

Child::Child(const asio::any_io_executor& executor, const RunHelper& step,
             const HelperOptions& options, std::string owner, Watch reaped)
    : options_(options),
      owner_(std::move(owner)),
      reaped_(std::move(reaped)),
      pidfd_(executor),
      out_(executor),
      err_(executor),
      timer_(executor),
      finish_signal_(executor, MonoTime::max()) {
  out_.into = &result_.out;
  out_.keep = out_.limit = step.max_output;
  err_.into = &result_.err;
  err_.keep = limits::helper_error_output;
  err_.limit = limits::helper_output;
}

Result<void> Child::watch(Spawned spawned, MonoTime deadline) {
  pid_ = spawned.pid;
  // assign() takes the descriptor over only when it succeeds.
  const auto adopt = [](asio::posix::stream_descriptor& into, Fd& fd) {
    error_code error;
    into.assign(fd.get(), error);
    if (!error) fd.release();
    return error;
  };
  error_code error = adopt(pidfd_, spawned.pidfd);
  if (!error) error = adopt(out_.pipe, spawned.out);
  if (!error) error = adopt(err_.pipe, spawned.err);
  if (error) {
    signal_session(pid_, SIGKILL);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
    phase_ = Phase::reaped;
    return Error{"helper", "cannot be watched: " + error.message()};
  }
  wait_death();
  wait_pipe(out_);
  wait_pipe(err_);
  wait_timer(deadline);
  return {};
}

void Child::wait_pipe(Stream& stream) {
  stream.pipe.async_wait(asio::posix::stream_descriptor::wait_read,
                         [self = shared_from_this(), &stream](error_code error) {
                           if (!error) self->on_pipe(stream);
                         });
}

void Child::wait_death() {
  pidfd_.async_wait(asio::posix::stream_descriptor::wait_read,
                    [self = shared_from_this()](error_code error) {
                      if (error || self->phase_ == Phase::reaped) return;
                      if (self->note_death()) {
                        self->on_death();
                      } else {
                        self->wait_death();
                      }
                    });
}

void Child::wait_timer(MonoTime until) {
  timer_.expires_at(until);
  timer_.async_wait([self = shared_from_this()](error_code error) {
    // A timer that was set anew may have a handler of its earlier time already on the way.
    if (!error && self->timer_.expiry() <= mono_now()) self->on_timer();
  });
}

void Child::on_pipe(Stream& stream) {
  if (!stream.pipe.is_open()) return;
  switch (pump(stream, reads_per_turn)) {
    case Pump::blocked:
    case Pump::more:
      wait_pipe(stream);
      break;
    case Pump::ended:
      if (phase_ == Phase::draining && !out_.pipe.is_open() && !err_.pipe.is_open()) reap();
      break;
    case Pump::over_limit:
      kill(HelperEnd::output_limit);
      break;
  }
}

void Child::on_timer() {
  switch (phase_) {
    case Phase::running:
      // A loop that was held up sees death and deadline together: death came first.
      if (note_death()) return on_death();
      kill(drain() ? HelperEnd::timed_out : HelperEnd::output_limit);
      break;
    case Phase::draining:
      signal_all(options_.kill_signal);
      reap();
      break;
    case Phase::killing:
      phase_ = Phase::stuck;
      result_.end = HelperEnd::stuck;
      finish();
      break;
    case Phase::stuck:
    case Phase::reaped:
      break;
  }
}

// True when the process is dead; keeps it unreaped, so that its id stays its own. The way it ended
// is noted unless it was killed for a reason that stands already.
bool Child::note_death() {
  siginfo_t info{};
  if (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT | WNOHANG) != 0) {
    // Somebody else took our child's status: it is dead, how it ended cannot be known any more, and
    // its id may be another's.
    reapable_ = false;
    if (!killed_) result_.detail = "its exit status was taken by another part of the program";
    return true;
  }
  if (info.si_pid == 0) return false;
  if (killed_) return true;
  result_.end = info.si_code == CLD_EXITED ? HelperEnd::exited : HelperEnd::signalled;
  result_.code = info.si_status;
  return true;
}

void Child::on_death() {
  if (phase_ == Phase::stuck || killed_) return reap();
  phase_ = Phase::draining;
  // All that the helper itself wrote is in the pipes now; drain() fails only on the output limit.
  if (!drain()) return kill(HelperEnd::output_limit);
  if (!out_.pipe.is_open() && !err_.pipe.is_open()) return reap();
  wait_timer(mono_now() + options_.pipe_grace);
}

Child::Pump Child::pump(Stream& stream, int reads) {
  std::array<char, 32 << 10> buffer;  // not initialised: read fills it
  for (; reads > 0; --reads) {
    const ssize_t length = ::read(stream.pipe.native_handle(), buffer.data(), buffer.size());
    if (length < 0 && errno == EINTR) continue;
    if (length < 0 && errno == EAGAIN) return Pump::blocked;
    if (length <= 0) {
      error_code ignored;
      stream.pipe.close(ignored);
      return Pump::ended;
    }
    const auto size = static_cast<std::size_t>(length);
    stream.seen += size;
    stream.into->append(buffer.data(), std::min(size, stream.keep - stream.into->size()));
    if (stream.seen > stream.limit) return Pump::over_limit;
  }
  return Pump::more;
}

// Reads what stands in both pipes. False when a limit was passed.
bool Child::drain() {
  for (Stream* stream : {&out_, &err_}) {
    if (stream->pipe.is_open() &&
        pump(*stream, std::numeric_limits<int>::max()) == Pump::over_limit) {
      return false;
    }
  }
  return true;
}

void Child::kill(HelperEnd why) {
  if (killed_) return;
  killed_ = true;
  const bool dead = phase_ == Phase::draining;
  result_.end = why;
  result_.code = why == HelperEnd::signalled ? options_.kill_signal : 0;
  error_code ignored;
  out_.pipe.close(ignored);
  err_.pipe.close(ignored);
  signal_all(options_.kill_signal);
  if (dead) return reap();
  phase_ = Phase::killing;
  wait_timer(mono_now() + options_.reap_grace);
}

void Child::kill_now() {
  if (phase_ == Phase::running || phase_ == Phase::draining) kill(HelperEnd::signalled);
}

void Child::signal_all(int signal) const {
  if (reapable_) signal_session(pid_, signal);
}

// The process is dead. What it left in its group goes with it; then its id is given back.
void Child::reap() {
  phase_ = Phase::reaped;
  if (reapable_) {
    signal_group(pid_, options_.kill_signal);
    while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  error_code ignored;
  pidfd_.close(ignored);
  out_.pipe.close(ignored);
  err_.pipe.close(ignored);
  timer_.cancel();
  finish();
  const Watch reaped = std::move(reaped_);
  reaped(*this);
}

void Child::finish() {
  if (finished_) return;
  finished_ = true;
  finish_signal_.cancel();
}

bool Child::end_blocking(MonoTime until) {
  if (phase_ == Phase::reaped) return true;
  signal_all(SIGKILL);
  pollfd death{.fd = pidfd_.native_handle(), .events = POLLIN, .revents = 0};
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - mono_now()).count();
    const int ready = ::poll(&death, 1, static_cast<int>(std::max<std::int64_t>(left, 0)));
    if (ready > 0 && note_death()) break;
    if (ready == 0 || (ready < 0 && errno != EINTR)) return false;
  }
  reap();
  return true;
}

}  // namespace ght::io
