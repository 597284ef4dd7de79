#include "agent/io/process.h"

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <deque>
#include <map>
#include <utility>

#include "agent/io/clock.h"
#include "agent/io/privileged_client.h"
#include "agent/io/process_child.h"

namespace ght::io {

namespace asio = boost::asio;

namespace {

// A helper that waits for a place. Lives in its coroutine's frame.
struct Waiting {
  asio::steady_timer timer;
  bool granted = false;
};

// A child whose status is thrown away by the kernel could end as anything.
void keep_exit_statuses() {
  struct sigaction action{};
  ::sigaction(SIGCHLD, nullptr, &action);
  if (action.sa_handler != SIG_IGN && (action.sa_flags & SA_NOCLDWAIT) == 0) return;
  struct sigaction standard{};
  standard.sa_handler = SIG_DFL;
  ::sigaction(SIGCHLD, &standard, nullptr);
}

HelperResult without_process(HelperEnd end, std::string detail) {
  HelperResult result;
  result.end = end;
  result.detail = std::move(detail);
  return result;
}

}  // namespace

struct HelperRunner::State : std::enable_shared_from_this<State> {
  State(asio::any_io_executor used, HelperOptions chosen)
      : executor(std::move(used)), options(std::move(chosen)) {}

  asio::any_io_executor executor;
  HelperOptions options;
  std::size_t taken = 0;  // places
  std::deque<Waiting*> queue;
  std::map<pid_t, std::shared_ptr<Child>> children;  // every process that is not reaped
  bool stopping = false;

  bool quarantines(const std::string& owner) const {
    return std::ranges::any_of(children, [&](const auto& entry) {
      return entry.second->stuck() && entry.second->owner() == owner;
    });
  }

  // A place is handed over, not given back and taken: nobody can overtake.
  void release_place() {
    if (queue.empty()) {
      --taken;
      return;
    }
    Waiting* next = queue.front();
    queue.pop_front();
    next->granted = true;
    next->timer.cancel();
  }

  Result<std::shared_ptr<Child>> start(const RunHelper& step, std::string owner,
                                       MonoTime deadline) {
    // Weak: the children are ours, and a handler may keep one longer than us.
    const std::weak_ptr<State> weak = weak_from_this();
    GHT_TRY(std::shared_ptr<Child> child,
            Child::start(executor, step, options, std::move(owner), deadline, [weak](Child& gone) {
              if (const auto state = weak.lock()) state->children.erase(gone.pid());
            }));
    children.emplace(child->pid(), child);
    return child;
  }

  static asio::awaitable<HelperResult> run(std::shared_ptr<State> state, RunHelper step,
                                           std::string owner, MonoTime deadline);
};

namespace {

// The place of one helper, from queue to end; gives it back, or leaves the queue, however the
// coroutine ends.
template <class State>
class Place {
 public:
  Place(State& state, MonoTime deadline)
      : state_(state), waiting_{.timer = asio::steady_timer(state.executor, deadline)} {
    if (state.taken < state.options.at_once && state.queue.empty()) {
      ++state.taken;
      waiting_.granted = true;
    } else {
      state.queue.push_back(&waiting_);
    }
  }
  ~Place() {
    if (waiting_.granted) {
      state_.release_place();
    } else {
      std::erase(state_.queue, &waiting_);
    }
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  bool granted() const { return waiting_.granted; }
  asio::steady_timer& timer() { return waiting_.timer; }

 private:
  State& state_;
  Waiting waiting_;
};

// Kills the child when the coroutine that waits for it is given up.
class Watched {
 public:
  explicit Watched(std::shared_ptr<Child> child) : child_(std::move(child)) {}
  ~Watched() { child_->kill_now(); }
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;
  Child& operator*() const { return *child_; }

 private:
  std::shared_ptr<Child> child_;
};

}  // namespace

asio::awaitable<HelperResult> HelperRunner::State::run(std::shared_ptr<State> state, RunHelper step,
                                                       std::string owner, MonoTime deadline) {
  boost::system::error_code ignored;
  Place<State> place(*state, deadline);
  if (!place.granted()) {
    auto turn = place.timer().async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    co_await std::move(turn);
  }
  if (state->stopping) {
    co_return without_process(HelperEnd::not_started, step.program + ": the agent is stopping");
  }
  if (!place.granted() || mono_now() >= deadline) {
    co_return without_process(HelperEnd::timed_out, step.program + ": no free place among " +
                                                        std::to_string(state->options.at_once) +
                                                        " helpers in time");
  }
  if (step.privileged) {
    auto asking = run_privileged(state->executor, state->options.privileged_socket, std::move(step),
                                 std::move(owner), deadline, state->options.reap_grace);
    HelperResult result = co_await std::move(asking);
    co_return result;
  }
  if (state->quarantines(owner)) {
    co_return without_process(HelperEnd::stuck,
                              step.program + ": an earlier helper of " + owner + " is still stuck");
  }
  auto started = state->start(step, std::move(owner), deadline);
  if (!started.ok()) co_return without_process(HelperEnd::not_started, started.error().text());
  const Watched child(std::move(started).value());
  if (!(*child).finished()) {
    auto end =
        (*child).finish_signal().async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    co_await std::move(end);
  }
  if (!(*child).finished()) {  // the coroutine was cancelled; `child` kills the process
    co_return without_process(HelperEnd::timed_out, step.program + ": given up");
  }
  co_return (*child).take_result();
}

HelperRunner::HelperRunner(asio::any_io_executor executor, HelperOptions options)
    : state_(std::make_shared<State>(std::move(executor), std::move(options))) {
  GHT_CHECK(state_->options.at_once > 0);
  keep_exit_statuses();
}

HelperRunner::~HelperRunner() {
  kill_all();
  const MonoTime until = mono_now() + state_->options.reap_grace;
  const auto left = state_->children;  // a copy: each one that ends leaves the map
  for (const auto& [pid, child] : left) child->end_blocking(until);
  state_->children.clear();
}

asio::awaitable<HelperResult> HelperRunner::run(RunHelper step, std::string owner,
                                                MonoTime deadline) {
  const MonoTime called = mono_now();
  auto inner = State::run(state_, std::move(step), std::move(owner), deadline);
  HelperResult result = co_await std::move(inner);
  result.elapsed = mono_now() - called;
  co_return result;
}

std::vector<pid_t> HelperRunner::quarantined() const {
  std::vector<pid_t> stuck;
  for (const auto& [pid, child] : state_->children) {
    if (child->stuck()) stuck.push_back(pid);
  }
  return stuck;
}

void HelperRunner::kill_all() {
  state_->stopping = true;
  for (Waiting* waiting : std::exchange(state_->queue, {})) waiting->timer.cancel();
  const auto running = state_->children;  // a copy: one that is dead already leaves the map
  for (const auto& [pid, child] : running) child->kill_now();
}

}  // namespace ght::io
