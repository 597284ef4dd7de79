#include "agent/io/streamed_command.h"

#include <poll.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>

#include "agent/io/clock.h"
#include "agent/io/process_session.h"
#include "agent/io/process_spawn.h"

namespace ght::io {
namespace {

// The program itself, found here so that what is missing is told in the usual words.
Result<Spawned> spawn_mortal(const RunHelper& step, const HelperOptions& options) {
  GHT_TRY(std::string path, find_program(step.program, options));
  RunHelper guarded = step;
  guarded.program = "setpriv";
  guarded.arguments = {"--pdeathsig=KILL", "--", std::move(path)};
  guarded.arguments.insert(guarded.arguments.end(), step.arguments.begin(), step.arguments.end());
  return spawn(guarded, options);
}

class Run {
 public:
  Run(Spawned spawned, const HelperOptions& options, const TakeOutput& take)
      : child_(std::move(spawned)), options_(options), take_(take) {}

  HelperResult to_the_end(const Interrupts& interrupts, MonoTime deadline) {
    while (!over(deadline)) {
      std::array<pollfd, 4> files = {{
          {.fd = child_.out.get(), .events = POLLIN, .revents = 0},
          {.fd = child_.err.get(), .events = POLLIN, .revents = 0},
          {.fd = dead_ ? -1 : child_.pidfd.get(), .events = POLLIN, .revents = 0},
          {.fd = interrupts.fd(), .events = POLLIN, .revents = 0},
      }};
      if (::poll(files.data(), files.size(), patience(deadline)) <= 0) continue;
      if (files[0].revents != 0) read_out();
      if (files[1].revents != 0) read_err();
      if (files[2].revents != 0) note_death();
      if (files[3].revents != 0) give_up(HelperEnd::signalled, interrupts.caught());
    }
    end();
    return std::move(result_);
  }

 private:
  // Sets why it ends, if it has to.
  bool over(MonoTime deadline) {
    if (given_up_) return true;
    const MonoTime now = mono_now();
    // What the program has started may hold its pipes for ever.
    if (dead_) return (!child_.out.open() && !child_.err.open()) || now >= grace_ends_;
    if (now >= deadline) give_up(HelperEnd::timed_out, 0);
    return given_up_;
  }

  int patience(MonoTime deadline) const {
    const Duration left = (dead_ ? grace_ends_ : deadline) - mono_now();
    const auto whole = std::chrono::ceil<std::chrono::milliseconds>(
        std::clamp<Duration>(left, Duration::zero(), std::chrono::hours(1)));
    return static_cast<int>(whole.count());
  }

  void give_up(HelperEnd end, int code) {
    if (given_up_) return;
    given_up_ = true;
    result_.end = end;
    result_.code = code;
  }

  // nullopt: nothing there now. Empty: the end.
  std::optional<std::string_view> read_some(Fd& from) {
    const ssize_t count = ::read(from.get(), piece_.data(), piece_.size());
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) return std::nullopt;
    if (count <= 0) {
      from.reset();
      return std::string_view();
    }
    return std::string_view(piece_.data(), static_cast<std::size_t>(count));
  }

  void read_out() {
    const auto piece = read_some(child_.out);
    if (piece && !piece->empty() && !take_(*piece)) give_up(HelperEnd::output_limit, 0);
  }

  void read_err() {
    const auto piece = read_some(child_.err);
    if (!piece) return;
    const std::size_t room = limits::helper_error_output - result_.err.size();
    result_.err += piece->substr(0, room);
    complaints_ += piece->size();
    if (complaints_ > limits::helper_output) give_up(HelperEnd::output_limit, 0);
  }

  // It stays unreaped, so that its id stays its own until its session is killed.
  void note_death() {
    siginfo_t info{};
    const auto id = static_cast<id_t>(child_.pid);
    if (::waitid(P_PID, id, &info, WEXITED | WNOWAIT | WNOHANG) != 0 || info.si_pid == 0) return;
    dead_ = true;
    grace_ends_ = mono_now() + options_.pipe_grace;
    result_.end = info.si_code == CLD_EXITED ? HelperEnd::exited : HelperEnd::signalled;
    result_.code = info.si_status;
  }

  void end() {
    signal_session(child_.pid, SIGKILL);
    const MonoTime until = mono_now() + options_.reap_grace;
    while (::waitpid(child_.pid, nullptr, WNOHANG) == 0) {
      pollfd death = {.fd = child_.pidfd.get(), .events = POLLIN, .revents = 0};
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - mono_now());
      if (left.count() <= 0) {
        result_.end = HelperEnd::stuck;
        return;
      }
      ::poll(&death, 1, static_cast<int>(left.count()));
    }
  }

  Spawned child_;
  const HelperOptions& options_;
  const TakeOutput& take_;
  HelperResult result_;
  std::array<char, 64 << 10> piece_{};
  std::size_t complaints_ = 0;
  bool dead_ = false;
  bool given_up_ = false;
  MonoTime grace_ends_{};
};

}  // namespace

HelperResult run_streamed(const RunHelper& step, const HelperOptions& options,
                          const Interrupts& interrupts, MonoTime deadline, const TakeOutput& take) {
  const MonoTime began = mono_now();
  HelperResult result;
  if (const int signal = interrupts.caught(); signal != 0) {
    result.end = HelperEnd::signalled;
    result.code = signal;
    return result;
  }
  auto spawned = spawn_mortal(step, options);
  if (!spawned.ok()) {
    result.detail = spawned.error().text();
    return result;
  }
  result = Run(std::move(spawned).value(), options, take).to_the_end(interrupts, deadline);
  result.elapsed = mono_now() - began;
  return result;
}

HelperResult run_kept(const RunHelper& step, const HelperOptions& options,
                      const Interrupts& interrupts, MonoTime deadline) {
  std::string out;
  HelperResult result =
      run_streamed(step, options, interrupts, deadline, [&](std::string_view piece) {
        out += piece;
        return out.size() <= step.max_output;
      });
  result.out = std::move(out);
  return result;
}

}  // namespace ght::io
